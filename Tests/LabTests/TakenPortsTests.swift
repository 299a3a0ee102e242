import Glibc
import Hostility
import Lab
import Planning
import SwarmTime
import Testing

@Suite(
  "Ports that somebody else has, on the host's own loopback",
  .enabled(if: swarmlab != nil && geteuid() == 0, "needs swarmlab built, and the privilege to capture"))
struct TakenPortsTests {
  /// At addresses far from those of other tests.
  private static func plan(_ index: Int, transport: TrackerPlan.Transport = .http) -> Plan {
    var peers = [
      Plans.peer(index, name: "seed", role: .seed),
      Plans.peer(index + 1, name: "mine", command: ["/bin/sh", "-c", "exec sleep 1000"]),
    ]
    peers[1].client.manners = Manners(readyWithinSeconds: 30)
    var plan = Plans.swarm(peers)
    plan.tracker?.address = "127.63.\(index % 256).9"
    plan.tracker?.transport = transport
    return plan
  }

  private func failure(of plan: Plan, _ folder: String) async throws -> LabError {
    do {
      let lab = try await LabProcess.launch(
        plan: plan, folder: folder, executable: try #require(swarmlab), rungs: [.hostLoopback])
      return try #require(await lab.outcome.error)
    } catch let error as LabError { return error }
  }

  @Test("The tracker's, a peer's or a stranger's port: who, where, and what to do, before anything starts")
  func taken() async throws {
    for (number, way) in [Squatter.Way.listening, .datagrams].enumerated() {
      try await withTemporaryFolder { folder in
        let plan = Self.plan(9100 + number * 4, transport: way == .datagrams ? .udp : .http)
        let tracker = try #require(plan.tracker)
        let place = "\(tracker.address):\(tracker.port)"
        let squatter = try Squatter(tracker.address, UInt16(tracker.port), way)
        let error = try await failure(of: plan, folder)
        withExtendedLifetime(squatter) {}
        #expect(error.exitStatus == 75)
        #expect(error.description.hasPrefix("tracker: another program has \(place), where it is to listen; expected"))
        #expect(error.mend.hasPrefix("end that program, which `ss -lntup 'sport = :6969'` shows, or let runs have"))
        #expect(await processesLeft(marked: folder) == [])
      }
    }
    try await withTemporaryFolder { folder in
      let plan = Self.plan(9120)
      let squatters = try plan.peers.map { try Squatter($0.address, UInt16($0.port)) }
      let error = try await failure(of: plan, folder)
      withExtendedLifetime(squatters) {}
      #expect(error.exitStatus == 75 && error.place == "seed")
      #expect(error.what.hasSuffix("where it is to listen (1 more of the run's ports are, too)"), "\(error)")
      #expect(await processesLeft(marked: folder) == [])
    }
    // A client of others, in front of whose port somebody listens, is not taken for ready.
    try await withTemporaryFolder { folder in
      let plan = Self.plan(9130)
      let squatter = try Squatter(plan.peers[1].address, UInt16(plan.peers[1].port))
      let error = try await failure(of: plan, folder)
      withExtendedLifetime(squatter) {}
      #expect(error.exitStatus == 75 && error.place == "mine", "\(error)")
    }
  }

  @Test("A port that is bound without listening is told by whom it stops, and nothing of the run is left")
  func bound() async throws {
    for holdsTracker in [true, false] {
      try await withTemporaryFolder { folder in
        let plan = Self.plan(holdsTracker ? 9140 : 9150)
        let tracker = try #require(plan.tracker)
        let (address, port) =
          holdsTracker ? (tracker.address, tracker.port) : (plan.peers[0].address, plan.peers[0].port)
        let squatter = try Squatter(address, UInt16(port), .bound)
        let error = try await failure(of: plan, folder)
        withExtendedLifetime(squatter) {}
        #expect(error.exitStatus == 75)
        let owner = holdsTracker ? "tracker" : "seed"
        let what = "\(owner): another program has \(address):\(port), where it is to listen"
        #expect(error.description.hasPrefix(what), "\(error)")
        #expect(await processesLeft(marked: folder) == [])
      }
    }
  }
}
