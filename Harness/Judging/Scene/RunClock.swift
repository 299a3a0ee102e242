public import Dissection
public import Recording
public import SwarmTime

/// Swarm time of captured frames: CLOCK_REALTIME stamps mapped through the record's clock entries, evenly between two.
public struct RunClock: Hashable, Sendable {
  /// Whether the record ties the clocks. Without it, zero is the capture's first frame.
  public let isKnown: Bool
  public let speed: Double
  /// How far the realtime clock moved against the monotonic one beyond what slewing explains, in nanoseconds; 0 for none.
  public let stepNanoseconds: Int64
  /// How far a stamp may be off where the clock was slewed in jerks: what it gained between two readings beyond the
  /// kernel's even slewing, real nanoseconds.
  public let blurNanoseconds: Int64
  /// In the order of the record; never empty.
  private let readings: [ClockReading]
  /// Monotonic time of swarm time zero.
  private let zero: Int64

  /// The kernel slews by at most 500 ppm.
  private static let evenSlewing = 0.0006

  public init(record: [RecordEntry], trace: Trace, speed fallbackSpeed: Double) {
    var (readings, zero, first): ([ClockReading], Int64, Double?) = ([], 0, nil)
    for entry in record {
      guard case .clock(let origin, let monotonic, let realtime, let speed) = entry.event else { continue }
      readings.append(ClockReading(monotonic: monotonic, realtime: realtime))
      if first == nil { (zero, first) = (origin, speed) }
    }
    isKnown = first != nil
    let known = first ?? fallbackSpeed
    speed = known.isFinite && known > 0 ? known : 1
    self.zero = zero
    self.readings = isKnown ? readings : [ClockReading(monotonic: 0, realtime: trace.coverage.firstTime)]
    var (step, blur) = (Int64(0), Int64(0))
    for (before, after) in zip(readings, readings.dropFirst()) {
      let gain = after.gain(since: before)
      if after.isStep(since: before) {
        if gain.magnitude > step.magnitude { step = gain }
      } else {
        let even = Self.evenSlewing * Double((after.monotonic &- before.monotonic).magnitude) + ClockReading.error
        blur = max(blur, Int64(Double(gain.magnitude) - even))
      }
    }
    (stepNanoseconds, blurNanoseconds) = (step, blur)
  }

  /// The stamps of a capture that no record explains, taken as they are: real time, from its first frame.
  init(capture trace: Trace) {
    isKnown = true
    speed = 1
    blurNanoseconds = 0
    zero = 0
    readings = [ClockReading(monotonic: 0, realtime: trace.coverage.firstTime)]
    // A clock that was set forward cannot be told from a pause; one that was set back can.
    var (latest, back) = (Int64.min, Int64(0))
    for segment in trace.segments {
      latest = max(latest, segment.time)
      back = max(back, latest - segment.time)
    }
    stepNanoseconds = Double(back) > ClockReading.error ? -back : 0
  }

  public func instant(realtime: Int64) -> SwarmInstant {
    // The last reading before it.
    var (low, high) = (0, readings.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if readings[middle].realtime <= realtime { low = middle } else { high = middle - 1 }
    }
    let reading = readings[low]
    var pace = 1.0
    if low + 1 < readings.count, readings[low].realtime <= realtime, !readings[low + 1].isStep(since: reading) {
      let next = readings[low + 1]
      let elapsed = next.realtime &- reading.realtime
      if elapsed > 0 { pace = Double(next.monotonic &- reading.monotonic) / Double(elapsed) }
    }
    let swarm = (Double(reading.monotonic &- zero) + Double(realtime &- reading.realtime) * pace) * speed
    guard swarm > -4e18 else { return .distantPast }
    return swarm < 4e18 ? SwarmInstant(nanoseconds: Int64(swarm)) : .distantFuture
  }
}
