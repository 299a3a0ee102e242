public import SwarmTime

/// A token bucket in swarm time: fills at `rate`, holds at most `burst`, starts empty, and may be overdrawn by what must
/// not wait.
public struct TokenBucket: Sendable {
  public private(set) var rate: Int64
  public private(set) var burst: Int64
  /// In bytes; below zero when overdrawn. A fraction of a token stays in `filledAt`.
  public private(set) var tokens: Int64 = 0
  private var filledAt: SwarmInstant

  public init(_ limit: RateLimit, at now: SwarmInstant) {
    rate = max(1, limit.bytesPerSecond)
    burst = limit.burst
    filledAt = now
  }

  /// - Parameter taken: bytes of the burst for which there is no room, since they are counted elsewhere.
  public mutating func fill(at now: SwarmInstant, whereTaken taken: Int64 = 0) {
    let room = burst - taken
    let elapsed = now.nanoseconds - filledAt.nanoseconds
    guard elapsed > 0 else { return }
    let (high, low) = elapsed.multipliedFullWidth(by: rate)
    // Overflow only after centuries or at absurd rates; then the bucket is full.
    guard high == 0 else { return overflow(room, now) }
    let gained = Int64(low / 1_000_000_000)
    guard gained < room - tokens else { return overflow(room, now) }
    tokens += gained
    // Advance by the time that the whole tokens took, so that no fraction is lost.
    filledAt = SwarmInstant(nanoseconds: filledAt.nanoseconds + nanoseconds(for: gained))
  }

  public mutating func spend(_ bytes: Int64) { tokens -= bytes }

  public mutating func refund(_ bytes: Int64) { tokens = min(burst, tokens + bytes) }

  /// When `bytes` tokens will be there, if nothing is spent before.
  public func instant(holding bytes: Int64) -> SwarmInstant {
    let lacking = bytes - tokens
    guard lacking > 0 else { return filledAt }
    return SwarmInstant(nanoseconds: filledAt.nanoseconds + nanoseconds(for: lacking))
  }

  /// A new rate from now on; what was saved up stays, within the new burst.
  public mutating func change(to limit: RateLimit, at now: SwarmInstant) {
    fill(at: now)
    rate = max(1, limit.bytesPerSecond)
    burst = limit.burst
    tokens = min(tokens, burst)
  }

  private mutating func overflow(_ room: Int64, _ now: SwarmInstant) {
    tokens = room
    filledAt = now
  }

  /// Rounded up, so that no more than the rate is ever let through.
  private func nanoseconds(for bytes: Int64) -> Int64 {
    let (high, low) = bytes.multipliedFullWidth(by: 1_000_000_000)
    guard high < rate else { return .max / 8 }
    let (quotient, remainder) = rate.dividingFullWidth((high, low))
    return quotient + (remainder > 0 ? 1 : 0)
  }
}
