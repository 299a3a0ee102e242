import SwarmTime
public import TopologyFile

/// Resolves a topology to the last peer. The same topology and random seed give the same plan, byte for byte.
public enum Planner {
  /// - Parameters:
  ///   - randomSeed: Instead of the topology's own.
  ///   - speed: Instead of the topology's own.
  /// - Throws: `PlanningError`.
  public static func plan(_ topology: Topology, randomSeed: UInt64? = nil, speed: Double? = nil) throws -> Plan {
    let runSeed = randomSeed ?? topology.randomSeed
    if let speed { try check(speed: speed, for: topology) }
    var peers = try self.peers(of: topology, runSeed: runSeed)
    let faults = FaultPlanner(peers: peers, runSeed: runSeed, end: .zero + topology.until.end).plan(topology.faults)
    try checkNumber(faults, topology)
    try checkAddresses(faults, topology)
    let buckets = KernelBuckets(peers: peers, speed: speed ?? topology.speed)
    if let trouble = buckets.trouble(with: faults, in: topology) { throw PlanningError([trouble]) }
    // Who is taken away for good is not waited for.
    let gone = Set(faults.filter(\.isForGood).flatMap(\.peers))
    for index in peers.indices where gone.contains(peers[index].name) { peers[index].expectedToComplete = false }
    let theory = DistributionTime(payloadBytes: topology.payload.sizeBytes, peers: peers)
    // Theory knows of nobody who wants a part, goes for good or gets another rate.
    let isBounded =
      peers.allSatisfy { $0.wantedPieces == nil } && !faults.contains { $0.isForGood || $0.kind == .changeRate }
    let isServed = topology.distribution == .clientServer
    return Plan(
      name: topology.name, description: topology.description, randomSeed: runSeed, speed: speed ?? topology.speed,
      wallBudgetSeconds: topology.wallBudget?.seconds, distribution: isServed ? .clientServer : .peerToPeer,
      payload: PayloadPlan(
        name: topology.payload.name, sizeBytes: topology.payload.sizeBytes,
        pieceLengthBytes: topology.payload.pieceLengthBytes,
        randomSeed: RandomSeed.derive(from: runSeed, name: "payload")),
      tracker: isServed ? nil : TrackerPlan(topology.tracker, address: Addresses.tracker(in: topology.range)),
      peers: peers, until: UntilPlan(topology.until), capture: CapturePlan(topology.capture),
      checks: topology.checks.map(CheckPlan.init), mustDecide: topology.mustDecide, faults: faults,
      bound: !isBounded ? nil : isServed ? theory.clientServer : theory.peerToPeer)
  }

  /// What is doubtful about a plan, though it can be run.
  public static func warnings(about plan: Plan, of topology: Topology) -> [Diagnostic] {
    PlanDoubts(plan: plan, topology: topology).warnings
  }

  private static func peers(of topology: Topology, runSeed: UInt64) throws -> [PeerPlan] {
    var peers: [PeerPlan] = []
    for group in topology.groups {
      let arrivals = Arrivals.draw(for: group, runSeed: runSeed)
      if let last = arrivals.last, last >= .zero + topology.until.end { throw late(group, last, topology, runSeed) }
      let profile = try profile(of: group)
      for (member, arrival) in arrivals.enumerated() {
        var peer = peer(
          member, of: group, index: peers.count, in: topology, arrivesAt: arrival, runSeed: runSeed)
        peer.profile = profile
        if topology.distribution == .clientServer { peer.becomesPartOfClientServer() }
        peers.append(peer)
      }
    }
    return peers
  }

  /// What is known of the group's choking; nil for nothing.
  private static func profile(of group: PeerGroup) throws(PlanningError) -> Profile? {
    if group.client.isNative {
      return .native(ChokingPlan(group))
    }
    guard let source = group.client.foreign?.profile else { return nil }
    return try NamedProfile(bytes: Array(source.text.utf8), file: source.file).profile
  }

