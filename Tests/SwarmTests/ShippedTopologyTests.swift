import Foundation
import Testing

/// The topologies that ship, run as they are: everything that they say must be decided is, and nothing fails.
@Suite(.serialized) struct ShippedTopologyTests {
  /// These have tests of their own: what must be seen of them is more, or needs clients that may not be installed.
  private static let others = ["first-swarm", "flaky-mobile", "real-clients", "request-queue-stall", "two-kinds"]
  static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: Swarmlab.root + "/Topologies")) ?? [])
    .filter { $0.hasSuffix(".swarm.yaml") }.map { String($0.dropLast(".swarm.yaml".count)) }.sorted()
    .filter { !others.contains($0) } + ["lecture/client-server", "lecture/peer-to-peer"]

  @Test("It passes, and its capture replayed gives the same verdicts and metrics byte for byte", arguments: names)
  func passes(name: String) async throws {
    let scratch = try Scratch()
    let said = try await Swarmlab.runUntilDecided("run", Swarmlab.topology(name), "--output", scratch.runs)
    #expect(said.code == 0, "\(said.all)")
    let folder = try #require(said.lines.last)
    let replayed = scratch.path + "/replayed"
    let again = try await Swarmlab.run("replay", folder, "--output", replayed)
    #expect(again.code == 0, "\(again.all)")
    for file in ["verdicts.json", "metrics.json"] {
      #expect(try contents(replayed + "/" + file) == contents(folder + "/" + file), "\(file)")
    }
  }
}
