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

  /// They take three quarters of a processor and more: nothing runs beside them.
  private static let heavy = [
    "fairness-classes", "flash-crowd", "newcomers", "optimistic-unchoke", "selfish-and-altruistic", "slow-seed",
  ]

  /// The heavy ones by themselves; such as wait more than they work two at a time.
  @Test func `They pass, and their captures replayed give the same verdicts and metrics byte for byte`() async throws {
    #expect(Set(Self.heavy).isSubset(of: Self.names))
    for name in Self.heavy { await run(name) }
    let left = Waiting(Self.names.filter { !Self.heavy.contains($0) })
    await withTaskGroup(of: Void.self) { lanes in
      for _ in 0..<2 {
        lanes.addTask { while let name = await left.next() { await run(name) } }
      }
    }
  }

  /// What one throws must not keep the others from being run.
  private func run(_ name: String) async {
    do { try await judge(name) } catch { Issue.record(error, "\(name)") }
  }

  /// Names that no lane has taken yet.
  private actor Waiting {
    private var names: [String]

    init(_ names: [String]) { self.names = names }

    func next() -> String? { names.isEmpty ? nil : names.removeFirst() }
  }

  private func judge(_ name: String) async throws {
    let scratch = try Scratch()
    let said = try await Swarmlab.runUntilDecided("run", Swarmlab.topology(name), "--output", scratch.runs)
    #expect(said.code == 0, "\(name): \(said.all)")
    let folder = try #require(said.lines.last, "\(name)")
    try await expectSameWhenReplayed(folder, code: 0, in: scratch, name)
  }
}
