import Planning
import SwarmTime
import Testing
import TopologyFile

@Suite("Faults in plans") struct FaultPlannerTests {
  private func plan(_ faults: String, randomSeed: UInt64? = nil) throws -> Plan {
    try Planner.plan(try Sample.topology(Sample.text + "\nfaults: [\(faults)]"), randomSeed: randomSeed)
  }

  @Test("Who is picked depends on the random seed alone, and not on other faults")
  func draws() throws {
    let picked = "{at: 2 s, kill: {peers: leecher-*, pick: 3}}"
    let first = try plan(picked).faults
    #expect(first.count == 1 && first[0].peers.count == 3 && first[0].peers == first[0].peers.sorted())
    #expect(try plan(picked).faults == first)
    #expect(try plan(picked + ", {at: 5 s, pause: {peers: leecher-*, pick: 1, for: 2 s}}").faults.first == first[0])
    let others = try (1...20).map { try plan(picked, randomSeed: $0).faults[0].peers }
    #expect(Set(others).count > 10)
  }

  @Test("No bound is known where somebody goes for good, or gets another rate")
  func bound() throws {
    for (fault, isKnown) in [
      ("kill: {peers: leecher-*, pick: 1}", false), ("pause: {peers: leecher-*, pick: 1, for: 2 s}", true),
      ("changeRate: {peers: seed, upload: 1 KiB/s}", false),
    ] {
      let bound = try plan("{at: 2 s, \(fault)}").bound
      #expect((bound != nil) == isKnown, "\(fault)")
    }
  }

