import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A command inside an enclosure, with its lifeline, its last words and, for a lab, its order socket.
final class EnclosedLab: Sendable {
  enum Verdict: Sendable {
    case standing
    case refused(String)
    case failed(LabError)
  }

  struct Ending: Sendable {
    /// Nil where it could not even be started.
    var termination: Termination?
    /// The last lines that it wrote.
    var lastWords: [String]
  }

  private struct State {
    var lifeline: Int32
    var listener: Int32
    var sender: LineSender?
    /// Orders given before the lab had connected.
    var early: [LabOrder] = []
    var processID: pid_t?
    var termination: Termination?
    var startError: LabError?
    var output: [UInt8] = []
    var outputReader: DescriptorReader?
    var messageReader: DescriptorReader?
    var cutter = LineCutter()
    /// Open ends whose closing is waited for: the process, and its output.
    var pending = 2
    var verdict: Verdict?
    var verdictWaiter: CheckedContinuation<Verdict, Never>?
    var endWaiters: [CheckedContinuation<Ending, Never>] = []
  }

  let rung: Sandbox.Rung
  /// Everything the lab tells; ends when the command and all it started are gone.
  let messages: AsyncStream<LabMessage>
  private let feed: AsyncStream<LabMessage>.Continuation
  private let state: Mutex<State>
  private let loop = EventLoop.shared
  private let socketPath: String
  private let socketFolder: String?

  /// How long a lab may take to say whether its rung stands.
  private static let patience = 10.0
  private static let lastWordsBytes = 16384

  /// Starts `command` (with `--socket PATH` added) on `rung`. Throws `LabError` when a program or a descriptor lacks.
  init(rung: Sandbox.Rung, command: [String], runFolder: String?) throws(LabError) {
    self.rung = rung
    (messages, feed) = AsyncStream.makeStream(of: LabMessage.self)
    // Before anything is made that would have to be taken back: a program may be missing.
    var enclosure = try Enclosure(rung, around: command)
    let lifeline = try Descriptor.pipe()
    let output = try Descriptor.pipe()
    let place = try OrderSocket.place(in: runFolder)
    (socketPath, socketFolder) = place
    enclosure.commandLine += ["--socket", place.path, "--rung", rung.rawValue]
    let listener = try OrderSocket.makeListener(at: place.path)
    let error = fcntl(output.writing, F_DUPFD_CLOEXEC, 0)
    state = Mutex(State(lifeline: lifeline.writing, listener: listener))
    listen(on: listener)
    gatherOutput(output.reading)
    let request = LaunchRequest(
      commandLine: enclosure.commandLine, company: .ownSession, input: lifeline.reading, output: output.writing,
      error: error)
    Task {
      do throws(LabError) {
        let termination = try await LocalLauncher().run(request) { id in
          self.state.withLock { $0.processID = id }
          // From its start: a busy machine may be long about that.
          self.loop.schedule(afterSeconds: Self.patience) {
            self.decide(.refused("nothing was heard from it for \(Int(Self.patience)) s"))
          }
        }
        self.state.withLock { $0.termination = termination }
      } catch {
        self.state.withLock { $0.startError = error }
      }
      self.cutLifeline()
      self.oneEndClosed()
    }
  }

  /// Waits for the lab to say whether its rung stands. A lab that ends without a word, or says nothing for ten seconds,
  /// refuses it.
  func verdict() async -> Verdict {
    await withCheckedContinuation { continuation in
      let known = state.withLock { state in
        if state.verdict == nil { state.verdictWaiter = continuation }
        return state.verdict
      }
      if let known { continuation.resume(returning: known) }
    }
  }

  func send(_ order: LabOrder) {
    let sender = state.withLock { state in
      if state.sender == nil { state.early.append(order) }
      return state.sender
    }
    sender?.queue(MessageLine.encode(order))
  }

  /// Kills everything inside. What still holds on after two seconds (an enclosure stopped by a signal, a descendant
  /// that left the group on the host's loopback and keeps its output) is killed from outside, or waited for no more.
  func cutLifeline() {
    let wasCut = state.withLock { state in
      let isCut = state.lifeline < 0
      if !isCut { close(state.lifeline) }
      state.lifeline = -1
      return isCut
    }
    if wasCut { return }
    loop.schedule(afterSeconds: 2) { self.killFromOutside() }
    loop.schedule(afterSeconds: 4) { self.state.withLock { $0.outputReader }?.cancel() }
  }

