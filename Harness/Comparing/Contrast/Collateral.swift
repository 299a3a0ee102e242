/// Whether faults slow down peers that they do not strike: the median completion of those with the topology's faults
/// against that without, paired by random seed.
///
/// With `--vary faults=none,all`, and whatever is varied besides: each pair of settings that differ in nothing but faults.
public struct Collateral: Sendable {
  public enum Outcome: Hashable, Sendable {
    /// The 95 % interval of the mean delay lies below the bound.
    case kept
    /// It lies wholly above.
    case broken
    /// Neither; or too few repeats.
    case open
  }

  public struct Finding: Sendable {
    /// Places in the settings: without faults, and with them.
    public let without: Int
    public let with: Int
    /// With faults less without; nil for fewer than two repeats.
    public let difference: PairedDifference?
    public let outcome: Outcome
  }

  public static let path = "faults"
  /// What `faults` can be varied by, besides lists of faults: no fault, and all that the file holds.
  public static let none = "none"
  public static let all = "all"
  /// What is compared.
  public static let metric = "completion-spared"

  /// Of the mean without faults, that may be lost.
  public let percent: Double
  public let findings: [Finding]
  private let labels: [String]

  public init(_ comparison: Comparison, within percent: Double) {
    self.percent = percent
    labels = comparison.labels
    guard let key = MetricKey(name: Self.metric) else {
      findings = []
      return
    }
    var found: [Finding] = []
    for (place, setting) in comparison.settings.enumerated() {
      let other = setting.values.map { value in
        value.path == Self.path && value.value == Self.none ? Setting.Value(path: Self.path, value: Self.all) : value
      }
      guard other != setting.values, let with = comparison.settings.firstIndex(where: { $0.values == other }) else {
        continue
      }
      let (before, after) = (comparison.values(key, of: place), comparison.values(key, of: with))
      let pairs = zip(before, after).compactMap { before, after -> (first: MetricValue, second: MetricValue)? in
        guard let before, let after else { return nil }
        return (before, after)
      }
      let difference = PairedDifference(
        pairs, better: key.metric.better, randomSeed: comparison.randomSeeds.first ?? 0)
      found.append(
        Finding(
          without: place, with: with, difference: difference,
          outcome: difference.map { Self.outcome($0, percent) } ?? .open))
    }
    findings = found
  }

  /// Of values that are bounds the truth is later: what is late with faults may be later still, and is never shown to
  /// be in time; what is late without them may leave no difference.
  private static func outcome(_ found: PairedDifference, _ percent: Double) -> Outcome {
    guard found.count >= PairedDifference.fewest else { return .open }
    let bound = percent / 100 * abs(found.firstMean)
    if found.interval.low > bound, found.firstCensored == 0 { return .broken }
    return found.interval.high <= bound && found.secondCensored == 0 ? .kept : .open
  }

  /// Of all settings together: what is broken in one is broken; what is open in one, or was not compared, is open.
  public var outcome: Outcome {
    if findings.contains(where: { $0.outcome == .broken }) { return .broken }
    return findings.isEmpty || findings.contains(where: { $0.outcome == .open }) ? .open : .kept
  }

  /// One line for each pair of settings.
  public var lines: [String] {
    let bound = "no collateral beyond \(Decimal.text(percent, places: 1)) %"
    if findings.isEmpty { return ["\(bound): nothing was compared with and without faults"] }
    return findings.map { finding in
      let word = finding.outcome == .kept ? "kept" : finding.outcome == .broken ? "broken" : "open"
      return "\(bound): \(word): \(labels[finding.with]): \(Self.words(finding))"
    }
  }

  private static func words(_ finding: Finding) -> String {
    guard let found = finding.difference, let metric = Metric.named(Self.metric) else {
      return "too few repeats have peers that no fault strikes"
    }
    let share = abs(found.firstMean) > 1e-9 ? 100 / abs(found.firstMean) : 0
    func percent(_ value: Double) -> String { Decimal.signed(value * share, places: 1) }
    let few = found.count < PairedDifference.fewest ? ", of at least \(PairedDifference.fewest)" : ""
    let repeats = "\(found.count) repeats\(few)"
    let means = "\(metric.text(found.firstMean)) without faults, \(metric.text(found.secondMean)) with them"
    let interval = "95 % interval \(percent(found.interval.low)) to \(percent(found.interval.high)) %"
    let late = found.firstCensored + found.secondCensored > 0 ? "; some had not completed by the end of the run" : ""
    return "\(metric.title) \(means): \(percent(found.differences.mean)) %, \(interval), \(repeats)\(late)"
  }
}
