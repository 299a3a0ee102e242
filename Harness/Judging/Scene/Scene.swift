public import Dissection
public import Planning
public import Recording
public import SwarmTime

/// Everything that checks judge by: plan, record and trace, and what is derived from them once.
///
/// Peers and connections are dense indices; names and addresses appear only at the edges.
public struct Scene: Sendable {
  public let plan: Plan
  public let record: [RecordEntry]
  public let trace: Trace
  public let facts: RunFacts
  public let clock: RunClock
  public let cast: Cast
  /// Connections that carry peer wire, or the payload over HTTP, in the order of the trace.
  public let conversations: [Conversation]
  /// Messages of each conversation, in the order of the capture.
  let messages: Grouping
  /// State-losing and other holes of each conversation, by their start.
  let holes: Grouping
  /// Segments of each conversation, in the order of the capture.
  let segments: Grouping
  public let timelines: Timelines
  /// When faults of the plan kept peers from hearing each other.
  public let disturbances: Disturbances
  public let holdings: Holdings
  public let downloads: Downloads
  /// Payload that each peer delivered to each other one, over time.
  public let deliveries: Deliveries
  /// The last instant that is judged: the end of the capture or of the run, whichever is later.
  public let end: SwarmInstant
  /// Connections among the peers that carry more than a negotiation but could not be read.
  public let undecodable: Int
  public let encryption: Encryption
  public let wholeness: Wholeness
  /// Who was seen, for a capture without plan and record; nil for a run.
  public let strangers: Strangers?
  let choking: KeptChoking
  private let servedAtOnce: ServedAtOnce
  /// Instants of the plan's peers' arrivals: when `join` was sent, or when the plan said.
  public let arrivals: [SwarmInstant]

  public init(plan: Plan, record: [RecordEntry], trace: Trace) {
    self.init(
      plan: plan, record: record, trace: trace, facts: RunFacts(plan: plan, record: record),
      clock: RunClock(record: record, trace: trace, speed: plan.speed), cast: Cast(plan: plan, trace: trace),
      strangers: nil)
  }

  /// A capture that nobody planned.
  ///
  /// - Parameter plan: as `Strangers.plan` makes it.
  public init(_ strangers: Strangers, plan: Plan, trace: Trace) {
    self.init(
      plan: plan, record: [], trace: trace, facts: RunFacts(strangers, trace: trace), clock: RunClock(capture: trace),
      cast: Cast(strangers), strangers: strangers)
  }

  private init(
    plan: Plan, record: [RecordEntry], trace: Trace, facts: RunFacts, clock: RunClock, cast: Cast, strangers: Strangers?
  ) {
    self.plan = plan
    self.record = record
    self.trace = trace
    self.facts = facts
    self.clock = clock
    self.strangers = strangers
    let captureEnd = clock.instant(realtime: trace.coverage.lastTime)
    end = facts.end.map { max(captureEnd, $0.at) } ?? captureEnd
    arrivals = plan.peers.enumerated().map { facts.joined[$0.offset] ?? $0.element.arrivesAt }

    var table = ConversationTable(cast, trace: trace, facts: facts, clock: clock, end: captureEnd)
    let places = table.placeByConnection
    func conversation(_ id: Int32) -> Int {
      id >= 0 && Int(id) < places.count ? Int(places[Int(id)]) : -1
    }
    let count = table.conversations.count
    messages = trace.messages.withUnsafeBufferPointer { all in
      Grouping(count: all.count, groups: count) { conversation(all[$0].connection) }
    }
    segments = trace.segments.withUnsafeBufferPointer { all in
      Grouping(count: all.count, groups: count) { conversation(all[$0].connection) }
    }
    let byStart = trace.holes.indices.sorted {
      (trace.holes[$0].start, $0) < (trace.holes[$1].start, $1)
    }
    let holes = Grouping(count: byStart.count, groups: count) { conversation(trace.holes[byStart[$0]].connection) }
    self.holes = holes.mapped(by: byStart)
    table.markDuplicates(messages: messages, trace: trace)
    conversations = table.conversations
    self.cast = table.cast
    choking = KeptChoking(count: table.cast.count)
    undecodable = table.undecodable
    encryption = table.encryption
    wholeness = Wholeness(trace) { conversation($0) >= 0 }

    let walk = TimelineWalk(
      conversations: conversations, trace: trace, messages: messages, holes: self.holes, clock: clock)
    let said = walk.timelines()
    servedAtOnce = ServedAtOnce(said, peers: table.cast.count)
    disturbances = Disturbances(
      plan: plan, facts: facts, trace: trace, cast: table.cast, clock: clock, end: end)
    timelines = disturbances.hiding(said, conversations)
    downloads = Downloads(
      conversations: conversations, trace: trace, segments: segments, payload: plan.payload, clock: clock)
    holdings = Holdings(
      cast: cast, plan: plan, conversations: conversations, trace: trace, messages: messages, downloads: downloads,
      clock: clock)
    deliveries = Deliveries(
      conversations: conversations, trace: trace, messages: messages, downloads: downloads, clock: clock)
  }