  /// Closes the lifeline and waits until nothing inside is alive: the command has been reaped, and its output has ended.
  @discardableResult func end() async -> Ending {
    cutLifeline()
    return await withCheckedContinuation { continuation in
      let ending = state.withLock { state in
        if state.pending > 0 { state.endWaiters.append(continuation) }
        return state.pending > 0 ? nil : Self.ending(state)
      }
      if let ending { continuation.resume(returning: ending) }
    }
  }

  private func killFromOutside() {
    // Its whole session: bubblewrap may be gone while the namespace's first process is stopped and cannot end.
    let id = state.withLock { $0.pending > 0 ? $0.processID : nil }
    if let id { kill(-id, SIGKILL) }
  }

  private func listen(on listener: Int32) {
    loop.watch(listener) {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { return }
      _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
      self.closeListener()
      self.serve(connection)
    }
  }

  /// On the loop.
  private func closeListener() {
    let listener = state.withLock { state in
      defer { state.listener = -1 }
      return state.listener
    }
    guard listener >= 0 else { return }
    loop.unwatch(listener)
    close(listener)
  }

  private func serve(_ connection: Int32) {
    let sender = LineSender(fcntl(connection, F_DUPFD_CLOEXEC, 0))
    let early = state.withLock { state in
      state.sender = sender
      defer { state.early = [] }
      return state.early
    }
    for order in early { sender.queue(MessageLine.encode(order)) }
    let reader = DescriptorReader(connection, on: loop) { bytes in
      var lines: [String] = []
      self.state.withLock { $0.cutter.add(bytes) { lines.append($0) } }
      for line in lines { self.take(line) }
    } end: {
    }
    state.withLock { $0.messageReader = reader }
  }

  private func take(_ line: String) {
    guard let message = MessageLine.decode(LabMessage.self, line) else { return }
    switch message {
    case .standing: decide(.standing)
    case .refused(let reason): decide(.refused(reason))
    case .failed(let error): decide(.failed(error))
    case .event, .done, .found: break
    }
    feed.yield(message)
  }

  private func decide(_ verdict: Verdict) {
    let waiter = state.withLock { state in
      if state.verdict == nil { state.verdict = verdict }
      defer { state.verdictWaiter = nil }
      return state.verdictWaiter
    }
    waiter?.resume(returning: verdict)
  }

  private func gatherOutput(_ descriptor: Int32) {
    let reader = DescriptorReader(descriptor, on: loop) { bytes in
      self.state.withLock { state in
        state.output += bytes
        let excess = state.output.count - Self.lastWordsBytes
        if excess > 0 { state.output.removeFirst(excess) }
      }
    } end: {
      self.oneEndClosed()
    }
    state.withLock { $0.outputReader = reader }
  }

  /// On the last: what the socket still holds is read before the messages end.
  private func oneEndClosed() {
    let isLast = state.withLock { state in
      state.pending -= 1
      return state.pending == 0
    }
    guard isLast else { return }
    loop.execute {
      self.state.withLock { $0.messageReader }?.drain()
      self.closeListener()
      unlink(self.socketPath)
      if let folder = self.socketFolder { rmdir(folder) }
      let (ending, waiters) = self.state.withLock { state in
        defer { state.endWaiters = [] }
        return (Self.ending(state), state.endWaiters)
      }
      self.decide(Self.verdict(ending, self.state.withLock { $0.startError }))
      self.feed.finish()
      for waiter in waiters { waiter.resume(returning: ending) }
    }
  }

  private static func ending(_ state: borrowing State) -> Ending {
    let lines = String(decoding: state.output, as: UTF8.self).split(separator: "\n").suffix(12).map(String.init)
    return Ending(termination: state.termination, lastWords: lines)
  }

  /// Of a lab that ended without a word: where the enclosure could not be made, another rung may stand; where something
  /// was killed or crashed (a shell says 128 and the signal), trying elsewhere would hide it.
  private static func verdict(_ ending: Ending, _ error: LabError?) -> Verdict {
    if let error { return .refused(error.what) }
    let words = ending.lastWords.suffix(3).joined(separator: " / ")
    let signal = ending.termination?.signal ?? ending.termination?.code.flatMap { $0 > 128 ? $0 - 128 : nil }
    if let signal {
      return .failed(
        LabError(
          .harness, what: "the lab was ended by signal \(signal) before it could begin", place: "swarmlab lab",
          expected: "it to live", mend: "see its last words; was it killed?", log: ending.lastWords))
    }
    return .refused(words.isEmpty ? "it ended with \(ending.termination?.description ?? "no status")" : words)
  }
}
