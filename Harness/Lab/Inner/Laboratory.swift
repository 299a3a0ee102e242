import Control
import Dissection
import PacketCapture
import Planning
import Recording
import SwarmTime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The shell around `RunLogic`: starts processes, passes on what they say, keeps the record, ends the capture.
actor Laboratory {
  /// What the main loop wakes up for.
  private enum Happening: Sendable {
    case child(String, Child.News)
    case order(LabOrder)
    case beat(Heartbeat.Report)
    /// Twenty times a second while the run lasts.
    case tick
    case timer
    /// A fault of the network is in force: this comes next.
    case imposed([RunLogic.Action])
    /// A fault could not be put in force.
    case trouble(LabError)
  }

  private let plan: Plan
  private let lines: CommandLines
  private let place: WorkPlace
  private let outer: LineSender
  private let watch: WireWatch
  private let capture: LiveCapture
  private let payload: Payload
  private let network: NetworkFaults

  private var logic: RunLogic
  private var recorder: Recorder
  private var children: [String: Child] = [:]
  /// Each as it was last begun.
  private var begun: [String: PeerPlan] = [:]
  private let happenings: AsyncStream<Happening>
  private let feed: AsyncStream<Happening>.Continuation
  private let loop = EventLoop.shared
  private var timer: (id: Int, due: Int64)?
  private var board: ProgressBoard
  private var ticks = 0
  private var waits = ProcessorWaits()
  private var clocks = ClockWatch(from: .now())
  private var result: (reason: EndReason, error: LabError?)?

  init(
    plan: Plan, lines: CommandLines, place: WorkPlace, outer: LineSender, watch: WireWatch, capture: LiveCapture,
    payload: Payload
  ) throws(LabError) {
    self.plan = plan
    self.lines = lines
    self.place = place
    self.outer = outer
    self.watch = watch
    self.capture = capture
    self.payload = payload
    logic = RunLogic(plan: plan)
    recorder = try Recorder(path: lines.folder.record, speed: plan.speed)
    board = ProgressBoard(plan: plan)
    (happenings, feed) = AsyncStream.makeStream(of: Happening.self)
    network = NetworkFaults(launcher: place.launcher) { [feed] error in feed.yield(.trouble(error)) }
  }

  /// An order from the outer half; may come from any thread.
  nonisolated func take(_ order: LabOrder) { feed.yield(.order(order)) }

  /// Runs the swarm to its end. On return no process of it is alive. Throws `LabError` when the record cannot be kept.
  func run(sha256: Task<String, Never>) async throws(LabError) -> (reason: EndReason, capture: CaptureSummary) {
    let heartbeat = Heartbeat { [feed] in feed.yield(.beat($0)) }
    let ticker = loop.schedule(at: SwarmClock.monotonicNanoseconds(), every: 50_000_000) { [feed] in feed.yield(.tick) }
    do throws(LabError) {
      try handle(.begin)
      for await happening in happenings {
        try take(happening)
        if result != nil { break }
      }
    } catch {
      // The processes end with the lab; what was captured so far is whole.
      heartbeat.stop()
      loop.cancel(timer: ticker)
      _ = await capture.stop()
      throw error
    }
    heartbeat.stop()
    loop.cancel(timer: ticker)
    return try await close(sha256)
  }

  private func take(_ happening: Happening) throws(LabError) {
    switch happening {
    case .child(let name, .spawned(let id)): try handle(.spawned(name, processID: id))
    case .child(let name, .exited(let how, let words)): try handle(.exited(name, how, lastWords: words))
    case .child(let name, .notStarted(let error)): try handle(.notStarted(name, error))
    case .child(let name, .saidReady): try handle(.listening(name))
    case .child(let name, .report(let report)):
      switch report {
      case .listening: try handle(.listening(name))
      case .completed: try handle(.completed(name))
      case .error(let code, let text):
        tell(.note("\(name) says: \(text) (\(code))"))
        try handle(.complained(name, code: code, text))
      case .hello, .stopped: break
      }
    case .order(.stop(let reason)): try handle(.stop(reason))
    case .beat(let report): try beat(report)
    case .tick: try tick()
    case .imposed(let actions):
      let now = SwarmClock.monotonicNanoseconds()
      for action in actions { try perform(action, now) }
    case .trouble(let error): try handle(.failed(error))
    case .timer:
      timer = nil
      try handle(.timer)
    }
  }

  private func handle(_ input: RunLogic.Input) throws(LabError) {
    let now = SwarmClock.monotonicNanoseconds()
    logic.handle(input, at: now)
    for action in logic.takeActions() { try perform(action, now) }
    guard let due = logic.nextDeadline, due != timer?.due else { return }
    if let timer { loop.cancel(timer: timer.id) }
    timer = (loop.schedule(at: due) { [feed] in feed.yield(.timer) }, due)
  }

  private func perform(_ action: RunLogic.Action, _ now: Int64) throws(LabError) {
    switch action {
    case .spawn(let name): spawn(name)
    case .order(let name, let order): children[name]?.order(order)
    case .terminate(let name): children[name]?.signal(StopSignals.number(of: plan.peers.first { $0.name == name }))
    case .kill(let name): children[name]?.signal(SIGKILL)
    case .pause(let name): children[name]?.signal(SIGSTOP)
    case .goOn(let name): children[name]?.signal(SIGCONT)
    case .disk(let name, let isFull): try lines.folder.disk(of: name, plan).set(full: isFull)
    case .network(let fault, let next): network.impose(fault) { [feed] in feed.yield(.imposed(next)) }
    case .setZero(let clock):
      try recorder.setZero(clock)
      // What processes waited while all were being spawned concerns nobody.
      _ = waits.take()
    case .record(let event): try recorder.append(event, at: now)
    case .tell(let event): tell(event)
    case .finished(let reason, let error): result = (reason, error)
    }
  }

  private func spawn(_ name: String) {
    let peer = plan.peers.first { $0.name == name }.map(logic.current)
    let folder = peer == nil ? lines.folder.trackerFolder : lines.folder.peer(name)
    var line = peer.map { lines.peer($0) } ?? lines.tracker()
    // Found before the run; a name is looked up in PATH.
    if let program = line.first, let path = ProgramPath.find(program) { line[0] = path }
    line = (place.networks[name]?.launchPrefix ?? []) + line
    let feed = feed
    let order = Child.Order(
      name: name, commandLine: line, isNative: peer?.client.kind != .command, folder: folder, company: place.company,
      environment: peer.map(lines.environment) ?? [:], workingFolder: peer.flatMap(lines.workingFolder),
      readyOutput: peer?.client.manners.readyOutput)
    do throws(LabError) {
      if let peer, let before = begun.updateValue(peer, forKey: name) { try Seats.furnish(peer, as: before, lines) }
      children[name] = try Child(order, launcher: place.launcher) { feed.yield(.child(name, $0)) }
    } catch {
      feed.yield(.child(name, .notStarted(error)))
    }
  }

  private func tick() throws(LabError) {
    ticks += 1
    // First: who completes may be the last, and be told to stop, before anybody has seen that it listens.
    try seeSockets()
    for index in watch.takeCompleted() where plan.peers.indices.contains(index) {
      try handle(.seenComplete(plan.peers[index].name))
    }
    waits.look(at: children.values.compactMap(\.processID))
    if logic.faults.awaitsSeedCopies { try handle(.seedCopies(perMille: seedCopiesPerMille())) }
    if ticks % 5 == 0, let clock = logic.clock { tell(.progress(board.update(logic, watch.standing(), clock.now()))) }
  }

  private func seeSockets() throws(LabError) {
    let awaited = logic.awaitedSockets
    guard !awaited.isEmpty || logic.awaitsTrackerSocket else { return }
    let sockets = ListeningSockets.now()
    if logic.awaitsTrackerSocket, let tracker = plan.tracker, sockets.contains(tracker) {
      try handle(.listening(RunLogic.tracker))
    }
    for peer in awaited {
      // Who has a namespace of its own listens there.
      let own = place.networks[peer.name] == nil ? nil : children[peer.name]?.processID.map(ListeningSockets.of)
      let open = own ?? sockets
      if open.contains(address: peer.address, port: peer.port) {
        try handle(.listening(peer.name))
      } else if open.containsDatagram(address: peer.address, port: peer.port) {
        try handle(.openForDatagrams(peer.name))
      }
    }
  }

  private func seedCopiesPerMille() -> Int64 {
    let sent = zip(plan.peers, watch.standing()).reduce(Int64(0)) { $0 + ($1.0.role == .seed ? $1.1.sent : 0) }
    return sent * 1000 / max(1, plan.payload.sizeBytes)
  }

  private func beat(_ report: Heartbeat.Report) throws(LabError) {
    try recorder.append(
      .heartbeat(
        worstLatenessNanoseconds: report.worstLatenessNanoseconds,
        processorPressurePerMille: report.processorPressurePerMille, longestWaitNanoseconds: waits.take()),
      at: SwarmClock.monotonicNanoseconds())
    let seen = clocks.look(.now())
    for reading in seen.ties { try recorder.tieClocks(reading) }
    if let step = seen.stepNanoseconds { tell(.note("the realtime clock was stepped by \(step / 1_000_000) ms")) }
  }

  private func tell(_ event: LabEvent) {
    var mayDrop = false
    if case .progress = event { mayDrop = true }
    outer.queue(MessageLine.encode(LabMessage.event(event)), mayDrop: mayDrop)
  }

  /// Hashes what was finished while the capture is drained, and writes the rest of the record.
  private func close(
    _ sha256: Task<String, Never>
  ) async throws(LabError) -> (reason: EndReason, capture: CaptureSummary) {
    tell(.phase(.closing))
    let (reason, error) = result ?? (.failed, nil)
    let capture = capture
    let ending = Task { await capture.stop() }
    let hash = await sha256.value
    let finished = plan.peers.filter { $0.role == .seed || logic.people[$0.name]?.isComplete == true }
    var parts: [String: Int64] = [:]
    for peer in plan.peers where peer.wantedPieces != nil { parts[peer.name] = plan.wantedBytes(of: peer) }
    let prefixes = await FinishedFiles.hashes(ofFirst: Set(parts.values).sorted(), of: payload.path)
    var findings = await FinishedFiles.examine(
      finished.map { ($0.name, "\(lines.folder.data(of: $0.name))/\(plan.payload.name)") }, payload: payload.path,
      sha256: hash, parts: parts)
    // Another program that has all of it, and has put it elsewhere.
    let found = Set(findings.map(\.peer))
    for peer in finished where peer.role == .leecher && peer.client.kind == .command && !found.contains(peer.name) {
      findings.append(FileFinding(peer: peer.name, sizeBytes: 0, sha256: "", isPayload: false))
    }
    let statistics = await ending.value
    try recorder.closeWithoutZero()
    let now = SwarmClock.monotonicNanoseconds()
    try recorder.append(.payload(sha256: hash, infoHash: Hex.text(payload.infoHash)), at: now)
    for prefix in prefixes {
      try recorder.append(.prefix(sizeBytes: prefix.sizeBytes, sha256: prefix.sha256), at: now)
    }
    for finding in findings {
      try recorder.append(.file(peer: finding.peer, sizeBytes: finding.sizeBytes, sha256: finding.sha256), at: now)
    }
    // One that never came to its end has missed whatever was sent meanwhile, and nobody counted that.
    let isCutShort = statistics.cutShort || !statistics.drained
    try recorder.append(
      .capture(
        frames: statistics.frames, bytes: statistics.bytes, dropped: statistics.dropped, cutShort: isCutShort),
      at: now)
    try recorder.tieClocks()
    if !statistics.drained { tell(.note("the capture could not be drained past its sentinel")) }
    if let error { throw error }
    // Without its packets a run shows nothing, however well the swarm did.
    if let failure = statistics.failure {
      throw LabError(.environment, what: "the capture: \(failure.what)", place: failure.place, mend: failure.mend)
    }
    let wrong = Set(findings.filter { !$0.isPayload }.map(\.peer))
    for peer in plan.peers where plan.withOwnDisks.contains(peer.name) {
      let disk = lines.folder.disk(of: peer.name, plan)
      try disk.remove(keeping: wrong.contains(peer.name) ? plan.payload.name : nil)
    }
    Leftovers.clear(plan, lines.folder, wrong: wrong)
    return (
      reason,
      CaptureSummary(
        frames: statistics.frames, bytes: statistics.bytes, dropped: statistics.dropped, cutShort: isCutShort)
    )
  }
}
