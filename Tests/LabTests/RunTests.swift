import Glibc
import Lab
import Planning
import Recording
import SwarmTime
import Testing

/// The program itself, built beside the tests.
let swarmlab: String? = ProgramPath.ownFolder.flatMap { ProgramPath.find("\($0)/swarmlab") }

/// Runs of small swarms through both halves of the lab, with the programs that were built beside the tests.
@Suite(
  "A run through both halves of the lab",
  .enabled(if: swarmlab != nil && sandboxReason == nil, "needs swarmlab built, and bubblewrap"))
struct RunTests {
  private func script(_ name: String, _ index: Int, _ text: String) -> PeerPlan {
    Plans.peer(index, name: name, command: ["/bin/sh", "-c", text])
  }

  private func launch(
    _ plan: Plan, _ folder: String, deadline: Duration? = nil, rungs: [Sandbox.Rung] = Sandbox.Rung.allCases
  ) async throws -> LabProcess {
    try await LabProcess.launch(
      plan: plan, folder: folder, executable: try #require(swarmlab), deadline: deadline, rungs: rungs)
  }

  @Test("a native swarm completes; its record and capture are whole, and nothing of it is left", arguments: [1, 10])
  func native(speed: Double) async throws {
    try await withTemporaryFolder { folder in
      let lab = try await launch(Plans.swarm(Plans.small.peers, speed: speed), folder)
      var completed: Set<String> = []
      for await event in lab.events { if case .completed(let peer, _) = event { completed.insert(peer) } }
      let outcome = await lab.outcome
      #expect(outcome.reason == .complete)
      #expect(outcome.error == nil)
      #expect(completed == ["leecher-1", "leecher-2"])
      #expect(outcome.capture.map { $0.frames > 100 && $0.dropped == 0 } == true)
      let record = try RunRecord.read(path: "\(folder)/record.jsonl")
      let hashes = Set(record.compactMap { if case .file(_, _, let sha256) = $0.event { sha256 } else { nil } })
      let payload = record.compactMap { if case .payload(let sha256, _) = $0.event { sha256 } else { nil } }
      #expect(hashes == Set(payload))
      #expect(record.contains { $0.event == .joined(peer: "leecher-2") && $0.at >= .seconds(2) })
      #expect(processes(marked: folder) == [])
      #expect(contents(of: "\(folder)/peers/leecher-1/data/payload.bin") == nil)
    }
  }

  @Test("a client that dies at once ends the run, which says how, and its last words")
  func earlyDeath() async throws {
    try await withTemporaryFolder { folder in
      let plan = Plans.swarm([
        Plans.peer(0, name: "seed", role: .seed), script("mine", 1, "echo dying words >&2; exit 3"),
      ])
      let outcome = await (try launch(plan, folder)).outcome
      #expect(outcome.reason == .failed)
      let error = try #require(outcome.error)
      #expect(error.exitStatus == 64)
      #expect(error.description.hasPrefix("mine: ended with exit status 3, "))
      #expect(error.log == ["dying words"])
      #expect(processes(marked: folder) == [])
    }
  }

  @Test("a client that cannot be executed is refused before anything starts")
  func missing() async throws {
    try await withTemporaryFolder { folder in
      let plan = Plans.swarm([
        Plans.peer(0, name: "seed", role: .seed), Plans.peer(1, name: "mine", command: ["/nonexistent/client"]),
      ])
      let error = await #expect(throws: LabError.self) { try await launch(plan, folder) }
      #expect(error?.exitStatus == 64)
      #expect(error?.description.hasPrefix("/nonexistent/client: the client of mine cannot be executed") == true)
    }
  }

  @Test("a client that floods its log, and children that leave it, harm nothing; the run ends at its deadline")
  func flood() async throws {
    try await withTemporaryFolder { folder in
      let marker = "10000.\(getpid())"
      let plan = Plans.swarm(
        [
          Plans.peer(0, name: "seed", role: .seed),
          script("flood", 1, "setsid sleep \(marker) & sleep \(marker) & exec yes a line that is written for ever"),
        ], within: .seconds(2))
      let outcome = await (try launch(plan, folder)).outcome
      #expect(outcome.reason == .deadline)
      let log = try #require(contents(of: "\(folder)/peers/flood/stdout.log"))
      #expect(log.count <= CappedLog.defaultLimit + CappedLog.notice.utf8.count)
      #expect(processes(marked: marker) == [])
    }
  }

  @Test("the hard limit of real time ends a run in good order")
  func timedOut() async throws {
    try await withTemporaryFolder { folder in
      let plan = Plans.swarm([Plans.peer(0, name: "seed", role: .seed), script("idle", 1, "exec sleep 1000")])
      let outcome = await (try launch(plan, folder, deadline: .milliseconds(500))).outcome
      #expect(outcome.reason == .timedOut)
      #expect(outcome.error == nil)
      let record = try RunRecord.read(path: "\(folder)/record.jsonl")
      #expect(record.contains { $0.event == .ended(reason: "timedOut") })
    }
  }

  @Test(
    "a lab that is killed in mid-run, even after it was stopped, leaves nothing and is named", arguments: [false, true])
  func killed(stopped: Bool) async throws {
    try await withTemporaryFolder { folder in
      let plan = Plans.swarm([Plans.peer(0, name: "seed", role: .seed), script("idle", 1, "exec sleep 1000")])
      let lab = try await launch(plan, folder)
      for await event in lab.events {
        guard case .zero = event else { continue }
        // The shells and bubblewrap mention the folder as well, but not first.
        for id in processes(named: swarmlab ?? "")
        where text(of: "/proc/\(id)/cmdline")?.contains(folder) == true {
          if stopped { kill(id, SIGSTOP) }
          if !stopped { kill(id, SIGKILL) }
        }
        if stopped { await lab.stop() }
      }
      let outcome = await lab.outcome
      #expect(outcome.reason == (stopped ? .interrupted : .failed))
      if !stopped { #expect(outcome.error?.exitStatus == 70) }
      #expect(await processesLeft(marked: folder) == [])
    }
  }

  @Test(
    "on the host's loopback a swarm runs as well, and kernel limits are refused there with the reason",
    .enabled(if: geteuid() == 0, "needs the privilege to capture"))
  func hostLoopback() async throws {
    try await withTemporaryFolder { folder in
      // Addresses far from those of other tests: the host's loopback is shared.
      var peers = Plans.small.peers
      for index in peers.indices { peers[index].address = Addresses.peer(9000 + index) }
      var plan = Plans.swarm(peers, speed: 10)
      plan.tracker?.address = "127.63.200.1"
      let outcome = await (try launch(plan, folder, rungs: [.hostLoopback])).outcome
      #expect(outcome.reason == .complete, "\(outcome)")
      #expect(outcome.rung == .hostLoopback)
      plan.peers[0].limitedBy = .kernel
      plan.peers[0].upload = LimitPlan(bytesPerSecond: 1000)
      let refused = plan
      let error = await #expect(throws: LabError.self) { try await launch(refused, folder, rungs: [.hostLoopback]) }
      #expect(error?.exitStatus == 75)
      #expect(error?.description.contains("host-loopback: no kernel limits here") == true)
    }
  }

  @Test("every rung is tried by use; what stands says what it can do, what does not says why")
  func ladder() async throws {
    let findings = await Sandbox.ladder(executable: try #require(swarmlab))
    #expect(findings.map(\.rung) == Sandbox.Rung.allCases)
    for finding in findings { #expect(!finding.capabilities.isEmpty || finding.reason != nil) }
    #expect(findings.first?.capabilities == Set(Sandbox.Capability.allCases), "\(findings)")
  }
}