  // MARK: What it lacks

  /// Why the capture may lack something; nil for a whole one.
  public var gaps: String? {
    if let lost = losses { return lost }
    let lost = trace.holes.count
    return lost > 0 ? "\(Wording.count(lost, "stretch", "stretches")) of streams are missing from the capture" : nil
  }

  /// Why nothing may be said to have passed; nil where the capture is whole, or lacks so little of what peers said to each
  /// other that checks, which know where it is missing, can do without.
  public var losses: String? {
    guard let capture = facts.capture else { return "the record does not say whether the capture is whole" }
    if capture.dropped > 0 { return "the capture dropped \(Wording.count(Int(capture.dropped), "frame"))" }
    if capture.wasCutShort { return "the capture was cut short" }
    return wholeness.trouble
  }

  /// Lateness of the lab's timer, in swarm time, beyond which the machine did not keep up.
  public static let toleratedLateness = SwarmDuration.seconds(1)

  /// What a thread of the swarm may wait for a processor more than once, in swarm time: together with `toleratedLateness` it
  /// is half a round of 10 s, beyond which a decision could belong to the next one. Once is no rhythm, and befalls a quiet
  /// machine, too: measured on two processors with 33 peers at speed 20, waits were 20 to 60 ms in nearly every second, and
  /// 140 or 250 ms in one of a hundred.
  public static let toleratedWait = SwarmDuration.seconds(4)

  /// Why timing cannot be judged; nil where it can.
  public var timingTrouble: String? {
    guard clock.isKnown else {
      return record.isEmpty
        ? "no record beside the capture says how fast the swarm's clock ran, by which delays are measured"
        : "the record does not tie the clocks"
    }
    if let step = stepTrouble { return step }
    let pressure = facts.worstPressurePerMille.map { ", processor pressure up to \($0) per mille" } ?? ""
    let late = swarmTime(facts.worstLatenessNanoseconds ?? 0)
    if late > Self.toleratedLateness {
      return "the machine did not keep up: a timer was late by \(Wording.seconds(late)) of swarm time\(pressure)"
    }
    let wait = swarmTime(facts.repeatedWaitNanoseconds ?? 0)
    if wait > Self.toleratedWait {
      return "the machine did not keep up: more than once a process of the swarm waited \(Wording.seconds(wait)) of"
        + " swarm time for a processor\(pressure)"
    }
    return nil
  }

  /// Why the capture's frames and the record's entries cannot be put into one order; nil where they can.
  private var stepTrouble: String? {
    clock.stepNanoseconds == 0 ? nil : "the realtime clock stepped by \(Wording.seconds(clock.stepNanoseconds))"
  }

  /// Why a need is unmet; nil where it is met. `profile` is asked for peer by peer.
  func lack(of need: Need) -> String? {
    switch need {
    case .sidecar: record.isEmpty ? "no record beside the capture" : nil
    case .profile: nil
    case .noDrops: losses
    case .whole: wholeness.trouble
    case .plaintext:
      undecodable > 0 ? "\(Wording.count(undecodable, "connection")) could not be read (encrypted or unknown)" : nil
    case .readable: encryption.trouble
    case .clock: stepTrouble
    case .timing: timingTrouble
    }
  }

  /// What each side of a conversation let the other know, as the packets say it: faults hide nothing of it.
  ///
  /// - Parameter place: in `conversations`.
  public func sides(ofConversation place: Int) -> [SideTimeline] {
    TimelineWalk(conversations: conversations, trace: trace, messages: messages, holes: holes, clock: clock)
      .sides(of: place)
  }

  // MARK: Words for checks

  public func instant(_ realtime: Int64) -> SwarmInstant { clock.instant(realtime: realtime) }

