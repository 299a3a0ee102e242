import Comparing
import Reporting

/// What a comparison is against a baseline, for the terminal: what became worse or better, metric by metric.
struct BaselineReport {
  private let changes: [Baseline.Change]
  private let comparison: Comparison
  private let path: String

  init(_ baseline: Baseline, _ comparison: Comparison) {
    changes = baseline.changes(to: comparison)
    self.comparison = comparison
    path = baseline.path
  }

  var isWorse: Bool { changes.contains { !$0.regressions.isEmpty } }

  var lines: [String] {
    let style = Output.style
    return ["\(style.bold("against the baseline")) \(path)"] + changes.flatMap(lines)
  }

  private func lines(_ change: Baseline.Change) -> [String] {
    let style = Output.style
    let label = comparison.labels[change.setting]
    let worse = Set(change.regressions.map(\.key))
    let differing = change.contrast.findings(.differs)
    var lines = differing.map { finding -> String in
      let words = FindingWords(finding)
      let text = "\(label): \(finding.key.title) \(words.first), now \(words.second): \(words.difference), "
      let line = text + words.chance
      if worse.contains(finding.key) { return style.red("  worse    \(line)") }
      // Worse by less than 5 % is no regression.
      let direction = words.direction == "worse" ? "slightly" : words.direction ?? "changed"
      return "  \(direction.padded) \(line)"
    }
    let (same, open) = (change.contrast.findings(.same), change.contrast.findings(.open))
    lines.append("  \(label): \(same.count) metrics are the same within 5 %, \(open.count) open")
    lines += open.map { finding in
      let words = FindingWords(finding)
      return "  open     \(label): \(finding.key.title) \(words.interval); \(words.settling)"
    }
    return lines
  }
}

extension String {
  /// Eight columns wide.
  fileprivate var padded: String { self + String(repeating: " ", count: max(0, 8 - count)) }
}
