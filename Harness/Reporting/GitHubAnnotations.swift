public import Judging
import Planning

/// Lines that GitHub Actions shows at a line of a file (workflow commands `::error …::`).
public enum GitHubAnnotations {
  /// One run of a topology.
  public struct Run: Sendable {
    public var randomSeed: UInt64
    public var verdicts: [Verdict]

    public init(randomSeed: UInt64, verdicts: [Verdict]) {
      self.randomSeed = randomSeed
      self.verdicts = verdicts
    }
  }

  /// One error for each check that failed in any of the runs, or is undecided where it must be decided: since GitHub shows
  /// ten of them for each step, repeats share one.
  ///
  /// - Parameter line: the line of the file, from 1, that asks for a check.
  public static func lines(runs: [Run], mustDecide: [String], file: String, line: (String) -> Int) -> [String] {
    var order: [String] = []
    var found: [String: [(seed: UInt64, roll: Roll)]] = [:]
    for run in runs {
      for roll in Roll.up(run.verdicts) {
        guard roll.outcome == .fail || (roll.outcome == .undecided && mustDecide.contains(roll.check)) else { continue }
        if found[roll.check] == nil { order.append(roll.check) }
        found[roll.check, default: []].append((run.randomSeed, roll))
      }
    }
    return unexpected(runs, file: file, line: line)
      + order.sorted().compactMap { check in
        guard let all = found[check] else { return nil }
        let failed = all.filter { $0.roll.outcome == .fail }
        let telling = failed.isEmpty ? all : failed
        guard let first = telling.first else { return nil }
        var text = "\(check) \(failed.isEmpty ? "is undecided, and must be decided" : "failed")"
        if runs.count > 1 {
          let seeds = telling.map { String($0.seed) }.joined(separator: ", ")
          text += " in \(telling.count) of \(runs.count) runs (random seed \(seeds)); first"
        }
        text += ": \(first.roll.summary)" + detail(first.roll)
        return command("error", file: file, line: line(check), text: text)
      }
  }

  /// A warning for each known deviation that showed in no run, and was decided in some.
  private static func unexpected(_ runs: [Run], file: String, line: (String) -> Int) -> [String] {
    let rolls = runs.flatMap { Roll.up($0.verdicts) }
    var told: [KnownDeviation] = []
    for known in rolls.flatMap(\.unexpectedPasses) where !told.contains(known) {
      let isShown = rolls.contains { roll in
        roll.verdicts.contains { $0.knownDeviation == known && $0.status == .fail }
      }
      if !isShown { told.append(known) }
    }
    return told.map { known in
      command(
        "warning", file: file, line: line(known.check), text: "\(known.check) \(VerdictLines.unexpected(known))")
    }
  }

  /// The first verdict that shows it, with its first moment.
  private static func detail(_ roll: Roll) -> String {
    guard let verdict = roll.verdicts.first(where: { $0.outcome == roll.outcome }) else { return "" }
    var text = "\n"
    if roll.verdicts.count > 1 {
      text += verdict.subjects.isEmpty ? "" : verdict.subjects.joined(separator: ", ") + ": "
      text += "expected \(verdict.expected); observed \(verdict.observed)"
    } else {
      text += "expected \(verdict.expected)"
    }
    if let evidence = verdict.evidence.first { text += "\n" + VerdictLines.evidence(evidence) }
    return text
  }

  public static func command(_ level: String, file: String, line: Int, column: Int? = nil, text: String) -> String {
    let column = column.map { ",col=\($0)" } ?? ""
    return "::\(level) file=\(property(file)),line=\(line)\(column)::\(message(text))"
  }

  private static func message(_ text: String) -> String {
    replaced(text, [("%", "%25"), ("\r", "%0D"), ("\n", "%0A")])
  }

  private static func property(_ text: String) -> String {
    replaced(text, [("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")])
  }

  private static func replaced(_ text: String, _ pairs: [(Unicode.Scalar, String)]) -> String {
    text.unicodeScalars.reduce(into: "") { out, scalar in
      if let pair = pairs.first(where: { $0.0 == scalar }) { out += pair.1 } else { out.unicodeScalars.append(scalar) }
    }
  }
}
