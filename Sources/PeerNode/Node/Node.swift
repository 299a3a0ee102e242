import Control
import NIOCore
import NIOPosix
import PeerCore
import SwarmTime
import Wire

/// A peer's shell: sockets, disk, tracker and clock around the logic in PeerCore. Lives on one event loop and is
/// touched nowhere else; hashing goes to a worker thread.
///
/// Everything that happens becomes an `Input` in one queue, and each input's actions are performed before the next.
/// What is written is flushed, and the timer set, once at the end of an event-loop turn.
final class Node {
  enum State {
    case preparing
    /// Listening, not in the swarm.
    case outside
    case inSwarm
    case leaving
    case ended
  }

  let settings: NodeSettings
  let eventLoop: any EventLoop
  let worker: NIOThreadPool
  let report: (ControlReport) -> Void
  let ending: EventLoopPromise<Void>

  // Life
  var state = State.preparing
  var clock: SwarmClock?
  var wantsToJoin = false
  /// Why the process is to end once the swarm is left; nil while it is not.
  var stopReason: String?
  /// Counts joins; what was begun in an earlier one is not for the present peer.
  var epoch = 0
  var partingLimit: Scheduled<Void>?

  // The peer
  var peer: AnyPeer?
  var upload: RateLimit?
  var download: RateLimit?
  private var inputs: [Input] = []
  private var queue = ActionQueue()
  private var isDraining = false

  // Sockets
  var listener: (any Channel)?
  var address: PeerAddress
  /// Under way; nil where we stay.
  var move: Move?
  var moves = 0
  /// The peer id, 20 bytes; another one after a change of address may hide who it was.
  var identity: [UInt8]
  var connections: [PeerConnection] = []
  /// By slot; nil where vacant.
  var slots: [PeerConnection?] = []
  private var unflushed: [PeerConnection] = []
  var sendBuffers = SendBuffers()
  private var isTurnEndScheduled = false
  private var scratch: [UInt8] = []
  private var unsentDue = SwarmInstant.distantPast
  private var heldUpDue: SwarmInstant?

  // Time
  private var alarm: Alarm?
  var housekeepingDue: SwarmInstant?

  // Disk
  let storage: PayloadStorage
  var held: [UInt64: ByteBuffer] = [:]
  var nextHandle: UInt64 = 0
  var backlog = WriteBacklog()
  var retryDue: SwarmInstant?
  var isReadFailureReported = false
  var isCompletionTold = false

  // Tracker
  var trackers: TrackerTiers
  /// Opened by the first announce over UDP, closed on leaving.
  var udpTracker: UDPTrackerClient?
  /// Tells trackers that it is the same peer, should its address change.
  let trackerKey: String
  var announces = AnnounceSchedule()
  var isTrackerFailureReported = false
  /// Counts changes of address; an answer to an announce from an earlier one is not for the present schedule.
  var announceRound = 0

  var receivedBytes: Int64 = 0
  var sentBytes: Int64 = 0
  let events: EventLog?

  init(
    _ settings: NodeSettings, eventLoop: any EventLoop, worker: NIOThreadPool, events: EventLog?,
    ending: EventLoopPromise<Void>, report: @escaping (ControlReport) -> Void
  ) {
    self.settings = settings
    self.eventLoop = eventLoop
    self.worker = worker
    self.events = events
    self.ending = ending
    self.report = report
    upload = settings.upload
    download = settings.download
    address = settings.listen
    identity = settings.peerID
    var random = RandomSource(seed: RandomSeed.derive(from: settings.randomSeed, name: "trackers"))
    trackers = TrackerTiers(settings.trackers, random: &random)
    trackerKey = AnnounceRequest.keyText(UInt32(truncatingIfNeeded: random.next() >> 32))
    storage = PayloadStorage(PayloadLayout(settings.metainfo, in: settings.dataFolder), worker: worker)
    alarm = Alarm(on: eventLoop) { [weak self] in self?.turnEnd() }
  }

  /// Before the clock is set it stands at zero.
  var now: SwarmInstant { clock?.now() ?? .zero }

