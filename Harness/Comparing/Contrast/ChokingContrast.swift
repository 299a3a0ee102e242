/// The choking of two runs, side by side: two clients in the same swarm, or the same client at two times.
///
/// One run of each: it shows what differs by much, and has no interval. `Comparison` is for what differs by little.
public struct ChokingContrast: Sendable {
  private let names: [String]
  private let runs: [ChokingFigures]

  /// - Parameters:
  ///   - first: what the second is held against.
  ///   - names: of the two, over their columns.
  public init(_ first: ChokingFigures, _ second: ChokingFigures, names: (first: String, second: String)) {
    runs = [first, second]
    self.names = [names.first, names.second]
  }

  /// Metrics beside what is measured of choking.
  private static let metrics = [
    "utilisation", "seed-utilisation", "seed-evenness", "completion-median", "newcomer-latency",
  ].compactMap(Metric.named)

  /// A table: rows are figures, the last column but one is the second less the first. What neither run shows is named
  /// below it.
  public var lines: [String] {
    let all = rows
    let shown = all.filter { row in row.values.contains { $0 != nil } }
    let missing = all.filter { row in row.values.allSatisfy { $0 == nil } }.map(\.title)
    let head = [""] + names + ["difference", ""]
    let cells = shown.map { row in [row.title] + row.values.map(row.text) + [row.difference, row.remark] }
    let rest = missing.isEmpty ? [] : ["neither shows: " + missing.joined(separator: ", ")]
    return Columns.lines([head] + cells) + rest
  }

  private var rows: [Row] {
    let choking = [
      Row("round", .seconds, runs.map(\.period), "decisions on it: " + share(\.matched, \.decisions)),
      Row("optimistic tenure, median", .seconds, runs.map(\.tenure), "ended by a choke: " + share(\.tenures, \.grants)),
      Row("slots of a leecher, mostly", .count, runs.map { $0.usualSlots.map(Double.init) }),
      Row("slots of a leecher, at most", .count, runs.map { $0.mostSlots.map(Double.init) }),
      Row("slots of a seed, at most", .count, runs.map { $0.mostSeedSlots.map(Double.init) }),
    ]
    return choking + Self.metrics.map { metric in Row(metric, runs.map { $0.values[metric.name] }) }
  }

  /// `23 of 31, 40 of 44`.
  private func share(_ part: KeyPath<ChokingFigures, Int>, _ whole: KeyPath<ChokingFigures, Int>) -> String {
    runs.map { "\($0[keyPath: part]) of \($0[keyPath: whole])" }.joined(separator: ", ")
  }
}

/// One figure of both runs.
private struct Row {
  enum Unit { case seconds, count, of(Metric) }

  var title: String
  var unit: Unit
  /// Of the first run and of the second.
  var values: [MetricValue?]
  /// What the figure rests on.
  var remark = ""

  init(_ title: String, _ unit: Unit, _ values: [Double?], _ remark: String = "") {
    self.title = title
    self.unit = unit
    self.values = values.map { value in value.map { MetricValue($0) } }
    self.remark = remark
  }

  init(_ metric: Metric, _ values: [MetricValue?]) {
    title = metric.title
    unit = .of(metric)
    self.values = values
  }

  func text(_ value: MetricValue?) -> String {
    guard let value else { return "none" }
    switch unit {
    case .seconds: return Decimal.text(value.value, places: 2) + " s"
    case .count: return "\(Int(value.value))"
    case .of(let metric): return FindingWords.bound(metric.text(value.value), value.isCensored ? 1 : 0, metric)
    }
  }

  /// The second less the first, and in percent of the first; a dash where one has none or is no more than a bound.
  var difference: String {
    guard let first = values[0], let second = values[1], !first.isCensored, !second.isCensored else { return "-" }
    let difference = second.value - first.value
    let size = max(abs(first.value), abs(second.value))
    switch unit {
    case .count: return (difference > 0 ? "+" : "") + "\(Int(difference))"
    case .seconds: return Decimal.signed(difference, places: 2) + " s" + percent(difference, of: first.value)
    case .of(let metric) where metric.unit == .share:
      return Decimal.signed(100 * difference, places: metric.places(around: size)) + " points"
    case .of(let metric):
      let unit = metric.unit == .seconds ? " s" : metric.unit == .rate ? " KiB/s" : ""
      return Decimal.signed(difference, places: metric.places(around: size)) + unit
        + percent(difference, of: first.value)
    }
  }

  private func percent(_ difference: Double, of first: Double) -> String {
    abs(first) > 1e-9 ? " (\(Decimal.signed(100 * difference / abs(first), places: 1)) %)" : ""
  }
}