  /// How long what a peer has decided may take to the wire: behind payload in a buffer of the client's own, of which its
  /// profile tells, and then in the kernel.
  func delay(_ peer: Int) -> SwarmDuration {
    let own = peer < plan.peers.count ? plan.peers[peer].profile?.outputBuffer : nil
    return queueing(peer) + (own ?? .zero)
  }

  /// The same where a single case decides: the unluckiest process may have had that very moment.
  func delayAtMost(_ peer: Int) -> SwarmDuration { delay(peer) + waiting }

  /// How long what the kernel has of a peer may take to the wire.
  ///
  /// Under a kernel limit a message waits behind what its socket already holds, 131072 bytes at most in the sandbox; and the
  /// class that limits a peer serves its connections in turn, so that this drains at the rate's n-th part while n of them
  /// hold payload, which are those that it serves at once. Measured: a seed of four at 1 MiB/s held 126 to 139 KB in each of
  /// four sockets, most of it in the class, where what comes on any other connection waits behind it, too. What waits for a
  /// receiver's own kernel limit is not counted. And as late as the lab's own timer was seen to be, sender and receiver may
  /// have been each: a socket empties when its reader runs. Of a peer whose limit a fault changed the lowest counts.
  func queueing(_ peer: Int) -> SwarmDuration {
    guard peer < plan.peers.count, plan.peers[peer].isLimitedByKernel, let rate = facts.leastUpload(of: peer), rate > 0
    else { return scheduling }
    let held = Self.socketBuffer * Int64(max(1, servedAtOnce.most[peer]))
    return scheduling + SwarmDuration(nanoseconds: held * 1_000_000_000 / rate)
  }

  /// How late the processes at both ends of a connection may have run, taken together: as late as the lab's own timer each;
  /// and by how much two stamps may be off.
  var scheduling: SwarmDuration {
    swarmTime(facts.worstLatenessNanoseconds ?? 0) * 2 + swarmTime(clock.blurNanoseconds)
  }

  /// What the unluckiest process may have been later still: both ends of a connection waited as long for their turns as any
  /// thread of the swarm ever did. Where one case decides, it is allowed for, however long it was: once is tolerated, and a
  /// peer that waited longer than `toleratedWait` once was blamed for what it could not say. A rhythm is not blurred by it.
  private var waiting: SwarmDuration {
    let wait = swarmTime(facts.longestWaitNanoseconds ?? 0)
    return max(.zero, wait - swarmTime(facts.worstLatenessNanoseconds ?? 0)) * 2
  }

  /// Swarm time of a stretch of real nanoseconds.
  private func swarmTime(_ nanoseconds: Int64) -> SwarmDuration {
    SwarmDuration(nanoseconds: Int64(exactly: (Double(nanoseconds) * clock.speed).rounded()) ?? .max / 4)
  }

  /// Messages may be missing: that something was not seen does not mean that it was not there.
  var isLossy: Bool { hasUntoldDrops || wholeness.holesInState > 0 }

  /// The same where no hole need show it. What holes hide of choke and interest is unknown in the timelines, and what is
  /// known there is sure.
  var hasUntoldDrops: Bool { (facts.capture?.dropped ?? 0) > 0 || (strangers != nil && !trace.holes.isEmpty) }

  /// tcp_wmem and tcp_rmem maximum of the sandbox, in bytes.
  static let socketBuffer: Int64 = 131072

  /// Longest wait of a native peer between two announces that fail.
  private static let longestRetry = SwarmDuration.seconds(300)

  /// From when one that asks for others is told: at once, or where the tracker is away or errs then, at its next try
  /// after the tracker's return. Clients double their waits, so that may be as long again.
  func findsOthers(from moment: SwarmInstant) -> SwarmInstant {
    if let death = facts.trackerExit, !death.wasOrdered, death.at <= moment { return end }
    var returned = moment
    for fault in facts.faults where fault.kind.isOfTracker && fault.at <= returned {
      returned = max(returned, fault.healedAt ?? end)
    }
    return returned + min(returned - moment, Self.longestRetry)
  }

  /// When a peer of the plan was gone for good: the end of its last life, or when it was told to leave, else the end.
  func departure(_ peer: Int) -> SwarmInstant {
    [facts.endOfLastLife(peer, by: .distantFuture), facts.leaves[peer], end].compactMap { $0 }.min() ?? end
  }
}