  func log(
    _ event: @autoclosure () -> String, text: @autoclosure () -> String? = nil, slot: ConnectionSlot? = nil,
    piece: Int? = nil
  ) {
    events?.add(event(), at: now, slot: slot?.index, piece: piece, text: text())
  }

  // MARK: Inputs to actions

  func feed(_ input: Input) {
    guard peer != nil else { return }
    inputs.append(input)
    scheduleTurnEnd()
    if !isDraining { drain() }
  }

  private func drain() {
    isDraining = true
    defer { isDraining = false }
    if let unsent = unsentIfDue() { peer?.handle(.unsent(unsent), at: now, into: &queue) }
    var performing = ActionQueue()
    var next = 0
    while next < inputs.count {
      let input = inputs[next]
      next += 1
      // Leaving takes the peer away; what was queued for it goes unread.
      peer?.handle(input, at: now, into: &queue)
      swap(&queue, &performing)
      for action in performing.actions { perform(action) }
      performing.actions.removeAll(keepingCapacity: true)
      swap(&queue, &performing)
    }
    inputs.removeAll(keepingCapacity: true)
  }

  /// Bytes that have not left yet, asked for every 5 real ms at most: a system call for each connection that is served.
  /// Whoever holds up what it was given is not served meanwhile, and looked at again soon.
  private func unsentIfDue() -> Int64? {
    guard upload != nil || heldUpDue != nil, let clock, unsentDue <= now else { return nil }
    unsentDue = now + SwarmDuration(nanoseconds: Int64(5e6 * clock.speed))
    let time = SwarmClock.monotonicNanoseconds()
    var total: Int64 = 0
    heldUpDue = nil
    for (index, connection) in slots.enumerated() {
      guard let connection else { continue }
      let wasHeldUp = connection.isHeldUp
      total += connection.unsentBytes(at: time)
      if connection.isHeldUp { heldUpDue = now + SwarmDuration(nanoseconds: Int64(50e6 * clock.speed)) }
      if connection.isHeldUp != wasHeldUp { inputs.append(.writable(ConnectionSlot(index), connection.takesMore)) }
    }
    return total
  }

  func encode(_ message: PeerMessage, into buffer: inout ByteBuffer) {
    scratch.removeAll(keepingCapacity: true)
    message.encode(into: &scratch)
    buffer.writeBytes(scratch)
  }

  // MARK: The end of a turn

  func flushLater(_ connection: PeerConnection) {
    unflushed.append(connection)
    scheduleTurnEnd()
  }

  func scheduleTurnEnd() {
    guard !isTurnEndScheduled else { return }
    isTurnEndScheduled = true
    eventLoop.assumeIsolated().execute { self.turnEnd() }
  }

  private func turnEnd() {
    isTurnEndScheduled = false
    let present = now
    if let due = earlier(peer?.nextDeadline, heldUpDue), due <= present { feed(.timer) }
    if let due = retryDue, due <= present { retryWrites() }
    if let due = housekeepingDue, due <= present { keepHouse(present) }
    announceIfDue(present)
    flushAll()
    setAlarm()
  }

  private func flushAll() {
    // Flushing may make connections writable, which may write to others of the list.
    let flushing = unflushed
    unflushed.removeAll(keepingCapacity: true)
    for connection in flushing { connection.flush() }
  }

  private func setAlarm() {
    guard let clock else { return }
    let own = earlier(earlier(retryDue, housekeepingDue), earlier(announces.due, peer == nil ? nil : heldUpDue))
    guard let due = earlier(peer?.nextDeadline, own) else { return }
    if due <= clock.now() { scheduleTurnEnd() } else { alarm?.set(due, clock) }
  }

  private func earlier(_ one: SwarmInstant?, _ other: SwarmInstant?) -> SwarmInstant? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }

  func silenceAlarm() {
    alarm?.cancel()
    alarm = nil
  }

  /// Real time of at least a swarm duration, since neither the kernel nor the machine is any faster at high speed.
  func realTime(_ duration: SwarmDuration, atLeast least: TimeAmount) -> TimeAmount {
    max(least, .nanoseconds(clock?.realNanoseconds(duration) ?? duration.nanoseconds))
  }
}
