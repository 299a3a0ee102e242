import Dispatch
import Reporting
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// SIGINT, SIGTERM and SIGHUP. The first asks the run to stop and lets the report be written; the second kills what
/// runs and is content with marking the folder; the third, or a second that takes too long, ends the process at once,
/// and with it, through the lifeline, everything that it started.
///
/// SIGHUP is left alone where it is ignored from the start, as under nohup(1).
final class Interrupts: Sendable {
  /// What there is to do at an interrupt, as long as there is something to interrupt.
  struct Actions: Sendable {
    /// At the first.
    var stop: @Sendable () -> Void
    /// At the second: what runs is killed; its end is then noticed as any other.
    var kill: @Sendable () -> Void
  }

  private struct State {
    var received: Int32?
    var count = 0
    var actions: [Int: Actions] = [:]
    var cleanUps: [Int: @Sendable () -> Void] = [:]
    var works = 0
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "signals")
  /// Held so that they live; nobody touches them after the start.
  private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

  /// Seconds that the killing may take: the lifeline's own limits, and one more.
  private static let patience = 5.0

  init() {
    let signals = [SIGINT, SIGTERM] + (Self.isIgnored(SIGHUP) ? [] : [SIGHUP])
    sources = signals.map { [queue] in DispatchSource.makeSignalSource(signal: $0, queue: queue) }
    for (source, signal) in zip(sources, signals) {
      source.setEventHandler { [weak self] in self?.receive(signal) }
      source.activate()
    }
  }

  /// The state to exit with, once a signal came.
  var exitState: ExitState? {
    state.withLock { state in
      switch state.received {
      case nil: nil
      case SIGINT: .interrupted
      case SIGHUP: .hungUp
      default: .terminated
      }
    }
  }

  /// A second signal came: nobody waits for a report.
  var isHasty: Bool { state.withLock { $0.count > 1 } }

  /// Something that can be interrupted: a number to be named by, since several may be under way.
  func work() -> Int {
    state.withLock { state in
      state.works += 1
      return state.works
    }
  }

  /// What must be done for a work when the process is ended at once; nil when there is nothing any more.
  func watch(_ work: Int, _ cleanUp: (@Sendable () -> Void)?) { state.withLock { $0.cleanUps[work] = cleanUp } }

  /// What to do for a work at a signal; done at once where it has come already.
  func on(_ work: Int, _ actions: Actions?) {
    let count = state.withLock { state in
      state.actions[work] = actions
      return state.count
    }
    if count > 0 { actions?.stop() }
    if count > 1 { actions?.kill() }
  }

  private func receive(_ signal: Int32) {
    let (count, actions) = state.withLock { state in
      state.received = state.received ?? signal
      state.count += 1
      return (state.count, Array(state.actions.values))
    }
    guard count > 1 else {
      for work in actions { work.stop() }
      return
    }
    guard count == 2, !actions.isEmpty else { endNow(signal) }
    for work in actions { work.kill() }
    queue.asyncAfter(deadline: .now() + Self.patience) { self.endNow(signal) }
  }

  private func endNow(_ signal: Int32) -> Never {
    for cleanUp in state.withLock({ Array($0.cleanUps.values) }) { cleanUp() }
    if Output.isTerminal { TerminalScreen.write(TerminalScreen.restoring, to: 1) }
    _exit(128 + signal)
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == Self.ignore
  }

  /// `SIG_IGN`, whose value the ABI of Linux fixes.
  private static let ignore = 1
}
