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
}

extension ProofRow {
  /// A sybil is blamed for the strangers that it does not serve; that others serve it is their rule.
  static let conspiring: [ProofRow] = [
    ProofRow(
      "sybil", in: "one-owner", by: .all(of: ["owned"]), mustFail: ["starvation"],
      mayFail: choosing + [.itself("newcomer-latency", "strangers that come are among those that it never unchokes")])
  ]
}
