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

  /// They take three quarters of a processor and more: never two of them at a time.
  private static let heavy = [
    "fairness-classes", "flash-crowd", "newcomers", "optimistic-unchoke", "selfish-and-altruistic", "slow-seed",
  ]

  /// Two at a time: a heavy one beside such as wait more than they work, and then those beside each other.
  @Test func `They pass, and their captures replayed give the same verdicts and metrics byte for byte`() async throws {
    #expect(Set(Self.heavy).isSubset(of: Self.names))
    let left = Waiting(heavy: Self.heavy, light: Self.names.filter { !Self.heavy.contains($0) })
    await withTaskGroup(of: Void.self) { lanes in
      for takesHeavy in [true, false] {
        lanes.addTask {
          while let name = await left.next(takesHeavy: takesHeavy) {
            // What one throws must not keep the others from being run.
            do { try await judge(name) } catch { Issue.record(error, "\(name)") }
          }
        }
      }
    }
  }

  /// Names that no lane has taken yet.
  private actor Waiting {
    private var heavy: [String]
    private var light: [String]

    init(heavy: [String], light: [String]) { (self.heavy, self.light) = (heavy, light) }

    func next(takesHeavy: Bool) -> String? {
      if takesHeavy && !heavy.isEmpty { return heavy.removeFirst() }
      return light.isEmpty ? nil : light.removeFirst()
    }
  }

  private func judge(_ name: String) async throws {
    let scratch = try Scratch()
    let said = try await Swarmlab.runUntilDecided("run", Swarmlab.topology(name), "--output", scratch.runs)
    #expect(said.code == 0, "\(name): \(said.all)")
    let folder = try #require(said.lines.last, "\(name)")
    try await expectSameWhenReplayed(folder, code: 0, in: scratch, name)
  }
}
