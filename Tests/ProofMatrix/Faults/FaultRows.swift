/// Swarms that something happens to. Nothing happens on ideal links, so that the lab runs these with real processes.
extension ProofScene {
  package static let withFaults: [ProofScene] = [
    ProofScene(
      name: "two-move", lesson: "Two of four leechers go on at another address in mid-download.", mebibytes: 4,
      pieceKibibytes: 64,
      groups: [
        .init("seed", "role: seed, upload: 128 KiB/s"), .init("mover", smallLeecher, count: 2),
        .init("leecher", smallLeecher, count: 2),
      ], faults: ["{at: 15 s, changeAddress: {peers: mover-*}}"],
      // Who is silent for a minute is back before the end, and too late; the others never are.
      until: "time: 90 s", parameters: ["recovery-time": "{within: 40 s}"],
      mustDecide: ["address-change", "recovery-time", "expected-end-state"]),
    // Later than a second after their start, or the run ends at once.
    ProofScene(
      name: "late-start", lesson: "Four leechers that run for a while before they join.", mebibytes: 2,
      pieceKibibytes: 64,
      groups: [
        .init("seed", "role: seed, upload: 512 KiB/s"),
        .init("leecher", smallLeecher + ", arrive: {at: 25 s}", count: 4),
      ], until: "complete: all, within: 60 s", mustDecide: ["expected-end-state"]),
    ProofScene(
      name: "leave-and-return", lesson: "One of four leechers leaves in mid-download and comes back.", mebibytes: 2,
      pieceKibibytes: 64,
      groups: four,
      faults: ["{at: 3 s, leave: {peers: leecher-01, rejoinAfter: 5 s}}"], until: "complete: all, within: 40 s",
      mustDecide: ["churn-resilience", "expected-end-state"]),
    ProofScene(
      name: "tracker-lost", lesson: "The tracker is gone for good once all have met.", mebibytes: 2,
      pieceKibibytes: 64,
      groups: four,
      faults: ["{at: 3 s, stopTracker: {}}"], until: "complete: all, within: 40 s",
      mustDecide: ["survives-tracker-loss", "expected-end-state"]),
    ProofScene(
      name: "seed-lost", lesson: "The seed is killed once a copy and a half are out.", mebibytes: 4,
      pieceKibibytes: 64,
      groups: [.init("seed", "role: seed, upload: 256 KiB/s"), .init("leecher", "upload: 64 KiB/s", count: 5)],
      faults: ["{when: {seedCopies: 1.5}, kill: {peers: seed}}"], until: "complete: all, within: 120 s",
      mustDecide: ["survives-seed-loss", "churn-resilience", "expected-end-state"]),
  ]

  private static let four: [Group] = [
    .init("seed", "role: seed, upload: 512 KiB/s"), .init("leecher", smallLeecher, count: 4),
  ]
  private static let smallLeecher = "upload: 256 KiB/s, download: 1 MiB/s"
}

/// What must come of it where somebody misbehaves beside: each check of faults fails, from a mild dose to a strong one.
extension ProofRow {
  package static let withFaults: [ProofRow] = [
    ProofRow("slow-return", in: "two-move", by: .all(of: ["mover"]), mustFail: ["address-change", "recovery-time"]),
    // At the mildest dose each dies of its last piece. The run ends with the last of them, so that one alone might be told
    // to stop before it is dead.
    ProofRow("crash", in: "late-start", by: .all(of: ["leecher"]), mustFail: ["expected-end-state"]),
    // The mildest doses are one piece, here and below.
    ProofRow("stop-short", in: "leave-and-return", by: .one(of: "leecher"), mustFail: ["churn-resilience"]),
    ProofRow("stop-short", in: "tracker-lost", by: .one(of: "leecher"), mustFail: ["survives-tracker-loss"]),
    // Those whom the seed has left must hold a copy between them, so that only one of them may stop short.
    ProofRow(
      "stop-short", in: "seed-lost", by: .one(of: "leecher"), mustFail: ["survives-seed-loss"],
      mayFail: [.itself("churn-resilience", "the seed has departed, and who stops short has stayed")]),
  ]
}
