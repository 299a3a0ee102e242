/// Whether runs get as far as they did: in how many repeats something is undone now that was done before, and the other
/// way round. Where some runs are bounds, and the others as they were, a mean tells little of it.
///
/// A metric is undone in a run that had not reached it by the least bound of all runs, of before and of now: who is given
/// less time is not worse for it. The chance is that of a sign test, exact and one-sided.
public struct Completions: Hashable, Sendable {
  /// Values of one metric, before and now; nil for repeats that do not have both.
  typealias Repeats = (key: MetricKey, pairs: [(first: MetricValue, second: MetricValue)?])

  /// That have some metric in common.
  public let repeats: Int
  /// In which more is undone than before, and in which less is. The others say nothing.
  public let worse: Int
  public let better: Int
  /// Chance of so many of both that are worse, if either were as likely.
  public let p: Double
  /// `p`, corrected over this question and those of all metrics (Holm).
  public internal(set) var corrected: Double

  /// Whether surely fewer runs get as far as before.
  public var isWorse: Bool { corrected < PairedDifference.alpha }

  /// `fewer runs got to the end: 8 of 16 repeats less far than before, 1 further, p = 0.012`.
  public var words: String {
    let chance = corrected < 0.001 ? "p < 0.001" : "p = " + Decimal.text(corrected, places: 3)
    let counts = "\(worse) of \(repeats) repeats less far than before, \(better) further"
    return "fewer runs got to the end: \(counts), \(chance)"
  }

  /// - Parameter metrics: each with as many repeats.
  /// - Returns: nil where so few repeats tell that nothing could come of the question, for which metrics would have to pay.
  init?(_ metrics: [Repeats]) {
    let undone = metrics.map(Self.undone)
    var (repeats, worse, better) = (0, 0, 0)
    for turn in 0..<(metrics.first?.pairs.count ?? 0) {
      let both = undone.compactMap { $0[turn] }
      if !both.isEmpty { repeats += 1 }
      let isLost = both.contains { $0.now && !$0.before }
      let isWon = both.contains { $0.before && !$0.now }
      if isLost && !isWon { worse += 1 }
      if isWon && !isLost { better += 1 }
    }
    let telling = worse + better
    guard repeats >= PairedDifference.fewest, Self.chance(telling, of: telling) < PairedDifference.alpha else {
      return nil
    }
    (self.repeats, self.worse, self.better) = (repeats, worse, better)
    p = Self.chance(worse, of: telling)
    corrected = p
  }

  private static func undone(_ metric: Repeats) -> [(before: Bool, now: Bool)?] {
    let side = metric.key.metric.better == .higher ? -1.0 : 1.0
    let values = metric.pairs.compactMap { $0 }.flatMap { [$0.first, $0.second] }
    let least = values.filter(\.isCensored).map { side * $0.value }.min() ?? .infinity
    func isUndone(_ value: MetricValue) -> Bool { value.isCensored || side * value.value > least }
    return metric.pairs.map { pair in pair.map { (before: isUndone($0.first), now: isUndone($0.second)) } }
  }

  /// Of `count` tosses of a coin at least `heads`. Toss by toss, so that no power of 1/2 is too small to be held.
  static func chance(_ heads: Int, of count: Int) -> Double {
    var law = [1.0]
    for _ in 0..<count {
      let before = law
      law.append(0)
      for place in law.indices {
        let same = place < before.count ? before[place] : 0
        let one = place > 0 ? before[place - 1] : 0
        law[place] = (same + one) / 2
      }
    }
    return min(1, law[heads...].reduce(0, +))
  }
}
