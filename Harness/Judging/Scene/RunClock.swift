public import Dissection
public import Recording
public import SwarmTime

/// Swarm time of captured frames: CLOCK_REALTIME stamps mapped through the record's clock entries.
public struct RunClock: Hashable, Sendable {
  /// Whether the record ties the clocks. Without it, zero is the capture's first frame.
  public let isKnown: Bool
  public let speed: Double
  /// How far the realtime clock moved against the monotonic one beyond what slewing explains, in nanoseconds; 0 for none.
  public let stepNanoseconds: Int64
  /// Realtime at which swarm time was zero, and monotonic nanoseconds for each realtime one.
  private let anchorRealtime: Int64
  private let anchorElapsed: Int64
  private let monotonicPerRealtime: Double

  /// The kernel slews by at most 500 ppm; reading two clocks one after the other costs far less than a millisecond.
  private static let slewLimit = 0.0006
  private static let readingError = 1e6

  public init(record: [RecordEntry], trace: Trace, speed fallbackSpeed: Double) {
    var readings: [(zero: Int64, monotonic: Int64, realtime: Int64, speed: Double)] = []
    for entry in record {
      guard case .clock(let zero, let monotonic, let realtime, let speed) = entry.event else { continue }
      readings.append((zero, monotonic, realtime, speed))
    }
    guard let first = readings.first, let last = readings.last else {
      isKnown = false
      speed = fallbackSpeed.isFinite && fallbackSpeed > 0 ? fallbackSpeed : 1
      stepNanoseconds = 0
      anchorRealtime = trace.coverage.firstTime
      anchorElapsed = 0
      monotonicPerRealtime = 1
      return
    }
    isKnown = true
    speed = first.speed.isFinite && first.speed > 0 ? first.speed : 1
    anchorRealtime = first.realtime
    anchorElapsed = first.monotonic &- first.zero
    var step: Int64 = 0
    for (before, after) in zip(readings, readings.dropFirst()) {
      let monotonic = after.monotonic &- before.monotonic
      let moved = (after.realtime &- before.realtime) &- monotonic
      if Double(moved.magnitude) > Self.readingError + Self.slewLimit * Double(monotonic.magnitude),
        moved.magnitude > step.magnitude
      {
        step = moved
      }
    }
    stepNanoseconds = step
    let (realtime, monotonic) = (last.realtime &- first.realtime, last.monotonic &- first.monotonic)
    let slope = realtime > 0 ? Double(monotonic) / Double(realtime) : 1
    monotonicPerRealtime = abs(slope - 1) <= Self.slewLimit ? slope : 1
  }

  /// The stamps of a capture that no record explains, taken as they are: real time, from its first frame.
  init(capture trace: Trace) {
    isKnown = true
    speed = 1
    anchorRealtime = trace.coverage.firstTime
    anchorElapsed = 0
    monotonicPerRealtime = 1
    // A clock that was set forward cannot be told from a pause; one that was set back can.
    var (latest, back) = (Int64.min, Int64(0))
    for segment in trace.segments {
      latest = max(latest, segment.time)
      back = max(back, latest - segment.time)
    }
    stepNanoseconds = Double(back) > Self.readingError ? -back : 0
  }

  public func instant(realtime: Int64) -> SwarmInstant {
    let elapsed = Double(anchorElapsed) + Double(realtime &- anchorRealtime) * monotonicPerRealtime
    let swarm = elapsed * speed
    guard swarm > -4e18 else { return .distantPast }
    return swarm < 4e18 ? SwarmInstant(nanoseconds: Int64(swarm)) : .distantFuture
  }
}
