import Judging
public import Reporting

/// What came of a study: for the terminal, for a document, and as JSON.
public struct StudyReport: Sendable {
  public let study: Study
  public let findings: [ClaimFinding]
  private let labels: [String]
  private let randomSeeds: [UInt64]

  public init(_ study: Study, _ comparison: Comparison) {
    self.study = study
    findings = ClaimFinding.all(of: study, in: comparison)
    labels = study.variations.isEmpty ? [] : comparison.labels
    randomSeeds = comparison.randomSeeds
  }

  public func lines(style: TerminalStyle) -> [String] {
    let rows = findings.flatMap { finding in
      var lines = ["  \(word(finding, style)) \(finding.claim.says)", Self.gap + style.dim(figures(finding))]
      if let known = Self.known(finding) { lines.append(Self.gap + style.dim(known)) }
      return lines
    }
    return ["\(style.bold(study.name)): \(study.question)"] + rows
  }

  private static let longest = "does not hold"
  /// Under the claims.
  private static let gap = String(repeating: " ", count: longest.count + 3)

  private func word(_ finding: ClaimFinding, _ style: TerminalStyle) -> String {
    let word = finding.outcome == .fails ? Self.longest : finding.outcome.rawValue
    let padded = word + String(repeating: " ", count: Self.longest.count - word.count)
    if finding.outcome == .open { return style.yellow(padded) }
    return finding.isExpected ? style.green(padded) : style.red(padded)
  }

  /// `clustering, upload=2 MiB/s: 61.2 % against 43.0 %, +18.2 points (95 %: +12.1 to +24.4 points), p < 0.001, 6 runs`.
  private func figures(_ finding: ClaimFinding) -> String {
    let of = [finding.claim.metric.title] + (labels.isEmpty ? [] : [labels[finding.claim.setting]])
    guard let found = finding.finding else { return of.joined(separator: ", ") + ": fewer than two runs have it" }
    let words = FindingWords(found, against: finding.claim.otherMetric)
    let rest =
      switch finding.outcome {
      case .open: "; \(words.settling)"
      case .fails where finding.isTooSmall: "; the same within 5 %"
      case .holds, .fails: ""
      }
    let chance = found.difference.count < PairedDifference.fewest ? "" : "\(words.chance), "
    return of.joined(separator: ", ")
      + ": \(words.second) against \(comparand(finding.claim, words)), \(words.difference)"
      + " (95 %: \(words.interval)), \(chance)\(found.difference.count) runs\(rest)"
  }

  private func comparand(_ claim: Claim, _ words: FindingWords) -> String {
    guard case .metric(let key, let setting) = claim.comparand else { return words.first }
    var names: [String] = []
    if key != claim.metric { names.append(key.title) }
    if setting != claim.setting { names.append(labels[setting]) }
    return words.first + (names.isEmpty ? "" : " (\(names.joined(separator: ", ")))")
  }

  /// Nil where nothing was found before.
  private static func known(_ finding: ClaimFinding) -> String? {
    finding.claim.failsSince.map { finding.outcome == .holds ? "unexpected, since: \($0)" : "known: \($0)" }
  }

  /// A section of a Markdown document.
  public var markdown: String {
    let seeds = [randomSeeds.first, randomSeeds.last].compactMap { $0.map(String.init) }.joined(separator: " to ")
    var text = "## \(study.name)\n\n\(study.question)\n\n"
    text += "\(study.sources.joined(separator: " ")) `\(study.topology)`, \(randomSeeds.count) repeats"
    text += " (random seeds \(seeds)).\n\n"
    text += "| claim | | found |\n| --- | --- | --- |\n"
    for finding in findings {
      let word = finding.outcome == .fails ? "does **not** hold" : finding.outcome.rawValue
      let known = Self.known(finding).map { " \($0)" } ?? ""
      text += "| \(Self.cell(finding.claim.says)) | \(word) | \(Self.cell(figures(finding) + "." + known)) |\n"
    }
    return text
  }

  /// What stands in one cell: neither an upright stroke nor a line's end parts it.
  private static func cell(_ text: String) -> String {
    var cell = ""
    for character in text {
      if character == "|" { cell += "\\|" } else { cell.append(character.isNewline ? " " : character) }
    }
    return cell
  }

  public var json: String {
    CanonicalJSON.object([
      "schema": .integer(1), "name": .text(study.name), "question": .text(study.question),
      "randomSeeds": .list(randomSeeds.map { .text(String($0)) }),
      "claims": .list(
        findings.map { finding in
          .object([
            "says": .text(finding.claim.says), "outcome": .text(finding.outcome.rawValue),
            "isExpected": .flag(finding.isExpected), "finding": finding.finding?.json ?? .null,
          ])
        }),
    ]).text
  }
}
