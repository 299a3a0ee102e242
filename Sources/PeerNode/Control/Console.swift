import Control
import Glibc
import Synchronization

/// The main thread's work: standard input, standard output and signals, so that none of them can ever hold up the event
/// loop. Lines to print come from any thread; a reader that does not read makes them wait here, and nothing else.
public final class Console: Sendable {
  public enum Event: Sendable {
    case line(String)
    /// Standard input has ended; only with `readsInput`.
    case endOfInput
    /// SIGTERM or SIGINT.
    case interrupted(signal: Int32)
    /// A second has passed.
    case tick
  }

  private struct Pending {
    var bytes: [UInt8] = []
    var isEnding = false
  }

  /// What a pipe takes without blocking once it is ready at all (POSIX: PIPE_BUF).
  private static let portion = 4096
  /// Beyond this a reader that does not read loses lines.
  private static let maximumPending = 1 << 20
  /// Milliseconds that the last lines wait for a slow reader.
  private static let lastWait: Int32 = 1000

  private let pending = Mutex(Pending())
  private let wakeUp: (read: Int32, write: Int32)

  /// Takes over SIGTERM and SIGINT of the process. To be made once, before threads are.
  public init() {
    wakeUp = Self.makePipe()
    SignalPipe.descriptor = wakeUp.write
    signal(SIGPIPE, SIG_IGN)
    // A limit of file size is an error like a full disk, not the end.
    signal(SIGXFSZ, SIG_IGN)
    // Whoever started us may have blocked them, and that is inherited.
    var handled = sigset_t()
    sigemptyset(&handled)
    for number in [SIGTERM, SIGINT] {
      signal(number, SignalPipe.handler)
      sigaddset(&handled, number)
    }
    sigprocmask(SIG_UNBLOCK, &handled, nil)
  }

  public func print(_ line: String) {
    pending.withLock { pending in
      if pending.bytes.count < Self.maximumPending { pending.bytes.append(contentsOf: (line + "\n").utf8) }
    }
    wake()
  }

  /// Makes `run` return once everything is printed.
  public func finish() {
    pending.withLock { $0.isEnding = true }
    wake()
  }

  /// Handles events on the calling thread until `finish`.
  public func run(readsInput: Bool, _ handle: (Event) -> Void) {
    var splitter = LineSplitter()
    var input: Int32 = readsInput ? 0 : -1
    var nextTick = Self.milliseconds() + 1000
    while true {
      let (isPrinting, isEnding) = pending.withLock { (!$0.bytes.isEmpty, $0.isEnding) }
      if isEnding && !isPrinting { return }
      // poll passes over negative descriptors.
      var polled = [
        pollfd(fd: wakeUp.read, events: Int16(POLLIN), revents: 0),
        pollfd(fd: input, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isPrinting ? 1 : -1, events: Int16(POLLOUT), revents: 0),
      ]
      let wait = isEnding ? Self.lastWait : Int32(max(0, nextTick - Self.milliseconds()))
      let ready = poll(&polled, nfds_t(polled.count), wait)
      if ready == 0, isEnding { return }
      if polled[0].revents != 0 { takeSignals(handle) }
      if polled[1].revents != 0, !read(&splitter, from: input, handle) { input = -1 }
      if polled[2].revents != 0 { printSome() }
      if !isEnding, Self.milliseconds() >= nextTick {
        nextTick += 1000
        handle(.tick)
      }
    }
  }

  /// - Returns: false at the end of input.
  private func read(_ splitter: inout LineSplitter, from descriptor: Int32, _ handle: (Event) -> Void) -> Bool {
    var bytes = [UInt8](repeating: 0, count: Self.portion)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    if count < 0, errno == EINTR { return true }
    guard count > 0 else {
      handle(.endOfInput)
      return false
    }
    splitter.add(bytes[..<count])
    while let line = splitter.next() { handle(.line(line)) }
    return true
  }

  private func printSome() {
    let portion = pending.withLock { Array($0.bytes.prefix(Self.portion)) }
    let count = write(1, portion, portion.count)
    // A reader that is gone gets nothing more.
    let done = count > 0 ? count : errno == EINTR || errno == EAGAIN ? 0 : .max
    pending.withLock { $0.bytes.removeFirst(min(done, $0.bytes.count)) }
  }

  private func takeSignals(_ handle: (Event) -> Void) {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = Glibc.read(wakeUp.read, &bytes, bytes.count)
    for byte in bytes.prefix(max(0, count)) where byte != 0 { handle(.interrupted(signal: Int32(byte))) }
  }

  private func wake() {
    var zero: UInt8 = 0
    _ = write(wakeUp.write, &zero, 1)
  }

  private static func makePipe() -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return (-1, -1) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    return (ends[0], ends[1])
  }

  private static func milliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}

/// A signal becomes a byte in a pipe: all that a signal handler may do.
private enum SignalPipe {
  /// Set once, before the handler is.
  nonisolated(unsafe) static var descriptor: Int32 = -1

  static let handler: @convention(c) (Int32) -> Void = { number in
    let saved = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(descriptor, &byte, 1)
    errno = saved
  }
}
