import SwarmTime
import Testing

@Suite("Swarm time")
struct SwarmTimeTests {
  @Test("At speed 10 one real second holds ten swarm seconds")
  func speed() {
    let clock = SwarmClock(zeroMonotonicNanoseconds: 5_000_000_000, speed: 10)
    #expect(clock.instant(monotonicNanoseconds: 6_000_000_000) == .seconds(10))
    #expect(clock.instant(monotonicNanoseconds: 4_900_000_000) == .seconds(-1))
    #expect(clock.realNanoseconds(.seconds(10)) == 1_000_000_000)
    #expect(clock.realNanoseconds(.seconds(30)) == 3_000_000_000)
  }

  @Test("At speed 1 nothing is rounded, however long the machine has been up")
  func speedOne() {
    let zero: Int64 = 1 << 60
    let clock = SwarmClock(zeroMonotonicNanoseconds: zero, speed: 1)
    #expect(clock.instant(monotonicNanoseconds: zero + 1).nanoseconds == 1)
    #expect(clock.realNanoseconds(SwarmDuration(nanoseconds: (1 << 55) + 1)) == (1 << 55) + 1)
  }

  @Test("A timer set for a swarm duration never fires early", arguments: [1.0, 3, 7, 10, 20, 0.3])
  func timers(_ speed: Double) {
    let clock = SwarmClock(zeroMonotonicNanoseconds: 0, speed: speed)
    for nanoseconds in stride(from: Int64(1), through: 20_000_000_000, by: 999_999_937) {
      let real = clock.realNanoseconds(SwarmDuration(nanoseconds: nanoseconds))
      // The way back is cut to whole nanoseconds.
      #expect(clock.instant(monotonicNanoseconds: real).nanoseconds >= nanoseconds - 1)
    }
  }

  @Test("The clock goes on, and never back")
  func monotonic() {
    let clock = SwarmClock(zeroMonotonicNanoseconds: SwarmClock.monotonicNanoseconds(), speed: 1000)
    var last = clock.now()
    #expect(last >= .zero)
    for _ in 0..<1000 {
      let now = clock.now()
      #expect(now >= last)
      last = now
    }
  }

  @Test("Instants and durations add up, and are ordered")
  func arithmetic() {
    let instant = SwarmInstant.seconds(1.5)
    #expect(instant.nanoseconds == 1_500_000_000)
    #expect(instant + .seconds(2) - .milliseconds(500) == .seconds(3))
    #expect(.seconds(3) - instant == SwarmDuration.milliseconds(1500))
    #expect(SwarmDuration.seconds(2) * 3 - .seconds(1) + .seconds(0.25) == .milliseconds(5250))
    #expect(SwarmInstant.distantPast < .zero && .zero < SwarmInstant.distantFuture)
    #expect(SwarmInstant.distantFuture - SwarmInstant.distantPast > .zero)
    #expect(SwarmDuration.milliseconds(-1) < .zero)
    #expect(SwarmDuration.seconds(0.1).nanoseconds == 100_000_000)
    #expect(SwarmInstant(nanoseconds: 250_000_000).seconds == 0.25)
  }
}

@Suite("Random source")
struct RandomSourceTests {
  @Test("It is SplitMix64: the reference's first numbers for seed 1234567")
  func reference() {
    var source = RandomSource(seed: 1_234_567)
    let numbers = (0..<5).map { _ in source.next() }
    #expect(
      numbers == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
      ])
  }

  @Test("The same seed shuffles the same for ever")
  func stable() {
    var source = RandomSource(seed: 7)
    var numbers = Array(0..<10)
    source.shuffle(&numbers)
    #expect(numbers.sorted() == Array(0..<10))
    var again = RandomSource(seed: 7)
    var others = Array(0..<10)
    again.shuffle(&others)
    #expect(numbers == others)
    #expect(source == again)
  }

  @Test("Numbers below a bound stay there and are drawn evenly", arguments: [1, 2, 3, 7, 10])
  func below(_ bound: Int) {
    var source = RandomSource(seed: UInt64(bound))
    var counts = [Int](repeating: 0, count: bound)
    let draws = 10_000 * bound
    for _ in 0..<draws { counts[source.below(bound)] += 1 }
    // Ten thousand expected in each; a hundred is one standard deviation at most.
    for count in counts { #expect(abs(count - 10_000) < 600) }
  }

  @Test("The largest bound works")
  func largest() {
    var source = RandomSource(seed: 1)
    for _ in 0..<1000 { #expect(source.below(.max) >= 0) }
    #expect(source.below(1) == 0)
  }

  @Test("Numbers of the unit interval lie in it")
  func unit() {
    var source = RandomSource(seed: 2)
    var sum = 0.0
    for _ in 0..<10_000 {
      let number = source.unit()
      #expect(number >= 0 && number < 1)
      sum += number
    }
    #expect(abs(sum / 10_000 - 0.5) < 0.02)
  }

  @Test("Weights decide, and what has none is never drawn")
  func weights() {
    var source = RandomSource(seed: 3)
    var counts = [0, 0, 0, 0]
    for _ in 0..<40_000 { counts[source.index(weights: [1, 0, 3, 0])] += 1 }
    #expect(counts[1] == 0 && counts[3] == 0)
    #expect(abs(counts[0] - 10_000) < 600)
  }

  @Test("A shuffle reaches every order about as often")
  func shuffle() {
    var source = RandomSource(seed: 4)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<24_000 {
      var numbers = [0, 1, 2, 3]
      source.shuffle(&numbers)
      counts[numbers, default: 0] += 1
    }
    #expect(counts.count == 24)
    for count in counts.values { #expect(abs(count - 1000) < 200) }
    var none: [Int] = []
    source.shuffle(&none)
    #expect(none.isEmpty)
  }

  @Test("Derived seeds differ by name and by run, and are a contract")
  func derived() {
    #expect(RandomSeed.derive(from: 7, name: "leecher-1") == RandomSeed.derive(from: 7, name: "leecher-1"))
    var seeds: Set<UInt64> = []
    for run in 0..<20 as Range<UInt64> {
      for peer in 0..<100 { seeds.insert(RandomSeed.derive(from: run, name: "leecher-\(peer)")) }
    }
    #expect(seeds.count == 2000)
  }
}
