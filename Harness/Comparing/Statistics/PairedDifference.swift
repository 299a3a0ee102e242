/// Two settings in one metric, repeat by repeat with the same random seed: by how much they differ, and how sure that is.
///
/// Intervals are those of `ReferenceLaw` around the mean difference: Student's, from 20 repeats on the bootstrap's.
public struct PairedDifference: Hashable, Sendable {
  public enum Outcome: String, Hashable, Sendable {
    /// They differ, at 5 % for all metrics together (Holm).
    case differs
    /// The 90 % interval of the difference lies within 5 % of the first one's mean.
    case same
    /// Neither is shown.
    case open
  }

  public struct Interval: Hashable, Sendable {
    public var low: Double
    public var high: Double

    public init(low: Double, high: Double) {
      self.low = low
      self.high = high
    }
  }

  /// Repeats below which nothing is stated.
  public static let fewest = 6
  public static let alpha = 0.05
  public static let sameConfidence = 0.90
  /// Of the first one's mean.
  public static let sameWithin = 0.05

  /// Repeats that both have.
  public let count: Int
  public let firstMean: Double
  public let secondMean: Double
  /// Second less first, repeat by repeat.
  public let differences: Sample
  /// Of the mean difference, at 95 % and at 90 %.
  public let interval: Interval
  public let narrow: Interval
  public let isBootstrap: Bool
  /// Chance of a mean difference so far from 0, if there were none.
  public let p: Double
  /// Runs whose value is only a bound, since something was not over: the truth is further on in the direction that is
  /// worse.
  public let firstCensored: Int
  public let secondCensored: Int
  /// 1 where a larger value is worse, -1 where a smaller one is, 0 where neither is: of the first, and of the second.
  private let firstWorse: Double
  private let secondWorse: Double

  /// - Parameters:
  ///   - pairs: values of the first and of the second for each repeat that both have.
  ///   - better: in which direction of the metric.
  ///   - firstBetter: of the first's, where that is another metric.
  ///   - randomSeed: of the bootstrap.
  /// - Returns: nil for fewer than two pairs.
  public init?(
    _ pairs: [(first: MetricValue, second: MetricValue)], better: Metric.Better, firstBetter: Metric.Better? = nil,
    randomSeed: UInt64
  ) {
    guard pairs.count >= 2 else { return nil }
    count = pairs.count
    firstMean = Sample(pairs.map(\.first.value)).mean
    secondMean = Sample(pairs.map(\.second.value)).mean
    differences = Sample(pairs.map { $0.second.value - $0.first.value })
    firstCensored = pairs.count { $0.first.isCensored }
    secondCensored = pairs.count { $0.second.isCensored }
    firstWorse = Self.worse(firstBetter ?? better)
    secondWorse = Self.worse(better)
    let law = ReferenceLaw(differences, randomSeed: randomSeed)
    isBootstrap = law.isBootstrap
    let mean = differences.mean
    if differences.isConstant {
      p = abs(mean) > 0 ? 0 : 1
      (interval, narrow) = (Interval(low: mean, high: mean), Interval(low: mean, high: mean))
    } else {
      let error = differences.standardError
      p = law.tail(abs(mean) / error)
      let (wide, close) = (law.critical(1 - Self.alpha) * error, law.critical(Self.sameConfidence) * error)
      interval = Interval(low: mean - wide, high: mean + wide)
      narrow = Interval(low: mean - close, high: mean + close)
    }
  }

  /// Half the width within which both are the same.
  public var margin: Double { Self.sameWithin * abs(firstMean) }

  /// Whether the 90 % interval lies within the margin.
  public var isWithinMargin: Bool { -margin <= narrow.low && narrow.high <= margin }

  /// The same within the margin, as far as values tell: of bounds none does.
  public var isSame: Bool { isWithinMargin && firstCensored + secondCensored == 0 }

  /// - Parameter corrected: `p` after Holm's correction over the metrics that are asked about at once.
  public func outcome(corrected: Double) -> Outcome {
    guard count >= Self.fewest else { return .open }
    if corrected < Self.alpha, isConservative { return .differs }
    return isSame ? .same : .open
  }

  /// Of values that are bounds the truth is worse: a difference is then surely no smaller only if all of them are on the
  /// side that is worse already.
  private var isConservative: Bool {
    let mean = differences.mean
    return (firstCensored == 0 || mean * firstWorse < 0) && (secondCensored == 0 || mean * secondWorse > 0)
  }

  private static func worse(_ better: Metric.Better) -> Double {
    switch better {
    case .lower: 1
    case .higher: -1
    case .neither: 0
    }
  }

  /// Repeats after which a question that is open would be settled; nil for more than `RepeatsNeeded.most`, and where
  /// bounds for values are what keeps it open.
  public func repeatsNeeded(questions: Int, of question: RepeatsNeeded.Question = .difference) -> Int? {
    guard firstCensored + secondCensored == 0 else { return nil }
    return RepeatsNeeded.count(differences, margin: margin, questions: questions, of: question)
  }
}
