import Reporting

/// A tournament as one HTML file that needs nothing else: what each value came to, and for each share of challengers who
/// gains against whom.
public struct TournamentPage: Sendable {
  private let standings: Standings
  private var tournament: Tournament { standings.tournament }
  private var comparison: Comparison { standings.comparison }

  public init(_ standings: Standings) { self.standings = standings }

  public var html: String {
    PageFrame.html(
      title: "\(comparison.name): tournament", style: Self.style,
      body: """
        <header>
        <h1>\(Markup.text(comparison.name)): tournament</h1>
        <p class="lead">\(Markup.text(lead))</p>
        <dl class="facts">\(facts.joined())</dl>
        </header>
        <main>
        \(table)
        \(mixes.map(section).joined(separator: "\n"))
        </main>
        """)
  }

  /// Challengers in turn; nil for swarms of one value alone.
  private var mixes: [Int?] { tournament.mixes.map { $0 } + [nil] }

  private var lead: String {
    "Values of \(tournament.key) played against each other by \(tournament.group), \(tournament.count) peers: "
      + "who completes sooner in the same swarm."
  }

  private var facts: [String] {
    let seeds = [comparison.randomSeeds.first, comparison.randomSeeds.last].compactMap { $0.map(String.init) }
    let late = comparison.late
    let all = [
      ("values", "\(tournament.values.count)"), ("swarms", "\(comparison.settings.count)"),
      ("repeats asked for", "\(comparison.randomSeeds.count)"), ("random seeds", seeds.joined(separator: " to ")),
      ("runs", "\(comparison.runs.count)"),
    ]
    return (all + (late > 0 ? [("left out: the machine did not keep up", "\(late)")] : [])).map {
      "<div><dt>\(Markup.text($0.0))</dt><dd>\(Markup.text($0.1))</dd></div>"
    }
  }

  // MARK: Standings

  private var table: String {
    let rows = standings.table.map { row -> String in
      let alone = standings.results.first { $0.challengers == nil && $0.resident == row.value }?.completion
      let counts = [row.sooner, row.later, row.same, row.open].map { String($0) }
      let cells = counts + [alone.map { FindingWords($0).first } ?? "–"]
      return "<tr><th scope=\"row\" class=\"who\">\(Markup.text(tournament.values[row.value]))</th>"
        + cells.map { "<td class=\"number\">\(Markup.text($0))</td>" }.joined() + "</tr>"
    }
    let heads = ["sooner", "later", "the same", "open", "alone"].map { "<th class=\"number\">\($0)</th>" }
    return """
      <section id="standings"><h2>Standings</h2>
      <p class="note">Matches in shared swarms, as challenger and as challenged, by what is sure of the median completion of both
      sides; first who wins most more than it loses. Alone: the median completion of swarms in which all have the value.</p>
      <div class="scroll"><table class="figures matrix"><thead><tr><th>\(Markup.text(tournament.key))</th>\(heads.joined())</tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div></section>
      """
  }

  // MARK: Who gains against whom

  private func section(_ mix: Int?) -> String {
    let matrix = TournamentMatrix(standings: standings, challengers: mix)
    let shares = matrix.html(of: "share-ratio").map {
      "<details class=\"rest\"><summary>Share ratio: what is sent for what is received</summary>\($0)</details>"
    }
    return """
      <section><h2>\(Self.head(mix, of: tournament.count))</h2>
      <p class="note">\(Self.note(mix, of: tournament.count)) Completion of the row's peers less the column's, with the 95 %
      interval; a colour, with its word, is only where they surely differ (p below 0.05, corrected, from \(PairedDifference.fewest)
      repeats on). The same: the 90 % interval lies within 5 %.</p>
      \(matrix.html(of: "completion-median") ?? "<p>Nothing was measured.</p>")
      \(shares ?? "")</section>
      """
  }

  private static func head(_ mix: Int?, of count: Int) -> String {
    guard let mix else { return "All of one against all of another" }
    return mix == 1 ? "One among the others" : mix == count / 2 ? "Half of the group" : "A tenth of the group"
  }

  private static func note(_ mix: Int?, of count: Int) -> String {
    guard let mix else { return "Swarms of the row's value alone against those of the column's, by random seed." }
    return "\(mix) of the row among \(count - mix) of the column, in the same swarms."
  }

  private static let style = """
    .matrix { width: auto; max-width: 100%; } .matrix th, .matrix td { padding: 8px 14px 8px 8px; }
    .scroll { max-height: none; } .matrix td { white-space: nowrap; } .matrix tbody tr:last-child th { border-bottom: none; }
    .matrix th.who { position: sticky; left: 0; top: auto; z-index: 1; max-width: 14em; font-size: 14px; color: var(--ink); }
    .matrix td .amount, .matrix td .note { display: block; margin: 2px 0 0; font-variant-numeric: tabular-nums; }
    .matrix td.gain { background: var(--pass-ground); } .matrix td.loss { background: var(--fail-ground); }
    .matrix td.self { color: var(--soft); } .pill.same { color: var(--soft); background: var(--ground); }
    @media screen and (max-width: 760px) { .matrix th.who { min-width: 0; max-width: 7em; }
      .matrix th, .matrix td { padding: 6px 8px 6px 4px; } .matrix td .note { white-space: normal; } }
    """
}
