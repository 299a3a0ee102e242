package import SwarmTime

/// Bytes within the last 20 s: a plain window in bins of half a second.
package struct RateWindow: Sendable {
  static let length = SwarmDuration.seconds(20)
  static let binLength: Int64 = 500_000_000
  private static let binCount = 40

  private var bins = ContiguousArray<UInt32>()
  private var newest: Int64 = 0
  private var total: Int64 = 0

  package init() {}

  package mutating func add(_ bytes: Int, at now: SwarmInstant) {
    advance(to: now)
    if bins.isEmpty { bins = ContiguousArray(repeating: 0, count: Self.binCount) }
    bins[Int(newest % Int64(Self.binCount))] &+= UInt32(bytes)
    total += Int64(bytes)
  }

  /// Bytes within the window that ends now.
  package mutating func bytes(at now: SwarmInstant) -> Int64 {
    advance(to: now)
    return total
  }

  /// Bytes per second in the best of the newest `count` bins, the present one included.
  package mutating func peak(bins count: Int, at now: SwarmInstant) -> Int64 {
    advance(to: now)
    guard !bins.isEmpty else { return 0 }
    var most: UInt32 = 0
    for back in 0..<Int64(min(count, Self.binCount)) where newest >= back {
      most = max(most, bins[Int((newest - back) % Int64(Self.binCount))])
    }
    return Int64(most) * 1_000_000_000 / Self.binLength
  }

  /// Bytes in the newest `count` bins, the present one included.
  package mutating func bytes(bins count: Int, at now: SwarmInstant) -> Int64 {
    advance(to: now)
    guard !bins.isEmpty else { return 0 }
    var sum: Int64 = 0
    for back in 0..<Int64(min(count, Self.binCount)) where newest >= back {
      sum += Int64(bins[Int((newest - back) % Int64(Self.binCount))])
    }
    return sum
  }

  private mutating func advance(to now: SwarmInstant) {
    let bin = max(0, now.nanoseconds) / Self.binLength
    guard bin > newest else { return }
    if !bins.isEmpty {
      for passed in (newest + 1)...min(bin, newest + Int64(Self.binCount)) {
        let place = Int(passed % Int64(Self.binCount))
        total -= Int64(bins[place])
        bins[place] = 0
      }
    }
    newest = bin
  }
}
