public import Judging
import Planning

/// The last lines of a run: each check's verdict, the evidence of what failed.
public enum VerdictLines {
  /// How many failing verdicts of one check, and how many moments of each, are shown; the rest are in the report.
  static let shownVerdicts = 4
  static let shownEvidence = 3

  public static func lines(_ verdicts: [Verdict], mustDecide: [String], style: TerminalStyle) -> [String] {
    let rolls = Roll.up(verdicts)
    let width = rolls.map(\.check.count).max() ?? 0
    var out: [String] = []
    for roll in rolls {
      let name = roll.check + String(repeating: " ", count: width - roll.check.count)
      out.append("  \(style.outcome(roll.outcome))  \(style.bold(name))  \(roll.summary)")
      switch roll.outcome {
      case .pass, .deviates: break
      case .undecided:
        if mustDecide.contains(roll.check) { out.append("             this topology says that it must be decided") }
      case .fail: out += failures(roll, style)
      }
      out += deviations(roll, style)
    }
    return out
  }

  private static let indent = String(repeating: " ", count: 13)

  /// What was known to fail: what did, and what passed all the same.
  private static func deviations(_ roll: Roll, _ style: TerminalStyle) -> [String] {
    var out: [String] = []
    var told: [KnownDeviation] = []
    for verdict in roll.verdicts where verdict.outcome == .deviates {
      guard let known = verdict.knownDeviation, !told.contains(known) else { continue }
      told.append(known)
      let alike = roll.verdicts.filter { $0.outcome == .deviates && $0.knownDeviation == known }
      let more = alike.count > 1 ? " and \(alike.count - 1) more" : ""
      out.append("\(indent)\(style.bold(who(verdict)))\(more), as known: \(known.reason) (\(known.source))")
    }
    for known in roll.unexpectedPasses { out.append(indent + style.yellow(unexpected(known))) }
    return out
  }

  /// An entry of a client's file that may go.
  static func unexpected(_ known: KnownDeviation) -> String {
    "passed, though its client is known to fail it: \(known.reason) (\(known.source))"
  }

  private static func failures(_ roll: Roll, _ style: TerminalStyle) -> [String] {
    let failed = roll.verdicts.filter { $0.outcome == .fail }
    var out: [String] = []
    for verdict in failed.prefix(shownVerdicts) {
      // A check of one verdict has said what was observed, and of whom, in its own line.
      if roll.verdicts.count == 1 {
        out.append("\(indent)expected: \(verdict.expected)")
      } else {
        out.append("\(indent)\(style.bold(who(verdict))): \(verdict.observed)")
        out.append("\(indent)  expected: \(verdict.expected)")
      }
      for moment in verdict.evidence.prefix(shownEvidence) { out.append("\(indent)  " + style.dim(evidence(moment))) }
      let more = verdict.evidence.count - shownEvidence
      if more > 0 {
        out.append("\(indent)  " + style.dim("and \(more) more \(more == 1 ? "moment" : "moments") in verdicts.json"))
      }
    }
    let more = failed.count - shownVerdicts
    if more > 0 { out.append(indent + style.dim("and \(more) more that failed, in verdicts.json")) }
    return out
  }

  static func who(_ verdict: Verdict) -> String {
    verdict.subjects.isEmpty ? "the swarm" : verdict.subjects.joined(separator: ", ")
  }

  /// `at 12.300 s, frame 812 (seed, leecher-02): over by 81 KiB`.
  public static func evidence(_ evidence: Evidence) -> String {
    "\(moment(evidence))\(names(evidence)): \(evidence.text)"
  }

  /// `at 12.300 s, frame 812`.
  static func moment(_ evidence: Evidence) -> String {
    "at \(Quantity.instant(evidence.t))" + (evidence.frame.map { ", frame \($0)" } ?? "")
  }

  /// ` (seed, leecher-02)`: those of its peers whom its text does not name.
  static func names(_ evidence: Evidence) -> String {
    let words = Set(evidence.text.split { !($0.isLetter || $0.isNumber || "-_.".contains($0)) })
    let unnamed = evidence.peers.filter { name in
      !words.contains(Substring(name)) && !words.contains { $0.dropLast() == name && $0.hasSuffix(".") }
    }
    return unnamed.isEmpty ? "" : " (\(unnamed.joined(separator: ", ")))"
  }
}
