/// Who gives and who only takes, for so long that it shows which slots the takers live on.
extension ProofScene {
  /// A free rider is one by its packets: 1 KiB/s is less than a tenth of what it gets, in an honest swarm, too.
  static let givers = ProofScene(
    name: "givers", lesson: "Twelve leechers that give, eight that give next to nothing, and nobody completes.",
    mebibytes: 160,
    groups: [
      .init("seed", "role: seed, upload: 256 KiB/s"), .init("giver", "upload: 64 KiB/s, download: 2 MiB/s", count: 12),
      .init("taker", "upload: 1 KiB/s, download: 2 MiB/s", count: 8),
    ], until: "time: 900 s", parameters: ["free-rider-penalty": "{gives: 0.1}"],
    without: ["completion", "distribution-time"], mustDecide: ["upload-slots", "free-rider-penalty"])
}

extension ProofRow {
  /// Not one giver but all of them: one alone that chooses otherwise is soon sent nothing by the others, and then a
  /// free rider may draw a regular slot of it by the rules.
  static let freeRiding: [ProofRow] = [
    ProofRow(
      "random-chooser", in: "givers", by: .all(of: ["giver"]), doses: [0.5, 1], mustFail: ["free-rider-penalty"],
      mayFail: choosing + kind),
    // Below the limit of detection: at a quarter of the rounds no more than some single givers are found.
    ProofRow(
      "random-chooser", in: "givers", by: .all(of: ["giver"]), doses: [0.25], mustFail: [], mayFail: choosing + kind),
    ProofRow(
      "slowest-first", in: "givers", by: .all(of: ["giver"]), doses: [0.5, 1], mustFail: ["free-rider-penalty"],
      mayFail: choosing + kind),
  ]

  private static let kind: [Entailed] = [
    .itself("fairness", "who gives nothing gets as much as who gives, or more"),
    .itself("starvation", "the others wait for slots that the takers hold"),
    .itself("newcomer-latency", "the others wait for slots that the takers hold"),
  ]
}
