/// Peers that act together, among others that do not know of it.
extension ProofScene {
  /// All want something of each other for as long as the run lasts. At the two stronger doses the owner's three peers have
  /// slots left beside those that they refuse; at the mildest four of eight strangers are passed over by draw after draw.
  static let oneOwner = ProofScene(
    name: "one-owner", lesson: "Three leechers that may have one owner among eight others, and nobody completes.",
    mebibytes: 160,
    groups: [
      .init("seed", "role: seed, upload: 256 KiB/s"), .init("owned", "upload: 64 KiB/s, download: 2 MiB/s", count: 3),
      .init("stranger", "upload: 64 KiB/s, download: 2 MiB/s", count: 8),
    ], until: "time: 900 s", without: ["completion", "distribution-time"],
    mustDecide: ["upload-slots", "starvation"])

  /// What the fast send to an ally does not depend on what it does, and no ally sends what would earn it a slot of
  /// another's: a slot that one has all the same was kept for it. (Where all get the same whatever they give, nobody is
  /// treated as fairness asks.)
  static let pact = ProofScene(
    name: "pact", lesson: "Six fast leechers serve everybody whatever they get, and five slow ones must choose.",
    mebibytes: 96,
    groups: [
      .init("seed", "role: seed, upload: 1 MiB/s"), .init("ally", "upload: 4 KiB/s, download: 2 MiB/s", count: 5),
      .init("fast", "upload: 240 KiB/s, download: 2 MiB/s, choking: {slots: 16}", count: 6),
    ], until: "time: 240 s", without: ["completion", "distribution-time", "fairness"],
    mustDecide: ["upload-slots"])
}

extension ProofRow {
  /// A sybil is blamed for the strangers that it does not serve; that others serve it is their rule.
  static let conspiring: [ProofRow] = [
    ProofRow(
      "sybil", in: "one-owner", by: .all(of: ["owned"]), mustFail: ["starvation"],
      mayFail: choosing + [.itself("newcomer-latency", "strangers that come are among those that it never unchokes")]),
    ProofRow(
      "colluders", in: "pact", by: .all(of: ["ally"]), mustFail: ["tit-for-tat"],
      mayFail: choosing + [
        .itself("starvation", "strangers wait for the slots that are left"),
        .itself("newcomer-latency", "strangers wait for the slots that are left"),
      ]),
  ]
}
