import Foundation
import ProofMatrix
import Testing

/// The topologies that ship, run as they are: everything that they say must be decided is, and nothing fails.
@Suite(.serialized) struct ShippedTopologyTests {
  /// These have tests of their own: what must be seen of them is more, or needs clients that may not be installed.
  private static let others = ["first-swarm", "flaky-mobile", "real-clients", "request-queue-stall", "two-kinds"]
  static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: Swarmlab.root + "/Topologies")) ?? [])
    .filter { $0.hasSuffix(".swarm.yaml") }.map { String($0.dropLast(".swarm.yaml".count)) }.sorted()
    .filter { !others.contains($0) } + ["lecture/client-server", "lecture/peer-to-peer"]

  /// They take three quarters of a processor and more.
  private static let heavy = ["fairness-classes", "flash-crowd", "newcomers", "selfish-and-altruistic", "slow-seed"]

  @Test("It passes, and its capture replayed gives the same verdicts and metrics byte for byte", arguments: heavy)
  func passes(name: String) async throws { try await judge(name) }

  /// Two at a time: these wait more than they work, and on two processors it takes minutes less.
  @Test("So it is with those that take less of a processor")
  func lightOnesPass() async throws {
    #expect(Set(Self.heavy).isSubset(of: Self.names))
    let light = Self.names.filter { !Self.heavy.contains($0) }
    _ = try await Crew.work(light, width: 2) { try await judge($0) }
  }

  private func judge(_ name: String) async throws {
    let scratch = try Scratch()
    let said = try await Swarmlab.runUntilDecided("run", Swarmlab.topology(name), "--output", scratch.runs)
    #expect(said.code == 0, "\(name): \(said.all)")
    let folder = try #require(said.lines.last, "\(name)")
    let replayed = scratch.path + "/replayed"
    let again = try await Swarmlab.run("replay", folder, "--output", replayed)
    #expect(again.code == 0, "\(name): \(again.all)")
    for file in ["verdicts.json", "metrics.json"] {
      #expect(try contents(replayed + "/" + file) == contents(folder + "/" + file), "\(name): \(file)")
    }
  }
}
