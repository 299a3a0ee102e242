import PeerCore
import SwarmTime

/// A token bucket on the swarm's clock. Before it has the clock nothing passes.
struct Throttle {
  private(set) var clock: SwarmClock?
  private var limit: RateLimit?
  /// Nil where nothing is limited.
  private var bucket: TokenBucket?

  init(_ limit: RateLimit?) { self.limit = limit }

  /// From now on tokens are saved up; it starts empty.
  mutating func start(_ clock: SwarmClock) {
    self.clock = clock
    bucket = limit.map { TokenBucket($0, at: clock.now()) }
  }

  /// Nil is unlimited. What was saved up stays, within the new burst.
  mutating func change(to limit: RateLimit?) {
    self.limit = limit
    guard let clock else { return }
    if let limit, bucket != nil {
      bucket?.change(to: limit, at: clock.now())
    } else {
      bucket = limit.map { TokenBucket($0, at: clock.now()) }
    }
  }

  mutating func spend(_ bytes: Int) { bucket?.spend(Int64(bytes)) }

  /// When so many bytes may pass; nil is now.
  mutating func wait(for bytes: Int64) -> SwarmInstant? {
    guard let clock else { return .distantFuture }
    bucket?.fill(at: clock.now())
    guard let bucket, bucket.tokens < bytes else { return nil }
    return bucket.instant(holding: bytes)
  }
}
