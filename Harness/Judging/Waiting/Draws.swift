import Planning
import SwarmTime

/// Stretches of a peer's life in each of which it must have drawn somebody for an optimistic slot (or, as a seed of the
/// newest-first rule, for a slot that changes hands), with the chance that it drew one of those that wait.
///
/// A tenure and the grid's tolerance is time enough for one draw. In it, those that wait have `newcomerWeight`, others at
/// most what they would have if all that hold regular slots were the lightest; so the chance is a lower bound.
struct Draws {
  struct Stretch {
    var start: SwarmInstant
    var end: SwarmInstant
    /// At least.
    var chance: Double
    /// One of those that waited was unchoked in it.
    var hit: Bool
  }

  let first: FirstUnchokes
  /// In which a draw must lie.
  let length: SwarmDuration
  private let completion: SwarmInstant?

  init(_ first: FirstUnchokes) {
    self.first = first
    let profile = first.view.profile
    length = profile.tenure + profile.gridTolerance * 2 + first.view.delay
    completion = first.view.leecherSpan == nil ? nil : first.view.seedSpan?.lowerBound
  }

  /// Whether the profile says that somebody is drawn at all.
  static func happen(_ profile: Profile) -> Bool { profile.optimisticChoice == .draw && profile.optimisticSlots > 0 }

  /// - Parameter only: the one waiter whose chance is asked for; nil for all of them together.
  func stretches(only partner: Int? = nil) -> [Stretch] {
    var stretches: [Stretch] = []
    let waiters = first.waiters.filter { partner == nil || $0.partner == partner }
    guard var at = waiters.compactMap({ $0.waits.first?.start }).min(),
      let last = waiters.compactMap({ $0.waits.last?.end }).max()
    else { return [] }
    while at + length <= last {
      // Between the rules of a leecher and those of a seed there may be no draw for a while.
      if let completion, at + length > completion - .seconds(1), at < completion + first.view.profile.period {
        at = completion + first.view.profile.period
        continue
      }
      if let stretch = stretch(from: at, waiters) {
        stretches.append(stretch)
        at = at + length
      } else {
        at = at + .seconds(1)
      }
    }
    return stretches
  }

  private func stretch(from start: SwarmInstant, _ waiters: [FirstUnchokes.Waiter]) -> Stretch? {
    let end = start + length
    let waiting = waiters.filter { waiter in
      waiter.waits.contains { span in
        span.start <= start && start < span.end && (span.end >= end || span.end == waiter.unchoked?.at)
      }
    }
    guard !waiting.isEmpty else { return nil }
    let names = Set(waiting.map(\.partner))
    let view = first.view
    let newcomer = Double(view.profile.newcomerWeight)
    var others = view.partners.compactMap { partner -> Double? in
      guard !names.contains(partner),
        view.interested(partner).contains(where: { $0.start < end && $0.end > start })
          || view.unknown(partner).contains(where: { $0.start < end && $0.end > start })
      else { return nil }
      // A new connection makes one a newcomer again.
      let isOld = view.connected(partner).count == 1 && view.unchoked(partner).first.map { $0.start < start } ?? false
      return isOld ? 1 : newcomer
    }
    let isFull = !first.free.contains { $0.start < end && $0.end > start }
    if isFull {
      others.sort()
      others.removeFirst(min(others.count, max(0, first.slots - view.profile.optimisticSlots)))
    }
    let own = newcomer * Double(waiting.count)
    return Stretch(
      start: start, end: end, chance: own / (own + others.reduce(0, +)),
      hit: waiting.contains { $0.unchoked.map { $0.at <= end } ?? false })
  }
}

/// Evidence that hits come more rarely than their chances allow: for each of several rates a supermartingale that the
/// honest make grow beyond x with a chance of at most 1 / x, whenever one looks (Ville's inequality), and their mean.
struct MissingHits {
  /// e to the minus 1/4, 1/2, 1, 2, 4, 8 and infinity.
  private static let weights = [0.778800783, 0.60653066, 0.367879441, 0.135335283, 0.018315639, 0.000335463, 0]
  private static let mostCertain = 0.99
  private var wealth = [Double](repeating: 1, count: Self.weights.count)

  mutating func see(_ chance: Double, hit: Bool) {
    // Nothing is quite certain: a draw may have come a moment before those that it was thought to be for.
    let chance = min(chance, Self.mostCertain)
    for (place, weight) in Self.weights.enumerated() {
      wealth[place] *= (hit ? weight : 1) / (1 - chance + chance * weight)
    }
  }

  /// At most 1 / this is the chance of so few hits.
  var against: Double { wealth.reduce(0, +) / Double(wealth.count) }
}
