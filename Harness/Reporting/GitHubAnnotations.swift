public import Judging

/// Lines that GitHub Actions shows at a line of a file (workflow commands `::error …::`).
public enum GitHubAnnotations {
  /// One error for each failed check, at the line of the topology that asks for it.
  public static func lines(verdicts: [Verdict], mustDecide: [String], file: String, topology: String) -> [String] {
    Roll.up(verdicts).compactMap { roll in
      let must = roll.status == .undecided && mustDecide.contains(roll.check)
      guard roll.status == .fail || must else { return nil }
      var text = "\(roll.check) \(must ? "is undecided" : "failed"): \(roll.summary)"
      if let verdict = roll.verdicts.first(where: { $0.status == roll.status }) {
        if roll.verdicts.count > 1 {
          text += "\n\(verdict.subjects.joined(separator: ", ")): expected \(verdict.expected)"
          text += "; observed \(verdict.observed)"
        } else {
          text += "\nexpected \(verdict.expected)"
        }
        if let evidence = verdict.evidence.first { text += "\n" + VerdictLines.evidence(evidence) }
      }
      return command("error", file: file, line: line(of: roll.check, in: topology), text: text)
    }
  }

  public static func command(_ level: String, file: String, line: Int, column: Int? = nil, text: String) -> String {
    let column = column.map { ",col=\($0)" } ?? ""
    return "::\(level) file=\(property(file)),line=\(line)\(column)::\(message(text))"
  }

  /// Line, from 1, of the entry of `checks:` that names the check; 1 where it stands nowhere.
  static func line(of check: String, in topology: String) -> Int {
    for (index, line) in topology.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let trimmed = line.drop { $0 == " " }
      guard trimmed.hasPrefix("-") else { continue }
      let item = trimmed.dropFirst().drop { $0 == " " }
      if item.hasPrefix(check), item.dropFirst(check.count).first.map({ ": \t\r#".contains($0) }) ?? true {
        return index + 1
      }
    }
    return 1
  }

  private static func message(_ text: String) -> String {
    replaced(text, [("%", "%25"), ("\r", "%0D"), ("\n", "%0A")])
  }

  private static func property(_ text: String) -> String {
    replaced(text, [("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")])
  }

  private static func replaced(_ text: String, _ pairs: [(Character, String)]) -> String {
    text.reduce(into: "") { out, character in
      if let pair = pairs.first(where: { $0.0 == character }) { out += pair.1 } else { out.append(character) }
    }
  }
}