  @Test("A change of rate brings its burst, the usual one where none is said, and says so")
  func bursts() throws {
    let faults = try plan(
      "{at: 2 s, changeRate: {peers: seed, upload: 1 KiB/s, uploadBurst: 32 KiB}}, "
        + "{at: 3 s, changeRate: {peers: seed, upload: 100 KiB/s}}"
    ).faults
    #expect(
      faults.map(\.uploadLimit) == [
        LimitPlan(bytesPerSecond: 1024, burstBytes: 32768), LimitPlan(bytesPerSecond: 102_400, burstBytes: 102_400),
      ])
    #expect(faults.map(\.uploadBurst) == [32768, 102_400] && faults.allSatisfy { $0.downloadLimit == nil })
    #expect(
      faults.map { FaultWording.begin($0, ["seed"]) } == [
        "seed is limited to 1 KiB/s up (burst 32 KiB)", "seed is limited to 100 KiB/s up",
      ])
  }

  @Test("Again and again, each time with peers of its own, and not beyond its end")
  func again() throws {
    let faults = try plan(
      "{every: 10 s, from: 30 s, until: 60 s, churn: {peers: leecher-*, pick: 1, rejoinAfter: 5 s}}"
    ).faults
    #expect(faults.map(\.id) == ["1.1", "1.2", "1.3"])
    #expect(faults.map(\.at) == [.seconds(30), .seconds(40), .seconds(50)])
    #expect(faults.allSatisfy { $0.kind == .leave && $0.lasts == .seconds(5) && $0.peers.count == 1 })
  }

  @Test("Sessions follow one another, and their mean is the one that was asked for")
  func churn() throws {
    let faults = try plan(
      "{churn: {peers: leecher-*, session: {exponential: 2 s}, off: {fixed: 1 s}}}"
    ).faults
    let starts = faults.map { $0.at ?? .zero }
    #expect(starts == starts.sorted())
    for name in Set(faults.flatMap(\.peers)) {
      let own = faults.filter { $0.peers == [name] }
      for (before, after) in zip(own, own.dropFirst()) {
        #expect((after.at ?? .zero) >= (before.at ?? .zero) + .seconds(1))
      }
    }
    // Eight peers for 300 s, less their arrivals, in cycles of 3 s on average: some 780 departures, give or take 20.
    #expect((650...850).contains(faults.count), "\(faults.count)")
  }

  @Test("A trace is followed from a line that each peer draws, and from the last line to the first")
  func trace() throws {
    let lines = (1...7).map { "\($0) s, \(10 * $0) s" }.joined(separator: "\n")
    let shelf = ClientShelf(folder: "", names: []) {
      ClientShelf.Source(file: $0, folder: "", bytes: Array(lines.utf8))
    }
    let read = TopologyReader.read(
      text: Sample.text + "\nfaults: [{churn: {peers: leecher-*, trace: a.sessions}}]", file: "t.swarm.yaml",
      checks: Sample.checks, clients: shelf)
    let plan = try Planner.plan(try #require(read.topology))
    for peer in plan.peers where peer.group == "leecher" {
      let own = plan.faults.filter { $0.peers == [peer.name] }
      try #require(own.count > 6)
      let first = try #require(own.first?.lasts).nanoseconds / 10_000_000_000
      #expect(own.enumerated().allSatisfy { $1.lasts == .seconds(10 * ((Int(first) - 1 + $0) % 7 + 1)) })
      var back = peer.arrivesAt
      for departure in own {
        let stayed = try #require(departure.at) - back
        #expect(stayed.nanoseconds * 10 == departure.lasts?.nanoseconds)
        back = back + stayed + (departure.lasts ?? .zero)
      }
    }
    let starts = Set(plan.faults.map { "\($0.peers)" }).compactMap { name in
      plan.faults.first { "\($0.peers)" == name }?.lasts
    }
    #expect(Set(starts).count > 1)
  }

  @Test("Who is taken away for good is not waited for; who comes back is")
  func expectations() throws {
    func expected(_ fault: String) throws -> Bool {
      try plan("{at: 9 s, \(fault)}").peers.first { $0.name == "leecher-01" }?.expectedToComplete == true
    }
    let stays = try ["restart: {peers: leecher-01}", "leave: {peers: leecher-01, rejoinAfter: 5 s}"].map(expected)
    let goes = try [
      "kill: {peers: leecher-01}", "leave: {peers: leecher-01}", "fullDisk: {peers: leecher-01}",
    ].map(expected)
    #expect(stays == [true, true] && goes == [false, false, false])
  }

  @Test("A partition is from everybody else, and a plan gives back its faults")
  func partition() throws {
    let plan = try plan(
      "{when: {seedCopies: 1}, partition: {peers: leecher-0?, pick: 50 %}}, {at: 1 s, stopTracker: {}}, "
        + "{at: 2 s, trackerError: {answer: slow, delay: 7 s}}, {at: 3 s, fullDisk: {peers: leecher-*, pick: 1, for: 4 s}}"
    )
    #expect(plan.faults[0].peers.count == 4 && plan.faults[0].others.count == plan.peers.count - 4)
    #expect(plan.faults[0].when == .init(seedCopiesPerMille: 1000) && plan.faults[0].at == nil)
    #expect(plan.faults[2].answer == .late && plan.faults[2].delay == .seconds(7))
    #expect(plan.faults[3].peers.count == 1 && plan.faults[3].lasts == .seconds(4))
    let again = try Plan(yaml: plan.yaml)
    #expect(again == plan)
  }

  @Test("More faults than a plan may have are an error that names where, and none is left out silently")
  func tooMany() throws {
    let error = #expect(throws: PlanningError.self) {
      try plan(
        "{at: 1 s, kill: {peers: leecher-*, pick: 1}}, "
          + "{every: 1 ms, resetConnections: {peers: leecher-*, pick: 1}}")
    }
    let first = try #require(error?.diagnostics.first)
    #expect(first.message.contains("more than 100000 faults") && first.message.hasPrefix("faults[1]"))
  }

  @Test("A later incarnation has another last byte, another identity another peer id")
  func incarnations() throws {
    let peer = try Sample.plan().peers[2]
    #expect(peer.address(incarnation: 0) == "127.64.2.1" && peer.address(incarnation: 3) == "127.64.2.4")
    #expect(peer.peerID(identity: 1).utf8.count == 20 && peer.peerID(identity: 1) != peer.peerID(identity: 2))
    #expect(peer.incarnation(address: 0, identity: 0) == peer)
  }
}
