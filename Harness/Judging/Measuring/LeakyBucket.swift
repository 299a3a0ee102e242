import Planning

/// Another limit from then on.
struct RateStep: Hashable {
  /// Swarm nanoseconds.
  var at: Int64
  var limit: LimitPlan
}

/// A bucket that leaks at the declared rate: what is in it is what was sent above the rate.
///
/// It is as large as the largest burst needs. While a smaller one is in force it never empties below the difference, which
/// is what a token bucket does that saves up no more than its burst, and keeps what it has when its burst changes.
struct LeakyBucket {
  /// Bytes that may be in it: the largest burst, and what is tolerated beyond any.
  let allowance: Int64
  private let stretches: [Stretch]

  /// What was paid for before a rate was lowered may still be on its way: the highest of so many nanoseconds is in force.
  private static let graceOfRates: Int64 = 1_000_000_000
  /// A burst's worth of it may wait in sockets, since one end does not get its turn on a processor, and leave at once then.
  /// Two ends that wait as long as is tolerated (`Scene.toleratedWait`, 4 s each) have had theirs by now.
  private static let graceOfBursts: Int64 = 10_000_000_000

  private struct Stretch {
    /// Swarm nanoseconds.
    var start: Int64
    /// Bytes per swarm second.
    var rate: Int64
    /// Bytes below which it does not empty.
    var floor: Double
    /// Whether it is as empty as it can be at its start.
    var empties: Bool
  }

  /// - Parameters:
  ///   - limit: The one at first.
  ///   - tolerated: Bytes beyond the burst.
  ///   - steps: In the order of time.
  ///   - savesTime: Whether tokens are time, as the kernel's are (`htb` keeps nanoseconds): with a higher rate those that
  ///     were saved up are worth more bytes, up to the whole burst.
  init(_ limit: LimitPlan, tolerated: Int64, steps: [RateStep] = [], savesTime: Bool = false) {
    let largest = steps.reduce(limit.burstBytes) { max($0, $1.limit.burstBytes) }
    allowance = largest + tolerated
    let limits = [RateStep(at: Int64.min / 2, limit: limit)] + steps
    let ends = steps.flatMap { [$0.at, $0.at + Self.graceOfRates, $0.at + Self.graceOfBursts] }
    var newest = 0
    // The oldest that still counts: for rates, and for bursts.
    var (oldestRate, oldestBurst) = (0, 0)
    var stretches: [Stretch] = []
    for mark in [limits[0].at] + Set(ends).sorted() {
      let before = newest
      while newest + 1 < limits.count, limits[newest + 1].at <= mark { newest += 1 }
      while oldestRate < newest, limits[oldestRate + 1].at <= mark - Self.graceOfRates { oldestRate += 1 }
      while oldestBurst < newest, limits[oldestBurst + 1].at <= mark - Self.graceOfBursts { oldestBurst += 1 }
      let (was, current) = (limits[before].limit, limits[newest].limit)
      let rate = limits[oldestRate...newest].reduce(0) { max($0, $1.limit.bytesPerSecond) }
      let burst = limits[oldestBurst...newest].reduce(0) { max($0, $1.limit.burstBytes) }
      stretches.append(
        Stretch(
          start: mark, rate: rate, floor: Double(largest - burst),
          empties: savesTime && current.bytesPerSecond > was.bytesPerSecond))
    }
    self.stretches = stretches
  }

  struct Flow {
    /// Whether there was ever more in it than may be.
    var isExceeded = false
    /// Bytes above the rate where it was nearest to what may be, or furthest beyond, and how many were tolerated then,
    /// with its time (swarm nanoseconds) and frame.
    var highest = 0.0
    var tolerated: Int64 = 0
    var highestAt: Int64 = 0
    var highestFrame: Int32 = 0
    /// When the bucket was last empty before it was highest, and what came in since.
    var risingSince: Int64 = 0
    var bytesWhileRising: Int64 = 0
    /// The first moment above the allowance, and how many bytes were tolerated then.
    var exceededAt: Int64 = 0
    var exceededFrame: Int32 = 0
    var toleratedWhenExceeded: Int64 = 0
  }

  func run(_ entries: [Traffic.Entry]) -> Flow {
    var flow = Flow()
    var content = Content(stretches, from: entries.first?.time ?? 0)
    flow.tolerated = allowance - Int64(content.floor)
    var peak = content.level
    var (since, bytes) = (content.time, Int64(0))
    for entry in entries {
      content.go(to: entry.time)
      if content.level <= content.floor { (since, bytes) = (content.time, 0) }
      content.level += Double(entry.bytes)
      bytes += Int64(entry.bytes)
      guard content.level > peak else { continue }
      let tolerated = allowance - Int64(content.floor)
      if !flow.isExceeded, content.level > Double(allowance) {
        flow.isExceeded = true
        (flow.exceededAt, flow.exceededFrame) = (content.time, max(1, entry.frame))
        flow.toleratedWhenExceeded = tolerated
      }
      peak = content.level
      (flow.highest, flow.tolerated) = (content.level - content.floor, tolerated)
      (flow.highestAt, flow.highestFrame) = (content.time, entry.frame)
      (flow.risingSince, flow.bytesWhileRising) = (since, bytes)
    }
    return flow
  }

  /// The least share by which every frame would have had to be larger for this run to exceed the allowance, rounded up
  /// to a tenth of a per cent; nil above a factor of 17. It grows with idleness and shrinks with duration.
  func leastVisibleExcess(_ entries: [Traffic.Entry]) -> Fixed? {
    func exceeds(perMille: Int) -> Bool {
      let factor = 1 + Double(perMille) / 1000
      let limit = Double(allowance)
      var content = Content(stretches, from: entries.first?.time ?? 0)
      for entry in entries {
        content.go(to: entry.time)
        content.level += factor * Double(entry.bytes)
        if content.level > limit { return true }
      }
      return false
    }
    var (low, high) = (0, 16_000)
    guard exceeds(perMille: high) else { return nil }
    while low < high {
      let middle = (low + high) / 2
      if exceeds(perMille: middle) { high = middle } else { low = middle + 1 }
    }
    return Fixed(millionths: Int64(low) * 1000)
  }

  /// What is in the bucket, as time goes by.
  private struct Content {
    private let stretches: [Stretch]
    private var place = 0
    /// Bytes.
    var level: Double
    /// Swarm nanoseconds.
    private(set) var time: Int64

    /// It is as empty as it can be at first. Where limits change before anything is sent, it empties further meanwhile.
    init(_ stretches: [Stretch], from first: Int64) {
      self.stretches = stretches
      level = stretches[0].floor
      time = stretches.count > 1 ? min(first, stretches[1].start) : first
    }

    var floor: Double { stretches[place].floor }

    /// A frame stamped before the one that it follows (the clock was slewed) lets nothing leak.
    mutating func go(to now: Int64) {
      while place + 1 < stretches.count, stretches[place + 1].start <= now {
        leak(to: stretches[place + 1].start)
        place += 1
        level = stretches[place].empties ? floor : max(level, floor)
      }
      leak(to: now)
    }

    private mutating func leak(to now: Int64) {
      guard now > time else { return }
      level = max(floor, level - Double(stretches[place].rate) / 1e9 * Double(now - time))
      time = now
    }
  }
}
