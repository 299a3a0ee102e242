import Control
import Planning
import Recording
import SwarmTime

/// What is done to the swarm on schedule.
extension RunLogic {
  mutating func strike(_ now: Int64) {
    guard let clock else { return }
    let instant = clock.instant(monotonicNanoseconds: now)
    faults.see(
      complete: plan.peers.count { $0.role == .leecher && people[$0.name]?.isComplete == true },
      seedCopiesPerMille: seedCopiesPerMille, at: instant)
    let beginners = Set(names.filter { isBeingStarted($0) })
    for step in faults.take(at: instant, holdingFor: beginners) {
      switch step {
      case .begin(let fault): begin(fault, now)
      case .heal(let fault): heal(fault, now)
      }
    }
  }

  private mutating func begin(_ fault: FaultPlan, _ now: Int64) {
    // Who has not come yet, or is gone, is spared: that is said by whom the record names. But an address can be cut off
    // before somebody is there, and who comes in the meantime must not be the one way around.
    let struck = fault.kind.isCut ? fault.peers : fault.peers.filter { isPresent($0) }
    if !fault.kind.isOfTracker, struck.isEmpty {
      actions.append(.tell(.note("fault \(fault.id) (\(fault.kind.rawValue)) found nobody to strike")))
      return
    }
    actions.append(.record(.fault(id: fault.id, kind: fault.kind.rawValue, peers: struck, isHealing: false)))
    actions.append(.tell(.note(FaultWording.begin(fault, struck))))
    inForce.append((fault, struck))
    switch fault.kind {
    case .leave: for name in struck { depart(name, now) }
    case .kill, .restart: for name in struck { strikeDown(name) }
    case .pause: for name in struck { actions.append(.pause(name)) }
    case .changeAddress: for name in struck { move(name, fault, now) }
    case .changeRate:
      setRates(struck.map { NewRates(name: $0, upload: fault.uploadLimit, download: fault.downloadLimit) })
    case .partition:
      actions.append(.network(.cut(id: fault.id, addresses(struck), addresses(fault.others))))
    case .isolate: actions.append(.network(.cut(id: fault.id, addresses(struck), nil)))
    case .resetConnections: actions.append(.network(.reset(addresses(struck))))
    case .fullDisk: for name in struck { actions.append(.disk(name, isFull: true)) }
    case .stopTracker:
      people[Self.tracker]?.isLeaving = true
      people[Self.tracker]?.returnsWith = nil
      actions.append(.kill(Self.tracker))
    case .trackerError: actions.append(.order(Self.tracker, .fail(TrackerTrouble(fault))))
    }
  }

  private mutating func heal(_ fault: FaultPlan, _ now: Int64) {
    guard let place = inForce.firstIndex(where: { $0.fault.id == fault.id }) else { return }
    let struck = inForce.remove(at: place).struck
    actions.append(.record(.fault(id: fault.id, kind: fault.kind.rawValue, peers: struck, isHealing: true)))
    actions.append(.tell(.note(FaultWording.heal(fault, struck))))
    switch fault.kind {
    case .leave: for name in struck { comeBack(name) }
    case .restart:
      for name in struck where people[name]?.isAway == true { beginAnew(name, hasNewPeerID: fault.hasNewPeerID) }
    case .pause: for name in struck where stillInForce(.pause, name).isEmpty { actions.append(.goOn(name)) }
    case .changeRate:
      let former = struck.compactMap { formerRates(of: $0, after: fault) }
      setRates(former)
    case .partition, .isolate: actions.append(.network(.mend(id: fault.id)))
    case .fullDisk:
      for name in struck where stillInForce(.fullDisk, name).isEmpty { actions.append(.disk(name, isFull: false)) }
    case .trackerError:
      let other = inForce.last { $0.fault.kind == .trackerError }?.fault
      actions.append(.order(Self.tracker, .fail(other.flatMap(TrackerTrouble.init))))
    case .stopTracker:
      if !inForce.contains(where: { $0.fault.kind == .stopTracker }) { beginAnew(Self.tracker, hasNewPeerID: false) }
    case .kill, .changeAddress, .resetConnections: break
    }
  }

