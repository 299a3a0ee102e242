import Reporting

/// The findings of a pair of settings as a table, and each one's conclusion as a mark.
struct FindingTable {
  let comparison: Comparison
  let contrast: Contrast

  var html: String {
    let names = [contrast.first, contrast.second].map { Markup.text(comparison.labels[$0]) }
    let rows = contrast.findings.map { finding in
      let words = FindingWords(finding)
      let cells = [words.first, words.second, words.difference, words.interval].map {
        "<td class=\"number\">\(Markup.text($0))</td>"
      }
      // The conclusion stands before the figures, so that a narrow page shows it.
      return "<tr><td class=\"who\">\(Markup.text(finding.key.title))</td><td>\(Self.pill(finding)) "
        + "<span class=\"note\">\(Markup.text(Self.rest(finding)))</span></td>\(cells.joined())</tr>"
    }
    return """
      <div class="scroll"><table class="figures"><caption>\(names[0]) against \(names[1]): differences are \(names[1]) less \
      \(names[0])</caption><thead><tr><th>metric</th><th>conclusion</th><th class="number">\(names[0])</th><th class="number">\(names[1])</th>\
      <th class="number">difference</th><th class="number">95 % interval</th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      """
  }

  /// In a word, with a colour that says no more than the word.
  static func pill(_ finding: Contrast.Finding) -> String {
    let words = FindingWords(finding)
    switch finding.outcome {
    case .differs:
      switch words.direction {
      case "better": return "<span class=\"pill pass\">▲ better</span>"
      case "worse": return "<span class=\"pill fail\">▼ worse</span>"
      default: return "<span class=\"pill deviates\">≠ differs</span>"
      }
    case .same: return "<span class=\"pill same\">= same</span>"
    case .open: return "<span class=\"pill undecided\">? open</span>"
    }
  }

  /// What the mark does not say.
  static func rest(_ finding: Contrast.Finding) -> String {
    let words = FindingWords(finding)
    switch finding.outcome {
    case .differs: return words.chance + (finding.difference.isSame ? ", by less than 5 %" : "")
    case .same: return "within 5 %"
    case .open: return words.settling
    }
  }
}
