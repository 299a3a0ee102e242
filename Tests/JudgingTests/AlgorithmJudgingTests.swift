import Judging
import Planning
import Staging
import Testing
import TopologyFile

/// Every choking algorithm on ideal links: no check blames a peer that keeps its rule, and what a check cannot judge it says.
@Suite struct AlgorithmJudgingTests {
  private static let ofChoking = [
    "upload-slots", "rechoke-interval", "tit-for-tat", "reciprocation", "optimistic-unchoke", "starvation",
    "newcomer-latency",
  ]
  private static let others = ["completion", "integrity", "rate-limit", "protocol-conformance", "utilisation"]

  private static func verdicts(_ algorithm: String, randomSeed: UInt64 = 1) throws -> [Verdict] {
    let choking = "choking: {algorithm: \(algorithm)}"
    let stage = try IdealCapture.run(
      peers: [
        "seed: {role: seed, upload: 128 KiB/s, \(choking)}", "slow: {count: 5, upload: 32 KiB/s, \(choking)}",
        "fast: {count: 5, upload: 96 KiB/s, \(choking), arrive: {every: 5 s}}",
      ], mebibytes: 10, randomSeed: randomSeed)
    let scene = stage.scene
    return (ofChoking + others).flatMap { Judge.verdicts(of: [.init(name: $0, parameters: [:])], on: scene) }
  }

  @Test(arguments: NativeClient.chokingNames) func nobodyIsBlamed(algorithm: String) throws {
    let verdicts = try Self.verdicts(algorithm)
    for verdict in verdicts {
      #expect(verdict.status != .fail, "\(verdict.check) \(verdict.subjects): \(verdict.observed) \(verdict.evidence)")
    }
    #expect(verdicts.contains { $0.check == "completion" && $0.status == .pass })
    // Where there are slots to count, they are counted.
    let takes = try #require(NativeClient.chokingAlgorithm(named: algorithm)).parameters
    let slots = verdicts.filter { $0.check == "upload-slots" }
    #expect(slots.count == 11)
    #expect(slots.allSatisfy { $0.status == (takes.contains("slots") ? .pass : .undecided) })
    guard algorithm != "tit-for-tat" else { return }
    // By whom slots are given is not judged, and the reason names the algorithm.
    for check in ["tit-for-tat", "reciprocation", "optimistic-unchoke", "starvation", "newcomer-latency"] {
      let own = verdicts.filter { $0.check == check }
      #expect(own.allSatisfy { $0.status == .undecided })
      #expect(own.contains { $0.reason?.contains(algorithm) == true }, "\(check)")
    }
  }
}