  /// What of a kind still holds for a peer, in the order in which it began: it ends with the last of them, not with the first.
  private func stillInForce(_ kind: FaultPlan.Kind, _ name: String) -> [FaultPlan] {
    inForce.filter { $0.fault.kind == kind && $0.struck.contains(name) }.map(\.fault)
  }

  /// It is to be in the swarm, and its process is not there yet: that is another program, which begins as it is started.
  private func isBeingStarted(_ name: String) -> Bool {
    guard let person = people[name] else { return false }
    return person.hasJoined && person.isSpawning && !person.isAlive && !person.isGone
  }

  /// In the swarm, as far as the lab knows.
  private func isPresent(_ name: String) -> Bool {
    guard let person = people[name] else { return false }
    return person.hasJoined && person.isAlive && !person.isLeaving && !person.isAway
  }

  // MARK: Leaving and coming back

  private mutating func depart(_ name: String, _ now: Int64) {
    people[name]?.isAway = true
    actions.append(.record(.leaveOrdered(peer: name)))
    if isCommand(name) {
      people[name]?.isLeaving = true
      askToStop(name, now)
    } else {
      actions.append(.order(name, .leave))
    }
  }

  private mutating func comeBack(_ name: String) {
    guard people[name]?.isAway == true else { return }
    if isCommand(name) { return beginAnew(name, hasNewPeerID: false) }
    people[name]?.isAway = false
    // Who has died while it was away hears no order.
    guard people[name]?.isAlive == true else { return }
    actions.append(.order(name, .join))
    actions.append(.record(.joined(peer: name)))
  }

  private mutating func strikeDown(_ name: String) {
    people[name]?.isLeaving = true
    people[name]?.isAway = true
    actions.append(.kill(name))
  }

  /// A new process on the data that the old one left.
  mutating func beginAnew(_ name: String, hasNewPeerID: Bool) {
    guard let old = people[name] else { return }
    guard old.isGone else {
      // Its end is not known yet: as soon as it is.
      people[name]?.returnsWith = hasNewPeerID
      return
    }
    var person = Participant(peer: old.peer)
    person.due = old.due
    person.incarnation = old.incarnation
    person.identity = old.identity + (hasNewPeerID ? 1 : 0)
    (person.upload, person.download) = (old.upload, old.download)
    person.isComplete = old.isComplete
    person.isSeenComplete = old.isSeenComplete
    person.isReturning = true
    person.hasJoined = isCommand(name)
    people[name] = person
    spawn(name)
    guard isCommand(name) else { return }
    actions.append(.record(.joined(peer: name)))
    pauseAgain(name)
  }

  /// A native process that came back listens: it gets its clock, and joins.
  mutating func resume(_ name: String) {
    guard people[name]?.isReturning == true, let clock else { return }
    people[name]?.isReturning = false
    guard takesOrders(name) else { return }
    actions.append(.order(name, .start(clock)))
    if name == Self.tracker {
      let trouble = inForce.last { $0.fault.kind == .trackerError }.flatMap { TrackerTrouble($0.fault) }
      if let trouble { actions.append(.order(name, .fail(trouble))) }
      return
    }
    // Its command line tells it the plan's limits, and the judge goes by those that a fault has set.
    if let person = people[name], person.upload != nil || person.download != nil { orderRates(person) }
    people[name]?.hasJoined = true
    actions.append(.order(name, .join))
    actions.append(.record(.joined(peer: name)))
    pauseAgain(name)
  }

  /// What stops a peer stops the process that it is now.
  private mutating func pauseAgain(_ name: String) {
    if !stillInForce(.pause, name).isEmpty { actions.append(.pause(name)) }
  }

  // MARK: Addresses and rates

