import Dispatch
import Reporting
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// SIGINT and SIGTERM. The first asks the run to stop and lets the report be written; the second ends the process at
/// once, and with it, through the lifeline, everything that it started.
final class Interrupts: Sendable {
  private struct State {
    var received: Int32?
    var folder: RunFolder?
    var onFirst: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())
  /// Held so that they live; nobody touches them after the start.
  private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

  init() {
    let queue = DispatchQueue(label: "signals")
    sources = [SIGINT, SIGTERM].map { DispatchSource.makeSignalSource(signal: $0, queue: queue) }
    for (source, signal) in zip(sources, [SIGINT, SIGTERM]) {
      source.setEventHandler { [weak self] in self?.receive(signal) }
      source.activate()
    }
  }

  /// The state to exit with, once a signal came.
  var exitState: ExitState? {
    state.withLock { state in state.received.map { $0 == SIGINT ? .interrupted : .terminated } }
  }

  /// The folder to mark as partial when the process is ended at once; nil when there is none any more.
  func watch(_ folder: RunFolder?) { state.withLock { $0.folder = folder } }

  /// What to do at the first signal; done at once where that has come already.
  func onFirst(_ action: (@Sendable () -> Void)?) {
    let isLate = state.withLock { state in
      state.onFirst = action
      return state.received != nil
    }
    if isLate { action?() }
  }

  private func receive(_ signal: Int32) {
    let (isFirst, action, folder) = state.withLock { state in
      let isFirst = state.received == nil
      if isFirst { state.received = signal }
      return (isFirst, state.onFirst, state.folder)
    }
    if isFirst {
      action?()
      return
    }
    if var folder { try? folder.interrupt() }
    if Output.isTerminal { TerminalScreen.write(TerminalScreen.restoring, to: 1) }
    _exit(128 + signal)
  }
}