  private static func peer(
    _ member: Int, of group: PeerGroup, index: Int, in topology: Topology, arrivesAt: SwarmInstant, runSeed: UInt64
  ) -> PeerPlan {
    let name = group.peerName(member)
    let isLimited = group.upload != nil || group.download != nil
    return PeerPlan(
      name: name, group: group.name, index: index, role: group.role == .seed ? .seed : .leecher,
      address: Addresses.peer(index, range: topology.range), port: Addresses.peerPort,
      randomSeed: RandomSeed.derive(from: runSeed, name: name),
      client: ClientPlan(group, hasUDPTracker: topology.tracker.transport != .http),
      profile: nil,
      upload: group.upload.map { LimitPlan(bytesPerSecond: $0, burstBytes: group.uploadBurst) },
      download: group.download.map { LimitPlan(bytesPerSecond: $0, burstBytes: group.downloadBurst) },
      limitedBy: isLimited ? PeerPlan.LimitedBy(group.limitedBy) : .none,
      arrivesAt: arrivesAt, onComplete: OnComplete(group), expectedToComplete: group.role == .leecher,
      wantedPieces: group.wantedPieces(of: topology.payload),
      knownDeviations: group.client.foreign?.client.knownDeviations.map {
        KnownDeviation(check: $0.check, reason: $0.reason, source: $0.source ?? "")
      })
  }

  private static func late(
    _ group: PeerGroup, _ last: SwarmInstant, _ topology: Topology, _ runSeed: UInt64
  ) -> PlanningError {
    PlanningError([
      Diagnostic(
        file: topology.file, place: topology.place("peers.\(group.name).arrive"),
        message: "peers.\(group.name).arrive: with random seed \(runSeed) the last of \(group.count) arrives at "
          + "\(Wording.time(last - .zero)), but the run ends at \(Wording.time(topology.until.end))",
        expected: "a later end, a higher rate of arrivals, or fewer peers")
    ])
  }

  /// A plan that left out what is too much would be another experiment than the file's.
  private static func checkNumber(_ faults: [FaultPlan], _ topology: Topology) throws {
    guard faults.count > FaultPlanner.mostFaults, let last = faults.last else { return }
    let number = last.id.split(separator: ".").first.flatMap { Int($0) } ?? 1
    let path = topology.faults[number - 1].path
    throw PlanningError([
      Diagnostic(
        file: topology.file, place: topology.place(path),
        message: "\(path): with it there would be more than \(FaultPlanner.mostFaults) faults in the run",
        expected: "a longer every, longer sessions, an earlier until, or fewer of pick")
    ])
  }

  /// Addresses of a peer differ in the last byte.
  private static func checkAddresses(_ faults: [FaultPlan], _ topology: Topology) throws {
    var moves: [String: Int] = [:]
    for fault in faults where fault.kind == .changeAddress {
      for name in fault.peers {
        moves[name, default: 0] += 1
        guard moves[name, default: 0] > Addresses.mostChanges else { continue }
        let number = fault.id.split(separator: ".").first.flatMap { Int($0) } ?? 1
        let path = topology.faults[number - 1].path
        throw PlanningError([
          Diagnostic(
            file: topology.file, place: topology.place(path),
            message: "\(path): \(name) would change address more than \(Addresses.mostChanges) times, and has no more "
              + "addresses", expected: "a longer every, an earlier until, or fewer of pick")
        ])
      }
    }
  }

  private static func check(speed: Double, for topology: Topology) throws {
    let place = Place(option: "--speed \(PlainNumber(speed).text)")
    guard TopologyLimits.speed.contains(speed) else {
      throw PlanningError([
        Diagnostic(
          file: topology.file, place: place, message: "speed \(PlainNumber(speed).text) is out of range",
          expected: "a number from \(PlainNumber(TopologyLimits.speed.lowerBound).text) to "
            + PlainNumber(TopologyLimits.speed.upperBound).text)
      ])
    }
    guard speed != 1, let group = topology.groups.first(where: { !$0.client.isNative }) else { return }
    throw PlanningError([
      Diagnostic(
        file: topology.file, place: place,
        message: "peers.\(group.name) runs \(group.client.foreign?.client.name ?? "a client given by command"), which "
          + "cannot be sped up", expected: "speed 1")
    ])
  }
}

/// Why a topology, though valid, cannot be planned.
public struct PlanningError: Error, CustomStringConvertible, Sendable {
  public var diagnostics: [Diagnostic]

  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
