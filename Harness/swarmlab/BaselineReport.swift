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

  /// Undecided where nothing was in common, or where more runs than before did not get to the end.
  var state: ExitState {
    if changes.contains(where: \.isWorse) { return .failed }
    return changes.contains { $0.isSilent || !$0.unfinished.isEmpty } ? .undecided : .passed
  }

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
    if let completions = change.completions, completions.isWorse {
      lines.append(style.red("  worse    \(label): \(completions.words)"))
    }
    let (same, open) = (change.contrast.findings(.same), change.contrast.findings(.open))
    lines.append("  \(label): \(same.count) metrics are the same within 5 %, \(open.count) open")
    lines += open.map { finding in
      let words = FindingWords(finding)
      return "  open     \(label): \(finding.key.title) \(words.interval); \(words.settling)"
    }
    if !change.unmatched.isEmpty {
      let names = change.unmatched.joined(separator: ", ")
      lines.append(style.yellow("  nothing  \(label): not in both, and so not compared: \(names)"))
    }
    if change.isSilent {
      let fewest = PairedDifference.fewest
      lines.append(style.yellow("  nothing  \(label): no metric is in \(fewest) repeats of both"))
    }
    if !change.unfinished.isEmpty {
      let names = change.unfinished.map(\.key.title).joined(separator: ", ")
      lines.append(style.yellow("  unknown  \(label): fewer runs than before got to the end: \(names) may be worse"))
    }
    return lines
  }
}

extension String {
  /// Eight columns wide.
  fileprivate var padded: String { self + String(repeating: " ", count: max(0, 8 - count)) }
}
