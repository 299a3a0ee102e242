import SwarmTime
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One thread that waits for descriptors and for the time, for all pipes and timers of a process.
///
/// Dispatch sources were tried first: under many pipes that come and go, libdispatch 6.3 crashed in its event loop.
package final class EventLoop: Sendable {
  private struct Timer {
    var id: Int
    /// CLOCK_MONOTONIC nanoseconds.
    var due: Int64
    /// Nanoseconds to the next; 0 is once.
    var every: Int64
    var body: @Sendable () -> Void
  }

  private struct State {
    var handlers: [Int32: @Sendable () -> Void] = [:]
    var jobs: [@Sendable () -> Void] = []
    var timers: [Timer] = []
    var lastTimer = 0
    /// The descriptors waited for, the waking pipe first.
    var polled: [pollfd] = []
  }

  /// For everything but the heartbeat.
  package static let shared = EventLoop()

  private let state: Mutex<State>
  private let waking: (reading: Int32, writing: Int32)

  init() {
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0, "no descriptor is left for an event loop")
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      Descriptor.makeNonBlocking(end)
    }
    waking = (ends[0], ends[1])
    state = Mutex(State(polled: [pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)]))
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let status = pthread_create(&thread, nil, runEventLoop, context)
    precondition(status == 0, "no thread for an event loop: \(String(cString: strerror(status)))")
    pthread_detach(thread)
  }

  /// Runs `job` on the loop's thread, after what is under way there.
  func execute(_ job: @escaping @Sendable () -> Void) {
    state.withLock { $0.jobs.append(job) }
    wake()
  }

  /// Calls `readable` on the loop's thread whenever the descriptor has bytes, or has ended.
  func watch(_ descriptor: Int32, readable: @escaping @Sendable () -> Void) {
    state.withLock { state in
      state.handlers[descriptor] = readable
      state.polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
    }
    wake()
  }

  /// On the loop's thread only, before the descriptor is closed.
  func unwatch(_ descriptor: Int32) {
    state.withLock { state in
      state.handlers[descriptor] = nil
      state.polled.removeAll { $0.fd == descriptor }
    }
  }

  /// Calls `body` at `due` (CLOCK_MONOTONIC nanoseconds), then `every` so many nanoseconds where that is above 0. What
  /// is missed is not made up for. Returns an id for `cancel`.
  @discardableResult func schedule(at due: Int64, every: Int64 = 0, _ body: @escaping @Sendable () -> Void) -> Int {
    let id = state.withLock { state in
      state.lastTimer += 1
      state.timers.append(Timer(id: state.lastTimer, due: due, every: every, body: body))
      return state.lastTimer
    }
    wake()
    return id
  }

  @discardableResult func schedule(afterSeconds seconds: Double, _ body: @escaping @Sendable () -> Void) -> Int {
    schedule(at: SwarmClock.monotonicNanoseconds() + Int64(seconds * 1e9), body)
  }

  func cancel(timer id: Int) { state.withLock { $0.timers.removeAll { $0.id == id } } }

  private func wake() {
    var byte: UInt8 = 0
    // A full pipe wakes as well.
    _ = write(waking.writing, &byte, 1)
  }

  fileprivate func run() {
    while true {
      var (polled, due) = state.withLock { ($0.polled, $0.timers.lazy.map(\.due).min()) }
      wait(&polled, until: due)
      if polled[0].revents != 0 {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { buffer in
          while read(waking.reading, buffer.baseAddress, buffer.count) > 0 {}
        }
      }
      for job in state.withLock({ state in
        defer { state.jobs = [] }
        return state.jobs
      }) { job() }
      for ready in polled.dropFirst() where ready.revents != 0 { state.withLock { $0.handlers[ready.fd] }?() }
      for body in takeDue() { body() }
    }
  }

  /// `poll` counts in milliseconds; the rest of the last one is slept, so that timers are late by microseconds.
  private func wait(_ polled: inout [pollfd], until due: Int64?) {
    guard let due else {
      poll(&polled, nfds_t(polled.count), -1)
      return
    }
    let left = max(0, due - SwarmClock.monotonicNanoseconds())
    let count = poll(&polled, nfds_t(polled.count), Int32(clamping: left / 1_000_000))
    let rest = due - SwarmClock.monotonicNanoseconds()
    if count == 0 && rest > 0 && rest < 1_000_000 {
      var time = timespec(tv_sec: 0, tv_nsec: Int(rest))
      nanosleep(&time, nil)
    }
  }

  private func takeDue() -> [@Sendable () -> Void] {
    let now = SwarmClock.monotonicNanoseconds()
    return state.withLock { state in
      guard state.timers.contains(where: { $0.due <= now }) else { return [] }
      let due = state.timers.filter { $0.due <= now }.sorted { ($0.due, $0.id) < ($1.due, $1.id) }
      state.timers.removeAll { $0.due <= now && $0.every == 0 }
      for index in state.timers.indices where state.timers[index].due <= now {
        let missed = (now - state.timers[index].due) / state.timers[index].every
        state.timers[index].due += (missed + 1) * state.timers[index].every
      }
      return due.map(\.body)
    }
  }
}

private nonisolated func runEventLoop(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let context { Unmanaged<EventLoop>.fromOpaque(context).takeRetainedValue().run() }
  return nil
}
