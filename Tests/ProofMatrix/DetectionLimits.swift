import Foundation
import Judging
import SwarmTime

extension DetectionLimit {
  /// The limits that the documentation states. Those of rates depend on how long a peer is at its limit.
  package static let all: [DetectionLimit] =
    [
      (1, 16, [1.01, 1.015, 1.02, 1.0225, 1.025, 1.0275, 1.03], 1.0275),
      (2, 32, [1.005, 1.0075, 1.01, 1.0125, 1.015, 1.0175], 1.015),
      (8, 128, [1.001, 1.002, 1.0025, 1.003, 1.0035, 1.004, 1.005], 1.0035),
    ].map(seed) + [crowded, download] + slots + tenures + choices

  // MARK: Rates

  /// A seed that sends without a pause.
  private static func seed(minutes: Int, mebibytes: Int, doses: [Double], stated: Double) -> Self {
    let time = minutes == 1 ? "a minute" : "\(minutes) minutes"
    return Self(
      title: "a seed's upload, at its limit for \(time)",
      row: ProofRow(
        "overdrive-upload", in: "seed-uplink", by: .all(of: ["seed"]), doses: doses, mustFail: ["rate-limit"]),
      scene: .seedUplink(mebibytes), stated: stated, describe: percent, tolerated: lateness)
  }

  /// On ideal links 1.75 % was found in 300 of 300, with real processes in 16 of 17.
  private static let crowded = Self(
    title: "a leecher's upload, among twelve",
    row: ProofRow(
      "overdrive-upload", in: "leecher-uplink", by: .one(of: "leecher"),
      doses: [1.001, 1.002, 1.005, 1.01, 1.0125, 1.015, 1.02, 1.025], mustFail: ["rate-limit"]),
    scene: .leecherUplink, stated: 1.02, describe: percent, tolerated: lateness)

  private static let download = Self(
    title: "a leecher's download, at its limit for 48 s",
    row: ProofRow(
      "overdrive-download", in: "leecher-downlink", by: .one(of: "leecher"),
      doses: [1.01, 1.015, 1.02, 1.025, 1.0275, 1.03, 1.0325, 1.035], mustFail: ["rate-limit"]),
    scene: .leecherDownlink, stated: 1.03, describe: percent, tolerated: lateness)

  @Sendable private static func percent(_ factor: Double) -> String {
    "+\(String(format: "%.2f", (factor - 1) * 100)) % of the rate"
  }

  // MARK: Slots

  private static let slots = [
    Self(
      title: "slots above their number",
      row: ProofRow("over-slots", in: "slots", by: .one(of: "leecher"), doses: [1], mustFail: ["upload-slots"]),
      scene: .slots, stated: 1, describe: { "\(ProofScene.plain($0)) more" })
  ]

  // MARK: Optimistic unchokes

  private static let tenures = [
    friend(
      "an optimistic unchoke too long", "sticky-optimistic", doses: [31, 32], stated: 32,
      .friends(10, "tenure", speed: 5), tenure,
      // Two seconds decide: a client's timer may take one of them, and lateness counts for both ends.
      tolerated: .milliseconds(500)),
    friend(
      "an optimistic unchoke too short", "sticky-optimistic", doses: [29, 25, 22, 21], stated: 21,
      .friends(10, "tenure"), tenure),
    friend(
      "an optimistic unchoke twice as long", "sticky-optimistic", doses: [60], stated: 60,
      .friends(30, "tenure", speed: 5), tenure),
    friend(
      "no optimistic unchoke for some rounds after each", "no-optimistic", doses: [1], stated: 1,
      .friends(10, "presence")
    ) { ProofScene.plain($0) + ($0 == 1 ? " round" : " rounds") },
  ]

  private static let choices = [
    // The hash of that share of the address space takes one of the ten that wait. Who once had a regular slot is no
    // newcomer any more, and a draw falls on it one time in ten, not in four: 171 draws are needed then, and an hour has
    // 104. With real processes that happened in one of ten runs, on ideal links in none of 300.
    friend(
      "one of ten that wait is never chosen", "shunned", doses: [0.08], stated: 0.08, .friends(110, "reach")
    ) { _ in "one" },
    friend(
      "half of ten that wait are favoured", "biased-choice", doses: [2, 2.5, 3, 3.5, 4, 5, 6], stated: 4,
      .friends(120, "choice")
    ) { "\(ProofScene.plain($0)) times the weight" },
  ]

  private static func friend(
    _ title: String, _ misbehaviour: String, doses: [Double], stated: Double, _ scene: ProofScene,
    _ describe: @escaping @Sendable (Double) -> String, tolerated: SwarmDuration = Scene.toleratedLateness
  ) -> Self {
    Self(
      title: title,
      row: ProofRow(
        misbehaviour, in: scene.name, by: .one(of: "friend"), doses: doses, mustFail: ["optimistic-unchoke"]),
      scene: scene, stated: stated, describe: describe, tolerated: tolerated)
  }

  @Sendable private static func tenure(_ dose: Double) -> String { "\(ProofScene.plain(dose)) s for 30 s" }
}
