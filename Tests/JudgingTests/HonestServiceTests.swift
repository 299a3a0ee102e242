import Judging
import Planning
import Staging
import Testing

/// Honest swarms on ideal links: none of the checks of service and fairness blames anybody.
@Suite struct HonestServiceTests {
  static let checks = ["fairness", "utilisation", "starvation", "newcomer-latency", "rarest-first"]

  static let swarms: [String: (peers: [String], mebibytes: Int)] = [
    "crowd": (
      ["seed: {role: seed, upload: 1 MiB/s}", "leecher: {count: 12, upload: 256 KiB/s, download: 1 MiB/s}"], 8
    ),
    "classes": (
      [
        "seed: {role: seed, upload: 1 MiB/s}", "slow: {count: 8, upload: 64 KiB/s}",
        "middle: {count: 8, upload: 128 KiB/s}", "fast: {count: 8, upload: 512 KiB/s}",
      ], 8
    ),
    "slow seed": (
      ["seed: {role: seed, upload: 128 KiB/s}", "leecher: {count: 12, upload: 256 KiB/s, download: 1 MiB/s}"], 12
    ),
    "few": (["seed: {role: seed, upload: 512 KiB/s}", "leecher: {count: 3, upload: 128 KiB/s}"], 8),
    "newcomers": (
      [
        "seed: {role: seed, upload: 512 KiB/s}",
        "leecher: {count: 20, upload: 128 KiB/s, arrive: {every: 10 s}, onComplete: leave}",
      ], 8
    ),
  ]

  @Test(
    "Honest peers are never blamed", arguments: ["crowd", "classes", "slow seed", "few", "newcomers"],
    Array(1...4) as [UInt64])
  func honest(name: String, randomSeed: UInt64) throws {
    let swarm = try #require(Self.swarms[name])
    let stage = try IdealCapture.run(peers: swarm.peers, mebibytes: swarm.mebibytes, randomSeed: randomSeed)
    let scene = stage.scene
    for check in Self.checks {
      let verdicts = Judge.verdicts(of: [.init(name: check, parameters: [:])], on: scene)
      for verdict in verdicts {
        #expect(verdict.status != .fail, "\(check) \(verdict.subjects): \(verdict.observed) \(verdict.evidence)")
      }
    }
  }
}
