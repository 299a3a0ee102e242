/// Scenes in which the order of serving shows.
extension ProofScene {
  /// The offender is the only one that must choose. Its partners have a slot for everybody, so that what they send to it
  /// does not depend on what it does: those with an odd address half as much again as those with an even one.
  static let generous = ProofScene(
    name: "generous",
    lesson: "Ten partners serve everybody whatever they get; every other one sends half as much again.", mebibytes: 96,
    groups: [
      .init("seed", "role: seed, upload: 1 MiB/s"), .init("chooser", "upload: 200 KiB/s, download: 2 MiB/s"),
    ]
      + (1...5).flatMap { number in
        [
          Group("even-\(number)", "upload: 160 KiB/s, download: 2 MiB/s, choking: {slots: 12}"),
          Group("odd-\(number)", "upload: 240 KiB/s, download: 2 MiB/s, choking: {slots: 12}"),
        ]
      }, until: "time: 240 s", without: ["completion", "distribution-time"],
    mustDecide: ["upload-slots"])

  /// Few fast partners, and who else there is: an optimistic unchoke among the fast is answered at once, and
  /// at a rate that leaves no doubt.
  static let twoSpeeds = ProofScene(
    name: "two-speeds", lesson: "Five fast leechers and four that send next to nothing, for a quarter of an hour.",
    mebibytes: 512,
    groups: [
      .init("seed", "role: seed, upload: 384 KiB/s"), .init("fast", "upload: 128 KiB/s, download: 2 MiB/s", count: 5),
      .init("slow", "upload: 4 KiB/s, download: 2 MiB/s", count: 4),
    ], until: "time: 1000 s", without: ["completion", "distribution-time"],
    mustDecide: ["upload-slots", "tit-for-tat", "reciprocation"])
}

extension ProofRow {
  static let ranking: [ProofRow] = [
    ProofRow(
      "favouritism", in: "generous", by: .all(of: ["chooser"]), mustFail: ["tit-for-tat"],
      mayFail: choosing + waiting),
    ProofRow(
      "not-reciprocating", in: "two-speeds", by: .one(of: "fast"), doses: [0.5, 1], mustFail: ["reciprocation"],
      mayFail: choosing + waiting),
    // Below the limit of detection: a refusal in four is hardly more than the tenth that is tolerated.
    ProofRow(
      "not-reciprocating", in: "two-speeds", by: .one(of: "fast"), doses: [0.25], mustFail: [],
      mayFail: choosing + waiting),
  ]

  private static let waiting: [Entailed] = [
    .itself("starvation", "whoever sends too little for its liking waits for its first unchoke"),
    .itself("newcomer-latency", "whoever sends too little for its liking waits for its first unchoke"),
  ]
}