  /// What the address must not say any more is dropped before the peer is told to go, so that nobody hears a farewell.
  private mutating func move(_ name: String, _ fault: FaultPlan, _ now: Int64) {
    guard let person = people[name], let peer = person.peer else { return }
    let old = peer.address(incarnation: person.incarnation)
    let new = peer.address(incarnation: person.incarnation + 1)
    people[name]?.incarnation += 1
    var steps: [Action] = [.record(.addressChanged(peer: name, from: old, to: new))]
    if isCommand(name) {
      // Another program is begun anew at the new address.
      people[name]?.isLeaving = true
      people[name]?.returnsWith = fault.hasNewPeerID
      if fault.isAbrupt { steps.append(.kill(name)) }
    } else {
      if fault.hasNewPeerID { people[name]?.identity += 1 }
      let peerID = fault.hasNewPeerID ? peer.peerID(identity: person.identity + 1) : nil
      let mode = fault.isAbrupt ? "abrupt" : "polite"
      steps.append(.order(name, .rebind(address: "\(new):\(peer.port)", mode: mode, peerID: peerID)))
    }
    if fault.isAbrupt { actions.append(.network(.silence([old]), then: steps)) } else { actions += steps }
    if isCommand(name), !fault.isAbrupt { askToStop(name, now) }
  }

  /// Limits that a peer is to keep from now on; nil is as before.
  private struct NewRates {
    var name: String
    var upload: LimitPlan?
    var download: LimitPlan?
  }

  /// What a change of rate goes back to: the last that still holds, or the plan.
  private func formerRates(of name: String, after fault: FaultPlan) -> NewRates? {
    guard let peer = people[name]?.peer else { return nil }
    let others = stillInForce(.changeRate, name)
    return NewRates(
      name: name,
      upload: fault.upload == nil ? nil : others.last { $0.upload != nil }?.uploadLimit ?? peer.upload,
      download: fault.download == nil ? nil : others.last { $0.download != nil }?.downloadLimit ?? peer.download)
  }

  private mutating func setRates(_ changes: [NewRates]) {
    var inKernel: [NetworkFault.Rate] = []
    for change in changes {
      guard var person = people[change.name], let peer = person.peer else { continue }
      person.upload = change.upload ?? person.upload
      person.download = change.download ?? person.download
      people[change.name] = person
      actions.append(
        .record(
          .rateChanged(
            peer: change.name, upload: change.upload?.bytesPerSecond, download: change.download?.bytesPerSecond,
            uploadBurst: change.upload?.burstBytes, downloadBurst: change.download?.burstBytes)))
      orderRates(person)
      guard peer.isLimitedByKernel else { continue }
      inKernel.append(
        NetworkFault.Rate(
          index: peer.index, upload: peer.uploadInForce(of: change.upload),
          download: peer.downloadInForce(of: change.download)))
    }
    if !inKernel.isEmpty { actions.append(.network(.rates(inKernel, speed: plan.speed))) }
  }

  /// An order names both limits: who gets it is told again what has not changed.
  private mutating func orderRates(_ person: Participant) {
    guard let peer = person.peer, peer.isLimitedByClient, takesOrders(peer.name) else { return }
    func limit(_ plan: LimitPlan?) -> ControlOrder.Limit? {
      plan.map { ControlOrder.Limit(bytesPerSecond: $0.bytesPerSecond, burstBytes: $0.burstBytes) }
    }
    actions.append(
      .order(
        peer.name,
        .setRate(upload: limit(person.upload ?? peer.upload), download: limit(person.download ?? peer.download))))
  }

  private func addresses(_ names: [String]) -> [String] {
    names.compactMap { people[$0]?.peer?.address }
  }
}

extension TrackerTrouble {
  init?(_ fault: FaultPlan) {
    switch fault.answer {
    case .serverError: self = .serverError
    case .garbage: self = .garbage
    case .late: self = .slow(fault.delay ?? .zero)
    case nil: return nil
    }
  }
}
