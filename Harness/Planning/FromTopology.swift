import SwarmTime
import TopologyFile

/// The small turnings from the topology's values to the plan's.
extension TrackerPlan {
  init(_ tracker: Topology.Tracker, address: String = Addresses.tracker) {
    let transport: Transport =
      switch tracker.transport {
      case .http: .http
      case .udp: .udp
      case .both: .both
      }
    self.init(
      address: address, port: Addresses.trackerPort, announceInterval: tracker.announceInterval,
      transport: transport, program: tracker.program == .native ? .native : .opentracker)
  }
}

extension UntilPlan {
  init(_ until: Topology.Until) {
    switch until {
    case .complete(let within): self.init(condition: .complete, within: within)
    case .time(let time): self.init(condition: .time, within: time)
    }
  }
}

extension CapturePlan {
  init(_ capture: Topology.Capture) {
    let keep: Keep =
      switch capture.keep {
      case .full: .full
      case .scrubbed: .scrubbed
      case .none: .none
      }
    self.init(keep: keep, atMostBytes: capture.atMostBytes)
  }
}

extension CheckPlan {
  init(_ check: Topology.ChosenCheck) {
    self.init(
      name: check.name,
      parameters: check.parameters.mapValues { value in
        switch value {
        case .text(let text): .text(text)
        case .flag(let flag): .flag(flag)
        case .integer(let integer): .integer(integer)
        case .number(let number): .number(number)
        }
      })
  }
}

extension ClientPlan {
  init(_ group: PeerGroup, hasUDPTracker: Bool) {
    let misbehaviour = group.misbehaviour.map { MisbehaviourPlan(name: $0.name, dose: $0.dose) }
    switch group.client {
    case .native:
      self.init(
        kind: .native,
        choking: ChokingPlan(group),
        offersFast: group.offersFast, misbehaviour: misbehaviour, exchangesPeers: group.exchangesPeers)
    case .foreign(let chosen):
      let client = chosen.client
      let tells = group.limitedBy == .kernel ? [] : group.limits
      self.init(
        kind: .command, name: client.name,
        command: chosen.command(isSeed: group.role == .seed, keeps: tells, hasUDPTracker: hasUDPTracker),
        environment: chosen.environment, files: chosen.files.map(PlannedFile.init), manners: Manners(client),
        isBound: client.isBound, install: client.install.advice, misbehaviour: misbehaviour)
    }
  }
}

extension ChokingPlan {
  init(_ group: PeerGroup) {
    self.init(
      algorithm: group.choking.algorithm, slots: group.choking.slots,
      optimisticSlots: group.choking.optimisticSlots, optimisticChoice: group.optimisticChoice,
      seedRule: NativeClient.chokingAlgorithm(named: group.choking.algorithm)?.parameters.contains("seedRule") == true
        ? Profile.SeedRule(rawValue: group.choking.seedRule) : nil)
  }
}

extension PlannedFile {
  init(_ file: ForeignClient.File) {
    switch file.content {
    case .text(let text): self.init(path: file.path, text: text)
    case .copy(let original): self.init(path: file.path, copy: original)
    }
  }
}

extension Manners {
  init(_ client: ForeignClient) {
    self.init(
      readyOutput: client.ready.output, readyWithinSeconds: client.ready.within.seconds,
      stopSignal: client.stop.signal.rawValue, stopWithinSeconds: client.stop.within.seconds)
  }
}

extension OnComplete {
  /// What `defaults` say of completion is not for seeds, which have everything from the start.
  init(_ group: PeerGroup) {
    guard group.role != .seed else {
      self.init(action: .seed)
      return
    }
    switch group.onComplete {
    case .leave: self.init(action: .leave)
    case .seed(let duration): self.init(action: .seed, duration: duration)
    }
  }
}

extension PeerGroup {
  /// The format reads no other words; a test holds both lists equal.
  var optimisticChoice: Profile.OptimisticChoice { .init(rawValue: choking.optimisticChoice) ?? .draw }

  /// Directions that are limited at all.
  var limits: Set<ForeignClient.Limit> {
    Set([upload.map { _ in .upload }, download.map { _ in .download }].compactMap { $0 })
  }
}

extension PeerPlan.LimitedBy {
  init(_ limitedBy: PeerGroup.LimitedBy) {
    switch limitedBy {
    case .client: self = .client
    case .kernel: self = .kernel
    case .both: self = .both
    }
  }
}

extension PeerPlan {
  /// Of a server or a client nobody judges choking, and a client is gone once it is complete. What `defaults` says of the
  /// other direction is for the others.
  mutating func becomesPartOfClientServer() {
    profile = nil
    client.choking = nil
    onComplete = role == .leecher ? OnComplete(action: .leave) : OnComplete(action: .seed)
    if role == .leecher { upload = nil } else { download = nil }
    if upload == nil, download == nil { limitedBy = .none }
  }
}

extension Topology {
  var range: Addresses.Range { usesPrivateAddresses ? .privateUse : .loopback }
}
