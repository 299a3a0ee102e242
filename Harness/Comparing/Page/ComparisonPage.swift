import Reporting

/// A comparison as one HTML file that needs nothing else: what differs, and every metric's runs and paired differences.
public struct ComparisonPage: Sendable {
  private let comparison: Comparison
  /// Pairs of settings up to which each has its table in sight.
  private static let openUpTo = 3

  public init(_ comparison: Comparison) { self.comparison = comparison }

  public var html: String {
    PageFrame.html(
      title: "\(comparison.name): comparison", style: Self.style,
      body: """
        <header>
        <h1>\(Markup.text(comparison.name)): comparison</h1>
        <p class="lead">\(Markup.text(lead))</p>
        <dl class="facts">\(facts.joined())</dl>
        </header>
        <main>
        \(summary)
        <section id="metrics"><h2>Metric by metric</h2>
        <p class="note">A dot is a run; the upright line is the mean. Below: differences between runs with the same random seed,
        with the 95 % interval of their mean; within the band both are the same. Hollow dots are bounds: something had not
        completed when the run ended.</p>
        <div class="cards">
        \(comparison.metrics.map(card).joined(separator: "\n"))
        </div></section>
        \(leftOut)
        </main>
        """)
  }

  private var lead: String {
    let paths = comparison.settings.first?.values.map(\.path) ?? []
    let count = comparison.settings.count
    let what = paths.isEmpty ? "One setting" : "\(count) settings of \(paths.joined(separator: ", "))"
    return what + ", run with the same random seeds and held against each other run by run."
  }

  private var facts: [String] {
    let counts = comparison.results.map { row in row.count { $0 != nil } }
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    let seeds = [comparison.randomSeeds.first, comparison.randomSeeds.last].compactMap { $0.map(String.init) }
    let late = comparison.late
    let all = [
      ("settings", "\(comparison.settings.count)"),
      ("repeats of each", least == most ? "\(most)" : "\(least) to \(most)"),
      ("random seeds", seeds.joined(separator: " to ")), ("runs", "\(comparison.runs.count)"),
    ]
    return (all + (late > 0 ? [("left out: the machine did not keep up", "\(late)")] : [])).map {
      "<div><dt>\(Markup.text($0.0))</dt><dd>\(Markup.text($0.1))</dd></div>"
    }
  }

  // MARK: What differs

  private var summary: String {
    guard !comparison.contrasts.isEmpty else { return "" }
    let tables = comparison.contrasts.map { contrast -> String in
      let table = FindingTable(comparison: comparison, contrast: contrast).html
      guard comparison.contrasts.count > Self.openUpTo else { return table }
      let names = "\(comparison.labels[contrast.first]) against \(comparison.labels[contrast.second])"
      let counts = "\(contrast.findings(.differs).count) differ, \(contrast.findings(.same).count) the same, "
      return "<details class=\"check\"><summary>\(Markup.text(names)) <span class=\"sum\">\(counts)"
        + "\(contrast.findings(.open).count) open</span></summary>\(table)</details>"
    }
    return """
      <section id="differences"><h2>What differs</h2>
      <p class="note">p: how often chance alone would show as much, corrected for all metrics of a pair (Holm); below 0.05, with at
      least \(PairedDifference.fewest) repeats, two settings differ. The same: the 90 % interval of the difference lies within 5 %.</p>
      \(tables.joined(separator: "\n"))</section>
      """
  }

  // MARK: Metrics

  private func card(_ key: MetricKey) -> String {
    // Of many settings, each against the first.
    let shown = comparison.contrasts.filter { $0.first == 0 }
    let plot = MetricPlot(comparison: comparison, key: key, contrasts: shown)
    let better =
      switch key.metric.better {
      case .lower: "lower is better"
      case .higher: "higher is better"
      case .neither: ""
      }
    let unit = "differences" + (key.metric.unit == .share ? ", in points of a hundred" : "")
    let pills = shown.count == 1 ? shown[0].findings.filter { $0.key == key }.map(FindingTable.pill) : []
    return """
      <div class="card"><h3>\(Markup.text(key.title)) \(pills.joined())</h3><p class="note">\(better)</p>
      <div class="plot">\(plot.values)</div>
      \(plot.differences.map { "<p class=\"note\">\(unit)</p><div class=\"plot\">\($0)</div>" } ?? "")</div>
      """
  }

  private var leftOut: String {
    guard !comparison.leftOut.isEmpty else { return "" }
    let items = comparison.leftOut.map { "<li>\(Markup.text($0.title)): \(Markup.text($0.absent))</li>" }
    return "<section><h2>Left out</h2><ul>\(items.joined())</ul></section>"
  }

  private static let style = """
    .cards { display: grid; gap: 18px 34px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); }
    .card { border-top: 1px solid var(--line); padding-top: 10px; min-width: 0; } .card h3 { margin: 0 0 2px; }
    .card .note { margin: 0 0 4px; min-height: 1.5em; } .plot svg { display: block; width: 100%; max-width: 520px; height: auto; }
    #differences .scroll { max-height: none; } .figures td .note { margin: 0 6px; }
    .pill.same { color: var(--soft); background: var(--ground); } .figures td { white-space: nowrap; }
    .figures td .note { white-space: nowrap; } .figures td.who { white-space: normal; }
    .plot text { paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
    svg .run { fill-opacity: .75; stroke: var(--card); stroke-width: .8; } svg .zero { stroke: var(--ink); stroke-width: 1; }
    svg .c0 { fill: var(--class-0); } svg .c1 { fill: var(--class-1); } svg .c2 { fill: var(--class-2); }
    svg .c3 { fill: var(--class-3); } svg .c4 { fill: var(--class-4); } svg .c5 { fill: var(--class-5); }
    svg .censored { fill-opacity: .1; stroke: var(--ink); } svg .mean { stroke: var(--ink); stroke-width: 2.2; }
    svg .interval { stroke: var(--ink); stroke-width: 1.4; } svg .band { fill: var(--slot); opacity: .18; }
    svg .of-differs { fill: var(--regular); } svg .of-same { fill: var(--slot); } svg .of-open { fill: var(--optimistic); }
    """
}
