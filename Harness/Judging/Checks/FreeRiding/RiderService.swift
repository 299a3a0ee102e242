import Planning
import SwarmTime

/// What one contributor, or all together, gave to free riders over the stretches that count.
struct RiderService {
  private(set) var stretches: [RiderStretch] = []
  private(set) var toRiders: Int64 = 0
  private(set) var toAll: Int64 = 0
  private var heldByRiders: Int64 = 0
  /// Nanoseconds of all slots together.
  private var slotTime: Int64 = 0
  /// Largest share of a round for which a choke may be on its way.
  private var lag = 0.0
  /// Tenures of an optimistic slot that the stretches last for.
  private(set) var tenures = 0.0
  /// Slots times rounds: all, what riders may expect at most, the variance of that, and what they can hold.
  private var slotRounds = 0.0
  private var expected = 0.0
  private var variance = 0.0
  private var most = 0.0
  /// Rounds of the longest tenure: one draw decides over so much.
  private var step = 1.0

  init() {}

  init(_ rechokes: Rechokes, riders: Set<Int>, _ scene: Scene) {
    let view = rechokes.view
    step = RiderStretch.tenureInRounds(view.profile)
    lag = Double(view.delay.nanoseconds) / Double(max(1, view.profile.period.nanoseconds))
    let served = Dictionary(
      uniqueKeysWithValues: view.partners.map { ($0, Span.intersection(view.unchoked($0), view.interested($0))) })
    for (round, next) in zip(rechokes.rounds, rechokes.rounds.dropFirst()) {
      guard let stretch = RiderStretch(round, until: next.at, riders: riders, served: served, view, scene) else {
        continue
      }
      let rounds = Double((stretch.end - stretch.start).nanoseconds) / Double(view.profile.period.nanoseconds)
      stretches.append(stretch)
      toRiders += stretch.toRiders
      toAll += stretch.toAll
      heldByRiders += stretch.heldByRiders
      slotTime += Int64(stretch.slots) * (stretch.end - stretch.start).nanoseconds
      tenures += rounds / step
      slotRounds += rounds * Double(stretch.slots)
      expected += rounds * stretch.expected
      variance += rounds * stretch.variance
      most += rounds * stretch.most
    }
  }

  mutating func add(_ other: RiderService) {
    stretches += other.stretches
    toRiders += other.toRiders
    toAll += other.toAll
    heldByRiders += other.heldByRiders
    slotTime += other.slotTime
    lag = max(lag, other.lag)
    tenures += other.tenures
    slotRounds += other.slotRounds
    expected += other.expected
    variance += other.variance
    most += other.most
    step = max(step, other.step)
  }

  /// Whole tenures that were seen.
  var turns: Int { Int(tenures) }

  /// Of the time of its slots, what free riders held; nil without any.
  var shareOfSlots: Fixed? { Fixed(heldByRiders, over: slotTime) }

  /// Largest share of the slots that riders hold by luck of the draws, but with a chance of `error` (Bernstein's
  /// inequality over draws that each decide over a tenure); never more than they can hold at all. On top of it a rider whose
  /// tenure is over is served until the choke is on the wire.
  ///
  /// - Parameter error: chance that an honest peer goes beyond it.
  func allowed(error: Double) -> Fixed {
    guard slotRounds > 0 else { return Fixed(millionths: 1_000_000) }
    let log = -Likelihood.ln(error)
    let linear = step * log / 3
    let luck = linear + (linear * linear + 2 * variance * log).squareRoot()
    return Fixed(nearest: min(1, min(most, expected + luck) / slotRounds * (1 + max(Self.leastLag, lag))))
  }

  private static let leastLag = 0.02

  /// The stretches in which most went to riders, by time.
  func plainest(_ count: Int) -> [RiderStretch] {
    let sorted = stretches.sorted { a, b in
      if a.toRiders != b.toRiders { return a.toRiders > b.toRiders }
      return (a.start, a.contributor) < (b.start, b.contributor)
    }
    return sorted.prefix(count).sorted { ($0.start, $0.contributor) < ($1.start, $1.contributor) }
  }
}
