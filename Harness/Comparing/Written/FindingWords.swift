/// A finding in words and figures, as table and page say it.
public struct FindingWords: Sendable {
  private let finding: Contrast.Finding
  private var found: PairedDifference { finding.difference }
  private var metric: Metric { finding.key.metric }

  /// Of the first, which may be another than the finding's.
  private let firstMetric: Metric

  /// - Parameter other: what the finding's metric is held against, where that is another metric.
  public init(_ finding: Contrast.Finding, against other: Metric? = nil) {
    self.finding = finding
    firstMetric = other ?? finding.key.metric
  }

  public var first: String { Self.bound(firstMetric.text(found.firstMean), found.firstCensored, firstMetric) }
  public var second: String { Self.bound(metric.text(found.secondMean), found.secondCensored, metric) }

  /// A mean of values of which some are bounds is one too.
  static func bound(_ text: String, _ censored: Int, _ metric: Metric) -> String {
    censored == 0 ? text : (metric.better == .higher ? "≤ " : "≥ ") + text
  }

  /// `-10.91 s (-21.0 %)`.
  public var difference: String {
    let mean = found.differences.mean
    let share = abs(found.firstMean) > 1e-9 && metric.unit != .share ? mean / abs(found.firstMean) : nil
    return amount(mean) + unit + (share.map { " (\(Decimal.signed(100 * $0, places: 1)) %)" } ?? "")
  }

  /// `-12.10 to -9.72 s`.
  public var interval: String { "\(amount(found.interval.low)) to \(amount(found.interval.high))\(unit)" }

  private var places: Int { metric.places(around: max(abs(found.firstMean), abs(found.secondMean))) }
  /// Of a share the difference is one of points of a hundred.
  private var unit: String {
    switch metric.unit {
    case .seconds: " s"
    case .rate: " KiB/s"
    case .share: " points"
    case .number: ""
    }
  }

  private func amount(_ value: Double) -> String {
    Decimal.signed(metric.unit == .share ? 100 * value : value, places: places)
  }

  /// `differs, better (p < 0.001)`, `the same within 5 %`, `open: 23 repeats would settle it`.
  public var conclusion: String {
    switch finding.outcome {
    case .differs:
      // Of a bound it is not known.
      let slight = found.isSame ? ", by less than 5 %" : ""
      return "differs\(direction.map { ", \($0)" } ?? "")\(slight) (\(chance))"
    case .same: return "the same within 5 %"
    case .open: return "open: \(settling)"
    }
  }

  /// `better` or `worse`, of the second; nil for a metric of which neither can be said.
  public var direction: String? {
    let mean = found.differences.mean
    guard mean != 0 else { return nil }
    switch metric.better {
    case .neither: return nil
    case .lower: return mean < 0 ? "better" : "worse"
    case .higher: return mean > 0 ? "better" : "worse"
    }
  }

  /// How often chance alone would show as much.
  public var chance: String {
    finding.corrected < 0.001 ? "p < 0.001" : "p = " + Decimal.text(finding.corrected, places: 3)
  }

  /// What would settle a question that is open.
  public var settling: String {
    let fewest = PairedDifference.fewest
    if found.count < fewest { return "\(found.count) repeats have it, at least \(fewest) are needed" }
    if let needed = finding.repeatsNeeded, needed > found.count { return "\(needed) repeats would settle it" }
    if finding.repeatsNeeded != nil { return "a few more repeats would settle it" }
    if found.firstCensored + found.secondCensored > 0 { return "some had not completed by the end of the run" }
    return "more than \(RepeatsNeeded.most) repeats would be needed"
  }
}
