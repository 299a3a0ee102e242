import Judging
public import Reporting

/// A comparison for the terminal.
public struct ComparisonTable: Sendable {
  private let comparison: Comparison
  private let style: TerminalStyle
  /// Pairs of settings up to which every finding is shown; of more only those that differ.
  private static let fullUpTo = 3

  public init(_ comparison: Comparison, style: TerminalStyle) {
    self.comparison = comparison
    self.style = style
  }

  public var lines: [String] {
    var lines = [head]
    let isFull = comparison.contrasts.count <= Self.fullUpTo
    if comparison.contrasts.count != 1 { lines += [""] + means }
    for contrast in comparison.contrasts {
      lines.append("")
      let names = "\(comparison.labels[contrast.first]) against \(comparison.labels[contrast.second])"
      lines.append(style.bold(names))
      lines += isFull ? table(contrast.findings, contrast) : table(contrast.findings(.differs), contrast)
      if !isFull { lines.append(rest(contrast)) }
    }
    if !comparison.leftOut.isEmpty {
      lines.append("")
      lines += comparison.leftOut.map { style.dim("  left out: \($0.title), since \($0.absent)") }
    }
    return lines + [""] + legend.map { style.dim("  " + $0) }
  }

  private var head: String {
    let counts = comparison.results.map { row in row.count { $0 != nil } }
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    let repeats = least == most ? "\(most)" : "\(least) to \(most)"
    let settings = comparison.settings.count
    return "\(style.bold(comparison.name)): \(settings) \(settings == 1 ? "setting" : "settings"), \(repeats) "
      + "\(most == 1 ? "repeat" : "repeats") of each"
  }

  /// Rows are metrics, columns are settings.
  private var means: [String] {
    let rows = comparison.metrics.map { key in
      [key.title]
        + comparison.settings.indices.map { place in
          guard let mean = comparison.mean(key, of: place) else { return "-" }
          let censored = comparison.values(key, of: place).count { $0?.isCensored ?? false }
          return FindingWords.bound(key.metric.text(mean), censored, key.metric)
        }
    }
    return Columns.lines([["mean of"] + comparison.labels] + rows).map { "  " + $0 }
  }

  private func table(_ findings: [Contrast.Finding], _ contrast: Contrast) -> [String] {
    guard !findings.isEmpty else { return [] }
    let head = [
      "metric", comparison.labels[contrast.first], comparison.labels[contrast.second], "difference", "95 % interval",
      "",
    ]
    let rows = findings.map { finding in
      let words = FindingWords(finding)
      return [finding.key.title, words.first, words.second, words.difference, words.interval, words.conclusion]
    }
    let lines = Columns.lines([head] + rows)
    return lines.enumerated().map { place, line in
      guard place > 0 else { return "  " + style.dim(line) }
      switch findings[place - 1].outcome {
      case .differs: return "  " + style.bold(line)
      case .same: return "  " + line
      case .open: return "  " + style.yellow(line)
      }
    }
  }

  private func rest(_ contrast: Contrast) -> String {
    let (same, open) = (contrast.findings(.same), contrast.findings(.open))
    let needed = open.compactMap(\.repeatsNeeded).max()
    let settling = needed.map { ", \($0) repeats would settle those that \(RepeatsNeeded.most) would" } ?? ""
    return "  \(same.count) the same within 5 %, \(open.count) open\(settling)"
  }

  private var legend: [String] {
    let fewest = PairedDifference.fewest
    let isShort = comparison.contrasts.contains { $0.findings.contains { $0.difference.count < fewest } }
    var legend = [
      "Differences are second less first, paired by random seed. p: how often chance alone would show as much, corrected for",
      "all metrics of a pair (Holm); below 0.05 they differ. The same: the 90 % interval lies within 5 % of the first.",
    ]
    if isShort { legend.append("Below \(fewest) repeats nothing is stated: raise --repeat.") }
    return legend
  }
}
