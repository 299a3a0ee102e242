package import Judging

/// A verdict, as far as the matrix looks at it; read from `verdicts.json`, too.
package struct Finding: Codable, Hashable, Sendable {
  package var check: String
  package var status: Verdict.Status
  package var subjects: [String]
  package var observed: String
  package var reason: String?

  package init(_ verdict: Verdict) {
    check = verdict.check
    status = verdict.status
    subjects = verdict.subjects
    observed = verdict.observed
    reason = verdict.reason
  }
}

/// What one check came to in one run.
package struct CheckOutcome: Codable, Hashable, Sendable {
  package enum State: String, Codable, Hashable, Sendable { case pass, fail, undecided, notMade }
  /// `fail` only where an offender or the swarm as a whole failed.
  package var state: State
  /// Peers that keep the rules, and failed: what was observed of each.
  package var blamed: [String]
  /// Of the first verdict of that state: what was observed, or why it is undecided.
  package var quote: String

  /// - Parameter offenders: names of the peers that misbehave.
  package init(_ findings: [Finding], offenders: Set<String>) {
    let failed = findings.filter { $0.status == .fail }
    let blames = failed.filter { !$0.subjects.isEmpty && offenders.isDisjoint(with: $0.subjects) }
    let fails = failed.filter { $0.subjects.isEmpty || !offenders.isDisjoint(with: $0.subjects) }
    blamed = blames.map { "\($0.subjects.joined(separator: ", ")): \($0.observed)" }
    if let fail = fails.first {
      (state, quote) = (.fail, "\(fail.subjects.joined(separator: ", ")): \(fail.observed)")
    } else if let undecided = findings.first(where: { $0.status == .undecided }) {
      (state, quote) = (.undecided, undecided.reason ?? undecided.observed)
    } else {
      (state, quote) = (findings.isEmpty ? .notMade : .pass, findings.first?.observed ?? "no verdict")
    }
  }

  /// What stands against the expectation; nil where nothing does.
  package func complaint(_ expectation: Expectation) -> String? {
    if let first = blamed.first, !expectation.mayBlameOthers { return "blames \(first)" }
    switch (expectation, state) {
    case (_, .notMade): return "there is no verdict"
    case (.mustFail, .fail), (.mayFail, _): return nil
    case (.mustFail(let mayBlame), _) where mayBlame && !blamed.isEmpty: return nil
    case (.mustFail, _): return "\(state.rawValue): \(quote)"
    case (.mustPass, .fail): return "fails: \(quote)"
    case (.mustPass, _): return nil
    }
  }
}
