import Reporting

/// One metric as a drawing: a dot for each run, setting by setting, and the paired differences below.
///
/// Narrow, so that it is read on a telephone without being shrunk; wider pages hold several side by side.
struct MetricPlot {
  let comparison: Comparison
  let key: MetricKey
  /// Pairs of settings whose differences are shown.
  let contrasts: [Contrast]

  private static let width = 380
  private static let (left, right) = (12.0, 368.0)
  /// A label, and its dots below.
  private static let row = 42.0

  private var metric: Metric { key.metric }
  /// As ticks show it: shares are in hundredths.
  private var factor: Double { metric.unit == .share ? 100 : 1 }
  private var suffix: String {
    switch metric.unit {
    case .seconds: " s"
    case .rate: " KiB/s"
    case .share: " %"
    case .number: ""
    }
  }

  var values: String {
    var sheet = SVGSheet(width: Self.width)
    let rows = comparison.settings.indices.map { comparison.values(key, of: $0) }
    let scale = PlotScale(
      rows.joined().compactMap { $0.map { factor * $0.value } }, left: Self.left, right: Self.right)
    let bottom = Self.row * Double(rows.count) + 6
    grid(&sheet, scale, bottom, suffix)
    for (place, row) in rows.enumerated() {
      let y = Self.row * Double(place) + 30
      let known = row.compactMap { $0 }
      let mean = Sample(known.map(\.value))
      let censored = known.count(where: \.isCensored)
      let text = mean.count > 0 ? "mean \(FindingWords.bound(metric.text(mean.mean), censored, metric))" : ""
      let room = Self.right - Self.left - SVGSheet.letter * Double(text.count + 1)
      sheet.text(comparison.labels[place], x: Self.left, y: y - 15, style: "name", room: room)
      if !text.isEmpty { sheet.text(text, x: Self.right, y: y - 15, .end) }
      for (turn, value) in row.enumerated() {
        guard let value else { continue }
        let seed = comparison.randomSeeds[turn]
        let bound = value.isCensored ? ", not over: a bound" : ""
        sheet.circle(
          "run c\(place % 6)\(value.isCensored ? " censored" : "")", x: scale(factor * value.value),
          y: y + Self.offset(turn), radius: 4, title: "random seed \(seed): \(metric.text(value.value))\(bound)")
      }
      if mean.count > 0 { tick(&sheet, x: scale(factor * mean.mean), y) }
    }
    sheet.height = Int(bottom) + 22
    return sheet.fragment(title: "\(key.title): a dot for each run, by setting")
  }

  /// Second less first, repeat by repeat; the band is where both are the same. Nil where there is none.
  var differences: String? {
    let found = contrasts.compactMap { contrast in
      contrast.findings.first { $0.key == key }.map { (contrast, $0) }
    }
    guard !found.isEmpty else { return nil }
    var sheet = SVGSheet(width: Self.width)
    let all = found.flatMap { _, finding in
      finding.difference.differences.values + [finding.difference.interval.low, finding.difference.interval.high]
    }
    let scale = PlotScale((all + [0]).map { factor * $0 }, left: Self.left, right: Self.right)
    let bottom = Self.row * Double(found.count) + 6
    grid(&sheet, scale, bottom, metric.unit == .share ? "" : suffix)
    sheet.line("zero", scale(0), 0, scale(0), bottom)
    for (place, (contrast, finding)) in found.enumerated() {
      let y = Self.row * Double(place) + 30
      let difference = finding.difference
      let (low, high) = (scale(-factor * difference.margin), scale(factor * difference.margin))
      sheet.box("band", x: low, y: y - 10, width: high - low, height: 20)
      let names = "\(comparison.labels[contrast.second]) less \(comparison.labels[contrast.first])"
      sheet.text(names, x: Self.left, y: y - 15, style: "name", room: Self.right - Self.left)
      for (turn, value) in difference.differences.values.enumerated() {
        sheet.circle(
          "run of-\(finding.outcome.rawValue)", x: scale(factor * value), y: y + Self.offset(turn), radius: 3.2)
      }
      let (from, to) = (scale(factor * difference.interval.low), scale(factor * difference.interval.high))
      sheet.line("interval", from, y, to, y)
      for end in [from, to] { sheet.line("interval", end, y - 5, end, y + 5) }
      tick(&sheet, x: scale(factor * difference.differences.mean), y)
    }
    sheet.height = Int(bottom) + 22
    return sheet.fragment(title: "\(key.title): paired differences with 95 % intervals")
  }

  private func grid(_ sheet: inout SVGSheet, _ scale: PlotScale, _ bottom: Double, _ suffix: String) {
    for tick in scale.ticks {
      sheet.line("grid", scale(tick), 0, scale(tick), bottom)
      let text = scale.places == 0 ? "\(Int(tick.rounded()))" : Decimal.text(tick, places: scale.places)
      sheet.text(text + suffix, x: max(Self.left + 12, min(Self.right - 14, scale(tick))), y: bottom + 15, .middle)
    }
  }

  private func tick(_ sheet: inout SVGSheet, x: Double, _ y: Double) { sheet.line("mean", x, y - 9, x, y + 9) }

  /// So that equal values do not hide each other.
  private static func offset(_ turn: Int) -> Double { Double(turn % 3 - 1) * 4 }
}
