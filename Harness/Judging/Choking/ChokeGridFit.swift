import Planning
public import SwarmTime

/// The grid of choke rounds of a peer, fitted to its decisions: its phase is the peer's own secret.
public struct ChokeGridFit: Hashable, Sendable {
  public let period: SwarmDuration
  /// One point of the grid, in [0, period) since zero.
  public let phase: SwarmDuration
  /// How many instants lie within the tolerance of a point, and how many do not.
  public let matched: Int
  public let unmatched: Int

  /// The phase that most instants lie within `tolerance` of (the earliest of equals), moved to their middle.
  ///
  /// - Parameter instants: of decisions that nothing but a round explains, in any order.
  /// - Returns: nil for no instants, and for a period without room for the tolerance.
  public init?(_ instants: [SwarmInstant], period: SwarmDuration, tolerance: SwarmDuration) {
    let length = period.nanoseconds
    guard !instants.isEmpty, length > 0, tolerance.nanoseconds >= 0 else { return nil }
    let width = min(2 * tolerance.nanoseconds, length - 1)
    let phases = instants.map { Self.modulo($0.nanoseconds, length) }.sorted()
    let circle = phases + phases.map { $0 + length }
    // The window [start, start + width] on the circle that holds most.
    var (best, first, high) = (0, 0, 0)
    for low in phases.indices {
      high = max(high, low)
      while high < circle.count, circle[high] <= circle[low] + width { high += 1 }
      if high - low > best { (best, first) = (high - low, low) }
    }
    self.period = period
    let middle = (circle[first] + circle[first + best - 1]) / 2
    phase = SwarmDuration(nanoseconds: Self.modulo(middle, length))
    matched = min(best, instants.count)
    unmatched = instants.count - matched
  }

  /// The same points, with other counts.
  init(_ fit: ChokeGridFit, matched: Int, unmatched: Int) {
    (period, phase) = (fit.period, fit.phase)
    (self.matched, self.unmatched) = (matched, unmatched)
  }

  /// How far an instant lies from the nearest point: negative before it.
  public func offset(of instant: SwarmInstant) -> SwarmDuration {
    let length = period.nanoseconds
    let after = Self.modulo(instant.nanoseconds - phase.nanoseconds, length)
    return SwarmDuration(nanoseconds: after > length / 2 ? after - length : after)
  }

  /// The number of the point nearest to an instant; 0 is the first one since zero.
  public func number(of instant: SwarmInstant) -> Int64 {
    (point(nearest: instant).nanoseconds - phase.nanoseconds) / period.nanoseconds
  }

  public func point(number: Int64) -> SwarmInstant {
    SwarmInstant(nanoseconds: phase.nanoseconds + number * period.nanoseconds)
  }

  /// The point nearest to an instant.
  public func point(nearest instant: SwarmInstant) -> SwarmInstant { instant - offset(of: instant) }

  /// The points in [start, end).
  public func points(from start: SwarmInstant, to end: SwarmInstant) -> [SwarmInstant] {
    guard start < end else { return [] }
    let length = period.nanoseconds
    let wait = Self.modulo(phase.nanoseconds - start.nanoseconds, length)
    return stride(from: start.nanoseconds + wait, to: end.nanoseconds, by: Int64.Stride(length)).map {
      SwarmInstant(nanoseconds: $0)
    }
  }

  private static func modulo(_ value: Int64, _ length: Int64) -> Int64 { ((value % length) + length) % length }
}
