import Foundation
import Judging
import Planning
import ProofMatrix
import Testing
import TopologyFile

@Suite struct FaultScheduleTests {
  @Test func `Every schedule drawn is a swarm that can run, and every kind of fault is drawn`() throws {
    var kinds: Set<FaultPlan.Kind> = []
    for seed in UInt64(1)...100 {
      let result = TopologyReader.read(
        bytes: Array(FaultSchedule(randomSeed: seed).topology.utf8), file: "\(seed).swarm.yaml",
        checks: CheckCatalogue.specs, clients: .empty)
      let topology = try #require(result.topology, "\(result.diagnostics)")
      kinds.formUnion(try Planner.plan(topology, randomSeed: nil, speed: nil).faults.map(\.kind))
    }
    #expect(kinds.count >= 12, "\(kinds)")
  }

  @Test func `A random seed gives the same schedule again, and another one another`() {
    #expect(FaultSchedule(randomSeed: 7).topology == FaultSchedule(randomSeed: 7).topology)
    #expect(FaultSchedule(randomSeed: 7).faults != FaultSchedule(randomSeed: 8).faults)
  }

  @Test func `A swarm that fails and says of no check why is in trouble all the same`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "schedule-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func trouble(_ program: String) async throws -> String? {
      try await ScheduledSwarm(FaultSchedule(randomSeed: 1), program: program, folder: folder).trouble()
    }
    #expect(try await trouble("/bin/false")?.contains("swarmlab ended with") == true)
    #expect(try await trouble("/bin/true") == nil)
  }
}
