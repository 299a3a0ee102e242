public import Judging

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
      out.append("  \(style.status(roll.status))  \(style.bold(name))  \(roll.summary)")
      switch roll.status {
      case .pass: break
      case .undecided:
        if mustDecide.contains(roll.check) { out.append("             this topology says that it must be decided") }
      case .fail: out += failures(roll, style)
      }
    }
    return out
  }

  private static func failures(_ roll: Roll, _ style: TerminalStyle) -> [String] {
    let failed = roll.verdicts.filter { $0.status == .fail }
    var out: [String] = []
    for verdict in failed.prefix(shownVerdicts) {
      let who = verdict.subjects.isEmpty ? "" : verdict.subjects.joined(separator: ", ") + ": "
      let observed = roll.verdicts.count == 1 ? "" : "; observed \(verdict.observed)"
      out.append("             \(who)expected \(verdict.expected)\(observed)")
      for moment in verdict.evidence.prefix(shownEvidence) { out.append("             " + style.dim(evidence(moment))) }
      let more = verdict.evidence.count - shownEvidence
      if more > 0 { out.append("             " + style.dim("and \(more) more moments in verdicts.json")) }
    }
    if failed.count > shownVerdicts {
      out.append("             " + style.dim("and \(failed.count - shownVerdicts) more in verdicts.json"))
    }
    return out
  }

  /// `at 12.300 s, frame 812 (seed, leecher-02): over by 81 KiB`.
  public static func evidence(_ evidence: Evidence) -> String {
    let frame = evidence.frame.map { ", frame \($0)" } ?? ""
    let peers = evidence.peers.isEmpty ? "" : " (\(evidence.peers.joined(separator: ", ")))"
    return "at \(Quantity.instant(evidence.t))\(frame)\(peers): \(evidence.text)"
  }
}
