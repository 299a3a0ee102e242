import SwarmTime

/// CLOCK_MONOTONIC and CLOCK_REALTIME read together, in nanoseconds: the swarm keeps time by the one, and the capture is
/// stamped by the other.
public struct ClockReading: Hashable, Sendable {
  public var monotonic: Int64
  public var realtime: Int64

  public init(monotonic: Int64, realtime: Int64) { (self.monotonic, self.realtime) = (monotonic, realtime) }

  public static func now() -> Self {
    let before = SwarmClock.monotonicNanoseconds()
    let realtime = SwarmClock.realtimeNanoseconds()
    return Self(monotonic: before + (SwarmClock.monotonicNanoseconds() - before) / 2, realtime: realtime)
  }

  /// Nanoseconds by which the realtime clock went ahead of the monotonic one since an earlier reading.
  public func gain(since earlier: Self) -> Int64 {
    (realtime &- earlier.realtime) &- (monotonic &- earlier.monotonic)
  }

  /// It was set, not slewed: no slewing explains what it gained.
  public func isStep(since earlier: Self) -> Bool {
    Double(gain(since: earlier).magnitude)
      > Self.error + Self.fastestSlewing * Double((monotonic &- earlier.monotonic).magnitude)
  }

  /// The kernel slews by 500 ppm at most. Agents in virtual machines set the clock by a little many times a second, after
  /// the machine was stopped or moved: measured, 0.5 ms each 100 ms, for minutes.
  private static let fastestSlewing = 0.008
  /// Reading two clocks one after the other costs far less.
  public static let error = 1e6
}

/// Looks at the clocks once in a while, and says which readings tell how the realtime one moved.
public struct ClockWatch: Sendable {
  private var last: ClockReading

  public init(from first: ClockReading) { last = first }

  /// - Returns: nothing where both went alike since the last look; else that reading and this one, so that all between
  ///   others goes on unbent.
  public mutating func look(_ now: ClockReading) -> (ties: [ClockReading], stepNanoseconds: Int64?) {
    defer { last = now }
    let gain = now.gain(since: last)
    guard Double(gain.magnitude) > ClockReading.error else { return ([], nil) }
    return ([last, now], now.isStep(since: last) ? gain : nil)
  }
}
