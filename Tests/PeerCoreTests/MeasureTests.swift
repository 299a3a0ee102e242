import PeerCore
import SwarmTime
import Testing
import Wire

/// Token bucket, rate window and piece set: arithmetic.
@Suite struct MeasureTests {
  static let limit = RateLimit(bytesPerSecond: 1000, burst: 500)

  @Test func aBucketStartsEmptyFillsAtItsRateAndHoldsItsBurst() {
    var bucket = TokenBucket(Self.limit, at: .zero)
    #expect(bucket.tokens == 0)
    for (seconds, tokens) in [(0.0, 0), (0.1, 100), (0.25, 250), (0.5, 500), (9, 500)] as [(Double, Int64)] {
      bucket.fill(at: .seconds(seconds))
      #expect(bucket.tokens == tokens)
    }
    bucket.fill(at: .seconds(1))
    #expect(bucket.tokens == 500)
  }

  @Test func anOverdrawnBucketWaitsUntilItIsPaidBack() {
    var bucket = TokenBucket(Self.limit, at: .zero)
    bucket.spend(250)
    #expect(bucket.instant(holding: 250) == .seconds(0.5))
    bucket.fill(at: .seconds(0.5))
    #expect(bucket.tokens == 250)
    #expect(bucket.instant(holding: 250) <= .seconds(0.5))
    bucket.refund(10000)
    #expect(bucket.tokens == 500)
  }

  @Test func whereRoomIsTakenABucketFillsNoFurther() {
    var bucket = TokenBucket(Self.limit, at: .zero)
    bucket.fill(at: .seconds(1), whereTaken: 300)
    #expect(bucket.tokens == 200)
    bucket.fill(at: .seconds(1.1))
    #expect(bucket.tokens == 300)
    bucket.fill(at: .seconds(3), whereTaken: 600)
    #expect(bucket.tokens == -100)
  }

  @Test func aNewRateCountsFromNowOn() {
    var bucket = TokenBucket(Self.limit, at: .zero)
    bucket.change(to: RateLimit(bytesPerSecond: 10, burst: 90), at: .seconds(0.1))
    #expect(bucket.tokens == 90)
    bucket.spend(90)
    bucket.fill(at: .seconds(1.1))
    #expect(bucket.tokens == 10)
  }

  @Test(arguments: [1, 3, 999, 262_144, 1_000_000_007, .max / 2] as [Int64])
  func howeverOftenItIsFilledABucketLetsThroughItsRateAndNoMore(rate: Int64) {
    var random = RandomSource(seed: UInt64(rate))
    var bucket = TokenBucket(RateLimit(bytesPerSecond: rate, burst: .max / 4), at: .zero)
    var (now, spent) = (SwarmInstant.zero, 0 as Int64)
    for _ in 0..<5000 {
      now = now + SwarmDuration(nanoseconds: Int64(random.below(200_000)))
      bucket.fill(at: now)
      #expect(bucket.tokens >= 0)
      spent += bucket.tokens
      bucket.spend(bucket.tokens)
      guard spent < .max / 8 else { return }
    }
    let due = Double(rate) * now.seconds
    #expect(Double(spent) <= due)
    // One token may be underway, and each filling may round one nanosecond down.
    #expect(Double(spent) >= due - 1 - Double(rate) * 5000 / 1e9)
  }

  @Test func theDefaultBurstIsASecondAndAtLeast64KiB() {
    #expect(RateLimit(bytesPerSecond: 1).burst == 65536)
    #expect(RateLimit(bytesPerSecond: 1 << 20).burst == 1 << 20)
  }

  @Test func theRateWindowForgetsAfterTwentySeconds() {
    var window = RateWindow()
    window.add(100, at: .seconds(0))
    window.add(50, at: .seconds(10))
    for (seconds, bytes) in [(10.0, 150), (19.4, 150), (20, 50), (29.4, 50), (30, 0), (500, 0)] as [(Double, Int64)] {
      #expect(window.bytes(at: .seconds(seconds)) == bytes)
    }
    window.add(7, at: .seconds(1000))
    #expect(window.bytes(at: .seconds(1000.2)) == 7)
    #expect(window.peak(bins: 20, at: .seconds(1000.2)) == 14)
    #expect(window.peak(bins: 20, at: .seconds(1010)) == 0)
  }

  @Test func aBitfieldBecomesASetAndBack() {
    var random = RandomSource(seed: 4)
    for capacity in [1, 7, 8, 9, 63, 64, 65, 200] {
      var set = PieceSet(capacity: capacity)
      for piece in 0..<capacity where random.below(2) == 0 { set.insert(piece) }
      #expect(PieceSet(bitfield: set.bitfield, capacity: capacity) == set)
      #expect(PieceSet.full(capacity: capacity).isFull)
      #expect(PieceSet.full(capacity: capacity).countMissing(from: set) == capacity - set.count)
      var found: [Int] = []
      PieceSet.full(capacity: capacity).forEach(notIn: set, norIn: PieceSet(capacity: capacity)) { found.append($0) }
      #expect(found == (0..<capacity).filter { !set.contains($0) })
    }
  }
}
