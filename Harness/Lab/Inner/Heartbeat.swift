import SwarmTime
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The lab's own pulse: whether this machine kept up is told by how late a timer fires and by how long processes waited
/// for a processor, never by a peer's report. What the swarm's own threads waited is for `ProcessorWaits`.
final class Heartbeat: Sendable {
  /// The stretch since the last one.
  struct Report: Sendable {
    var worstLatenessNanoseconds: Int64
    /// Share of the time in which some process of the machine waited for a processor; nil where the kernel does not tell.
    var processorPressurePerMille: Int?
  }

  /// Real nanoseconds between two beats, and between two reports.
  static let beat: Int64 = 20_000_000
  static let report: Int64 = 1_000_000_000

  private struct State {
    var lastBeat: Int64
    var worst: Int64 = 0
    var reportedAt: Int64
    var pressure: Int64?
  }

  /// A thread of its own, so that the lab's other work does not pass for a slow machine.
  private let loop = EventLoop()
  private let state: Mutex<State>
  private let timer = Mutex(0)

  /// `body` is called once a second, on the heartbeat's own thread.
  init(_ body: @escaping @Sendable (Report) -> Void) {
    let now = SwarmClock.monotonicNanoseconds()
    state = Mutex(State(lastBeat: now, reportedAt: now, pressure: Self.processorPressure()))
    // As willing to give way as the swarm's processes, so that it tells how late they are.
    loop.execute { GivingWay.begin() }
    let timer = loop.schedule(at: now + Self.beat, every: Self.beat) { [weak self] in
      if let report = self?.take() { body(report) }
    }
    self.timer.withLock { $0 = timer }
  }

  func stop() { loop.cancel(timer: timer.withLock { $0 }) }

  private func take() -> Report? {
    let now = SwarmClock.monotonicNanoseconds()
    return state.withLock { state in
      state.worst = max(state.worst, now - state.lastBeat - Self.beat)
      state.lastBeat = now
      let stretch = now - state.reportedAt
      guard stretch >= Self.report else { return nil }
      let pressure = Self.processorPressure()
      var perMille: Int?
      if let before = state.pressure, let pressure { perMille = Int((pressure - before) * 1_000_000 / stretch) }
      let worst = max(0, state.worst)
      (state.worst, state.reportedAt, state.pressure) = (0, now, pressure)
      return Report(worstLatenessNanoseconds: worst, processorPressurePerMille: perMille)
    }
  }

  /// Microseconds since boot in which some process waited for a processor; nil where the kernel does not tell.
  static func processorPressure() -> Int64? {
    guard let bytes = try? RunFolder.read("/proc/pressure/cpu") else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("some ") }),
      let total = line.split(separator: " ").first(where: { $0.hasPrefix("total=") })
    else { return nil }
    return Int64(total.dropFirst("total=".count))
  }
}
