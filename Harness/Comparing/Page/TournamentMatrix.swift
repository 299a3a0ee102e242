import Reporting

/// Every value against every other, with so many challengers, as a table: rows challenge, columns are challenged.
struct TournamentMatrix {
  let standings: Standings
  /// Nil for swarms of one value alone.
  let challengers: Int?

  /// - Returns: nil where nothing of the metric was measured.
  func html(of metric: String) -> String? {
    let values = standings.tournament.values
    let found = values.indices.map { row in values.indices.map { finding(metric, row: row, column: $0) } }
    guard found.joined().contains(where: { $0 != nil }) else { return nil }
    let rows = values.indices.map { row -> String in
      let cells = values.indices.map { column -> String in
        row == column ? "<td class=\"self\">–</td>" : Self.cell(found[row][column])
      }
      return "<tr><th scope=\"row\" class=\"who\">\(Markup.text(values[row]))</th>\(cells.joined())</tr>"
    }
    let heads = values.map { "<th scope=\"col\">against \(Markup.text($0))</th>" }
    return """
      <div class="scroll"><table class="matrix"><thead><tr><th>\(Markup.text(standings.tournament.key))</th>\(heads.joined())</tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      """
  }

  private func finding(_ metric: String, row: Int, column: Int) -> Contrast.Finding? {
    standings.results.first { $0.challengers == challengers && $0.challenger == row && $0.resident == column }?
      .contrast.findings.first { $0.key.metric.name == metric }
  }

  private static func cell(_ finding: Contrast.Finding?) -> String {
    guard let finding else { return "<td class=\"self\">nothing measured</td>" }
    let words = FindingWords(finding)
    let tone =
      switch words.direction {
      case "better" where finding.outcome == .differs: " class=\"gain\""
      case "worse" where finding.outcome == .differs: " class=\"loss\""
      default: ""
      }
    let settling = finding.outcome == .open ? "<span class=\"note\">\(Markup.text(words.settling))</span>" : ""
    return "<td\(tone)>\(pill(finding))<span class=\"amount\">\(Markup.text(words.difference))</span>"
      + "<span class=\"note\">\(Markup.text(words.interval))</span>\(settling)</td>"
  }

  /// Times are sooner or later, other metrics what `FindingTable` says of them.
  private static func pill(_ finding: Contrast.Finding) -> String {
    guard finding.outcome == .differs, finding.key.metric.unit == .seconds else { return FindingTable.pill(finding) }
    return finding.difference.differences.mean < 0
      ? "<span class=\"pill pass\">▲ sooner</span>" : "<span class=\"pill fail\">▼ later</span>"
  }
}
