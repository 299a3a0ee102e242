extension ProofRow {
  /// The proof matrix.
  package static let all = common + optimistic + ranking + service + freeRiding + conspiring

  private static let common: [ProofRow] = [
    ProofRow(
      "over-slots", in: "crowd", by: .one(of: "leecher"), mustFail: ["upload-slots"],
      mayFail: [
        .itself("optimistic-unchoke", "a slot too many is neither earned nor drawn"),
        .itself("tit-for-tat", "who holds a slot too many may send less than one that waits"),
      ]),
    ProofRow(
      "stop-short", in: "crowd", by: .one(of: "leecher"), mustFail: ["completion"],
      mayFail: [.itself("distribution-time", "while somebody is incomplete, the makespan is the run's length")]),
    ProofRow("skip-verification", in: "crowd", by: .one(of: "leecher"), mustFail: ["integrity"]),
    ProofRow("overdrive-upload", in: "crowd", by: .one(of: "leecher"), mustFail: ["rate-limit"]),
    ProofRow("overdrive-download", in: "one-download", by: .one(of: "leecher"), mustFail: ["rate-limit"]),
    ProofRow("request-while-choked", in: "crowd", by: .one(of: "leecher"), mustFail: ["protocol-conformance"]),
    ProofRow("unasked-block", in: "crowd", by: .one(of: "leecher"), mustFail: ["protocol-conformance"]),
    ProofRow("late-bitfield", in: "crowd", by: .one(of: "leecher"), mustFail: ["protocol-conformance"]),
    ProofRow("no-reject", in: "crowd", by: .all(of: ["seed"]), mustFail: ["protocol-conformance"]),
    ProofRow("request-held-piece", in: "crowd", by: .one(of: "leecher"), mustFail: ["protocol-conformance"]),
    ProofRow(
      "false-have", in: "crowd", by: .one(of: "leecher"), mustFail: ["protocol-conformance"],
      mayFail: [
        .itself("utilisation", "who asks it for what it lacks waits for nothing"),
        .itself("newcomer-latency", "a first block that it does not have never comes"),
      ]),
    // No check knows what a block holds: what must hold is that nobody else is blamed, and all are whole in the end.
    ProofRow(
      "poisoner", in: "crowd", by: .one(of: "leecher"), mustFail: [],
      mayFail: [.itself("distribution-time", "what it damages is fetched again, and few still serve who did it")]),
    ProofRow(
      "silent", in: "crowd", by: .one(of: "leecher"), mustFail: ["protocol-conformance"],
      mayFail: [
        .itself("utilisation", "who asks it waits, and is sent nothing"),
        .itself("newcomer-latency", "a first block that was asked for in vain comes late or never"),
        .itself("distribution-time", "what it was asked for in vain is asked of others only after a time"),
      ]),
    ProofRow(
      "lazy-upload", in: "slow-source", by: .all(of: ["seed"]), mustFail: ["distribution-time", "utilisation"]),
    ProofRow(
      "fast-rechoke", in: "rounds", by: .one(of: "middle"), mustFail: ["rechoke-interval"], mayFail: shortOrLongTenures),
    ProofRow(
      "slow-rechoke", in: "rounds", by: .one(of: "middle"), mustFail: ["rechoke-interval"], mayFail: shortOrLongTenures),
  ]

  private static let shortOrLongTenures: [Entailed] = [
    .itself("optimistic-unchoke", "a tenure lasts for whole rounds: of another length, it is shorter or longer"),
    .itself("tit-for-tat", "at the points of the grid that is judged by, the order is an older or a younger one"),
    .itself("reciprocation", "a slot that was earned is given at its own rounds, not at those that are judged by"),
  ]

  /// Every check of the catalogue must be here, or it could be one that never fails.
  package static var provenChecks: Set<String> { Set(all.flatMap(\.mustFail)) }
}
