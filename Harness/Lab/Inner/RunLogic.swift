package import Control
package import Planning
package import Recording
package import SwarmTime

/// The run as a value: what happened goes in, what is to be done comes out. It knows no process and no clock; instants
/// are real nanoseconds of CLOCK_MONOTONIC, handed in.
///
/// A run goes through `starting` (processes open their sockets), `running` (from zero on) and `stopping`.
package struct RunLogic: Sendable {
  package enum Input: Sendable {
    case begin
    case spawned(String, processID: Int32)
    /// Its socket is open: said by a native process, seen for others.
    case listening(String)
    /// Its port is open for UDP, and not for TCP.
    case openForDatagrams(String)
    /// A native peer says that all its pieces are verified.
    case completed(String)
    /// A peer was seen complete on the wire.
    case seenComplete(String)
    /// A native process says what is wrong.
    case complained(String, code: String, String)
    case exited(String, Termination, lastWords: [String])
    /// It could not even be started.
    case notStarted(String, LabError)
    /// Stream bytes that seeds have sent, in thousandths of the payload; told only while a fault waits for it.
    case seedCopies(perMille: Int64)
    case stop(EndReason)
    case failed(LabError)
    /// `nextDeadline` has come.
    case timer
  }

  package indirect enum Action: Hashable, Sendable {
    case spawn(String)
    case order(String, ControlOrder)
    case terminate(String)
    case kill(String)
    /// SIGSTOP, and SIGCONT.
    case pause(String)
    case goOn(String)
    /// What the network is told, and what is done once that is in force.
    case network(NetworkFault, then: [Action] = [])
    /// The peer's disk has no room left, or has room again.
    case disk(String, isFull: Bool)
    /// From now on the swarm has a clock.
    case setZero(SwarmClock)
    case record(RecordEvent)
    case tell(LabEvent)
    /// Nothing is alive any more; the run ended for this reason.
    case finished(EndReason, LabError?)
  }

  package enum Phase: Hashable, Sendable { case starting, running, settling, stopping, finished }

  package static let tracker = "tracker"

  package var plan: Plan
  package private(set) var phase = Phase.starting
  package private(set) var clock: SwarmClock?
  var people: [String: Participant] = [:]
  /// Names in the plan's order, the tracker first where there is one: nothing depends on the order of a dictionary.
  let names: [String]
  var actions: [Action] = []
  var endReason: EndReason?
  var error: LabError?
  var stopSteps: [(at: Int64, step: StopStep)] = []
  var faults: FaultSchedule
  /// Faults that have begun and are not healed yet, in the order in which they began, and whom each has struck.
  var inForce: [(fault: FaultPlan, struck: [String])] = []
  private(set) var seedCopiesPerMille: Int64 = 0
  private var readyBy = Int64.max
  private var settledBy = Int64.max

  enum StopStep: Sendable { case terminatePeers, killPeers, terminateTracker, killTracker }

  package init(plan: Plan) {
    self.plan = plan
    faults = FaultSchedule(plan.faults)
    names = (plan.tracker == nil ? [] : [Self.tracker]) + plan.peers.map(\.name)
    if plan.tracker != nil { people[Self.tracker] = Participant(peer: nil) }
    for peer in plan.peers { people[peer.name] = Participant(peer: peer) }
  }

  /// Takes an input; what is to be done is then in `takeActions()`.
  package mutating func handle(_ input: Input, at now: Int64) {
    switch input {
    case .begin: begin(now)
    case .spawned(let name, let id): spawned(name, id, now)
    case .listening(let name): listening(name, now)
    case .openForDatagrams(let name): people[name]?.isOpenForDatagrams = true
    case .completed(let name): completed(name, now, bySelf: true)
    case .seenComplete(let name): completed(name, now, bySelf: false)
    case .complained(let name, let code, let text): people[name]?.complaint = (code, text)
    case .exited(let name, let how, let words): exited(name, how, words, now)
    case .notStarted(let name, let error):
      people[name]?.isGone = true
      fail(error, now)
    case .seedCopies(let perMille): seedCopiesPerMille = perMille
    case .stop(let reason): end(reason, now)
    case .failed(let error): fail(error, now)
    case .timer: break
    }
    keepForeignDeadlines(now)
    advance(now)
  }

  package mutating func takeActions() -> [Action] {
    defer { actions = [] }
    return actions
  }

  /// When `handle(.timer)` is due at the latest; nil while nothing is.
  package var nextDeadline: Int64? {
    var earliest = Int64.max
    switch phase {
    case .starting:
      if names.contains(where: { !isCommand($0) && people[$0]?.isReady == false }) { earliest = readyBy }
    case .running:
      if let clock { earliest = realTime(plan.until.within.nanoseconds, clock) }
      for person in people.values where !person.isReturning { earliest = min(earliest, person.due) }
      if let clock, let next = faults.next { earliest = min(earliest, realTime(next.nanoseconds, clock)) }
    case .settling: earliest = settledBy
    case .stopping: for step in stopSteps { earliest = min(earliest, step.at) }
    case .finished: break
    }
    if phase != .finished { earliest = min(earliest, nextForeignDeadline) }
    return earliest == .max ? nil : earliest
  }

  /// Other programs that have been started and whose socket was not seen open yet.
  var awaitedSockets: [PeerPlan] {
    plan.peers.compactMap { peer in
      guard peer.client.kind == .command, peer.client.manners.readyOutput == nil, let person = people[peer.name],
        person.isAlive, !person.isReady
      else { return nil }
      return current(peer)
    }
  }

  /// The peer as it is by now: at the address and with the random seed of its present incarnation.
  func current(_ peer: PeerPlan) -> PeerPlan {
    guard let person = people[peer.name] else { return peer }
    return peer.incarnation(address: person.incarnation, identity: person.identity)
  }

  /// A tracker of another program has been started and its socket was not seen open yet.
  var awaitsTrackerSocket: Bool {
    guard !takesOrders(Self.tracker), let person = people[Self.tracker] else { return false }
    return person.isAlive && !person.isReady
  }

  // MARK: Starting

  private mutating func begin(_ now: Int64) {
    // Ten seconds, and 50 ms for each process: twenty times what was measured.
    readyBy = now + 10_000_000_000 + Int64(names.count) * 50_000_000
    actions.append(.tell(.phase(.starting)))
    for name in names where spawnsBeforeZero(name) && (!isCommand(name) || plan.tracker == nil) { spawn(name) }
  }

  /// Native processes wait for `join`. Other programs begin when they are started, so only seeds that are there from the
  /// beginning start before zero; the start of the rest is part of what is measured.
  private func spawnsBeforeZero(_ name: String) -> Bool {
    guard let peer = people[name]?.peer, peer.client.kind == .command else { return true }
    return peer.role == .seed && peer.arrivesAt <= .zero
  }

  func isCommand(_ name: String) -> Bool { people[name]?.peer?.client.kind == .command }

  /// Downloads from a server, over HTTP.
  private func isDownloader(_ name: String) -> Bool {
    plan.distribution == .clientServer && people[name]?.peer?.role == .leecher
  }

  /// Native processes do, over their standard input; others know signals only.
  func takesOrders(_ name: String) -> Bool {
    name == Self.tracker ? plan.tracker?.program == .native : !isCommand(name)
  }

  mutating func spawn(_ name: String) {
    people[name]?.isSpawning = true
    actions.append(.spawn(name))
  }

  private mutating func spawned(_ name: String, _ id: Int32, _ now: Int64) {
    people[name]?.isAlive = true
    people[name]?.spawnedAt = now
    giveTimeToBeReady(name, now)
    actions.append(.record(.spawned(process: name, processID: id)))
    // A client of a server listens to nobody.
    if isDownloader(name), isCommand(name) { listening(name, now) }
    // Started while the run was being ended: told at once.
    if phase == .stopping { stop(name, now) }
    // A tracker that was stopped again before it was there.
    if name == Self.tracker, people[name]?.isLeaving == true { actions.append(.kill(name)) }
  }

  private mutating func listening(_ name: String, _ now: Int64) {
    guard people[name]?.isReady == false else { return }
    people[name]?.isReady = true
    actions.append(.record(.ready(process: name)))
    if phase == .running { resume(name) }
    // Clients given as commands announce as soon as they run, so the tracker comes first.
    if name == Self.tracker, phase == .starting {
      for other in names where isCommand(other) && spawnsBeforeZero(other) { spawn(other) }
    }
  }

  private mutating func start(_ now: Int64) {
    let clock = SwarmClock(zeroMonotonicNanoseconds: now, speed: plan.speed)
    self.clock = clock
    phase = .running
    actions.append(.setZero(clock))
    actions.append(.tell(.zero(monotonicNanoseconds: now, speed: plan.speed)))
    actions.append(.tell(.phase(.running)))
    for name in names where takesOrders(name) { actions.append(.order(name, .start(clock))) }
    for peer in plan.peers {
      let arrival = realTime(peer.arrivesAt.nanoseconds, clock)
      people[peer.name]?.due = arrival
    }
  }

  // MARK: Running

  private mutating func join(_ name: String) {
    people[name]?.due = .max
    // Who has died before its time joins nothing.
    guard people[name]?.isGone != true else { return }
    people[name]?.hasJoined = true
    if isCommand(name) {
      if people[name]?.isSpawning == false { spawn(name) }
    } else {
      actions.append(.order(name, .join))
    }
    actions.append(.record(.joined(peer: name)))
  }

  private mutating func leave(_ name: String, _ now: Int64) {
    people[name]?.due = .max
    people[name]?.isLeaving = true
    // A fault that has taken it away brings it back no more.
    people[name]?.isAway = false
    people[name]?.returnsWith = nil
    actions.append(.record(.leaveOrdered(peer: name)))
    if isCommand(name) { askToStop(name, now) } else { actions.append(.order(name, .leave)) }
  }

  /// A native peer's own word counts for ending the run; others are believed by what they show on the wire.
  private mutating func completed(_ name: String, _ now: Int64, bySelf: Bool) {
    guard var person = people[name], let peer = person.peer, let clock, peer.role == .leecher else { return }
    if !bySelf { person.isSeenComplete = true }
    let isNews = !person.isComplete && (bySelf || isCommand(name))
    if isNews {
      person.isComplete = true
      actions.append(.tell(.completed(peer: name, at: clock.instant(monotonicNanoseconds: now))))
      switch (peer.onComplete.action, peer.onComplete.duration) {
      case (.leave, _) where !isCommand(name):
        // Told at its start: it leaves by itself, at once.
        person.isLeaving = true
        actions.append(.record(.leaveOrdered(peer: name)))
      case (.leave, _): person.due = now
      case (.seed, let duration?): person.due = now + clock.realNanoseconds(duration)
      case (.seed, nil): break
      }
    }
    people[name] = person
  }

  private mutating func exited(_ name: String, _ how: Termination, _ words: [String], _ now: Int64) {
    guard var person = people[name] else { return }
    let lived = now - (person.spawnedAt ?? now)
    person.isAlive = false
    person.isGone = true
    let wasOrdered = person.isLeaving || person.isStopping
    people[name] = person
    let at = clock?.instant(monotonicNanoseconds: now) ?? SwarmInstant(nanoseconds: 0)
    actions.append(
      .record(.exited(process: name, code: how.code, signal: how.signal, ordered: wasOrdered)))
    actions.append(.tell(.exited(process: name, code: how.code, signal: how.signal, ordered: wasOrdered, at: at)))
    if let hasNewPeerID = person.returnsWith, phase == .running {
      beginAnew(name, hasNewPeerID: hasNewPeerID)
      return
    }
    guard !wasOrdered, phase != .stopping else { return }
    // A client of a server ends by itself, as soon as it has all.
    if isDownloader(name), how.code == 0, phase == .running { return }
    people[name]?.hasDied = true
    // A swarm without its tracker is another experiment than the one that was asked for.
    if phase == .starting || name == Self.tracker || isStillAwaited(name) || lived < 1_000_000_000 {
      fail(death(name, how, milliseconds: lived / 1_000_000, words), now)
    } else {
      actions.append(.tell(.note("\(name) ended with \(how.description), which nobody ordered; the run goes on")))
    }
  }

  // MARK: Going on

  private mutating func advance(_ now: Int64) {
    switch phase {
    case .starting:
      let waitedFor = names.filter { spawnsBeforeZero($0) && people[$0]?.isReady == false }
      if waitedFor.isEmpty {
        start(now)
        advance(now)
      } else if case let late = waitedFor.filter({ !isCommand($0) }), !late.isEmpty, now >= readyBy {
        fail(notReady(late), now)
      }
    case .running: run(now)
    case .settling: if now >= settledBy || isSettled { end(endReason ?? .complete, now) }
    case .stopping: goOnStopping(now)
    case .finished: break
    }
  }

  /// To come or to go by now.
  private func isDue(_ name: String, _ now: Int64) -> Bool {
    people[name].map { $0.due <= now && !$0.isReturning } ?? false
  }

  private mutating func run(_ now: Int64) {
    guard let clock else { return }
    // Who arrives at the very instant of a fault is there for it.
    let arriving = names.filter { people[$0]?.hasJoined == false && isDue($0, now) }
    for name in arriving { join(name) }
    strike(now)
    for name in names where people[name]?.hasJoined == true && isDue(name, now) { leave(name, now) }
    if plan.until.condition == .complete {
      let expected = plan.peers.filter(\.expectedToComplete)
      let unfinished = expected.filter { people[$0.name]?.isComplete == false && people[$0.name]?.hasDied == false }
      // Where nobody is waited for, since faults take all of them for good, the faults are.
      if unfinished.isEmpty, !expected.isEmpty || faults.isEmpty {
        endReason = expected.allSatisfy { people[$0.name]?.isComplete == true } ? .complete : .death
        // The last HAVEs and announces must be on the wire before anybody is told to stop.
        phase = .settling
        settledBy = now + 500_000_000
        advance(now)
        return
      }
    }
    if now >= realTime(plan.until.within.nanoseconds, clock) { end(.deadline, now) }
  }

  private var isSettled: Bool {
    plan.peers.allSatisfy { peer in
      guard let person = people[peer.name], person.isComplete else { return true }
      return person.isSeenComplete
    }
  }

  private func realTime(_ nanoseconds: Int64, _ clock: SwarmClock) -> Int64 {
    clock.zeroMonotonicNanoseconds + clock.realNanoseconds(SwarmDuration(nanoseconds: nanoseconds))
  }

  mutating func setPhase(_ phase: Phase) { self.phase = phase }
}
