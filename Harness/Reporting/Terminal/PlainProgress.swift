import SwarmTime

/// Progress where no terminal is: a line when a tenth is done or a peer completes its payload, at most one for each two
/// real seconds, so that a CI's log stays short.
public struct PlainProgress: Sendable {
  /// Real nanoseconds between two lines.
  static let pause: Int64 = 2_000_000_000
  private var lastTenth = -1
  private var lastCompleted = 0
  private var lastLine = Int64.min / 2

  public init() {}

  /// A line to print, or nil. `monotonic` is real time in nanoseconds.
  public mutating func line(_ progress: SwarmProgress, monotonic: Int64) -> String? {
    let tenth = progress.perMille / 100
    guard tenth != lastTenth || progress.completed != lastCompleted else { return nil }
    guard monotonic - lastLine >= Self.pause else { return nil }
    lastTenth = tenth
    lastCompleted = progress.completed
    lastLine = monotonic
    let rate = progress.peers.reduce(0) { $0 + $1.download }
    return "  \(Quantity.duration(progress.now - .zero)): \(progress.perMille / 10) % of the pieces, "
      + "\(progress.completed) of \(progress.expected.count) complete, \(Quantity.rate(rate)) in all"
  }
}
