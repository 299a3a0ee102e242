#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import SwarmTime
import Synchronization

/// The sending end of a line channel. Sending never waits for ever: what does not fit is dropped, so that a stopped
/// reader stalls nobody. A pipe's reader may be gone: SIGPIPE must be ignored.
package final class LineSender: Sendable {
  private struct State {
    var descriptor: Int32
    /// What the socket did not take yet.
    var backlog: [UInt8] = []
  }
  private let state: Mutex<State>
  /// Bytes that may wait for a slow reader.
  private static let backlogLimit = 1 << 22

  /// Takes over the descriptor, a socket or a pipe.
  package init(_ descriptor: Int32) {
    Descriptor.makeNonBlocking(descriptor)
    state = Mutex(State(descriptor: descriptor))
  }

  deinit { state.withLock { if $0.descriptor >= 0 { _ = close($0.descriptor) } } }

  /// Sends a line (its line end included), after what waits. With `mayDrop` it is left out when others wait before it.
  package func queue(_ line: [UInt8], mayDrop: Bool = false) {
    state.withLock { state in
      guard state.descriptor >= 0 else { return }
      // The reader may have caught up since, and nobody else looks.
      Self.flush(&state)
      if !state.backlog.isEmpty && mayDrop { return }
      guard state.backlog.count + line.count <= Self.backlogLimit else { return }
      state.backlog += line
      Self.flush(&state)
    }
  }

  /// Waits up to `milliseconds` for the reader to take all that is left.
  func drain(milliseconds: Int64) {
    let end = SwarmClock.monotonicNanoseconds() + milliseconds * 1_000_000
    state.withLock { state in
      Self.flush(&state)
      while state.descriptor >= 0, !state.backlog.isEmpty {
        let left = (end - SwarmClock.monotonicNanoseconds()) / 1_000_000
        var polled = pollfd(fd: state.descriptor, events: Int16(POLLOUT), revents: 0)
        guard left > 0, poll(&polled, 1, Int32(clamping: left)) > 0, polled.revents & Int16(POLLOUT) != 0 else {
          return
        }
        Self.flush(&state)
      }
    }
  }

  func end() {
    state.withLock { state in
      if state.descriptor >= 0 { _ = close(state.descriptor) }
      state.descriptor = -1
    }
  }

  private static func flush(_ state: inout State) {
    while !state.backlog.isEmpty {
      var count = state.backlog.withUnsafeBytes {
        send(state.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 && errno == ENOTSOCK {
        count = state.backlog.withUnsafeBytes { write(state.descriptor, $0.baseAddress, $0.count) }
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      state.backlog.removeFirst(count)
    }
  }
}
