#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The one clock of a process: swarm time = (CLOCK_MONOTONIC - zero) * speed.
///
/// Only the outermost code of a process reads it; everything inside is handed instants.
public struct SwarmClock: Sendable, Hashable {
  /// CLOCK_MONOTONIC, in nanoseconds, at swarm time zero.
  public var zeroMonotonicNanoseconds: Int64
  /// Swarm seconds for each real second; above 0.
  public var speed: Double

  public init(zeroMonotonicNanoseconds: Int64, speed: Double) {
    precondition(speed > 0)
    self.zeroMonotonicNanoseconds = zeroMonotonicNanoseconds
    self.speed = speed
  }

  public func now() -> SwarmInstant { instant(monotonicNanoseconds: Self.monotonicNanoseconds()) }

  public func instant(monotonicNanoseconds: Int64) -> SwarmInstant {
    let elapsed = monotonicNanoseconds - zeroMonotonicNanoseconds
    return SwarmInstant(nanoseconds: speed == 1 ? elapsed : Int64(Double(elapsed) * speed))
  }

  /// Real nanoseconds that a swarm duration lasts, rounded up so that a timer never fires early.
  public func realNanoseconds(_ duration: SwarmDuration) -> Int64 {
    speed == 1 ? duration.nanoseconds : Int64((Double(duration.nanoseconds) / speed).rounded(.up))
  }

  /// CLOCK_MONOTONIC in nanoseconds; one time line for all processes of a machine.
  public static func monotonicNanoseconds() -> Int64 { read(CLOCK_MONOTONIC) }

  /// CLOCK_REALTIME in nanoseconds since 1970: the clock that stamps captured frames.
  public static func realtimeNanoseconds() -> Int64 { read(CLOCK_REALTIME) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
