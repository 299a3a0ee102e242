public import Reporting
import SwarmTime

/// What the runs of a study say of one claim.
public struct ClaimFinding: Sendable {
  public enum Outcome: String, Hashable, Sendable {
    case holds
    case fails
    /// The runs do not tell: see how many repeats would.
    case open
  }

  public let claim: Claim
  /// What is claimed of, less what it is held against; nil where fewer than two runs have both.
  public let finding: Contrast.Finding?
  public let outcome: Outcome

  /// Whether it came out as the study says.
  public var isExpected: Bool { outcome == (claim.failsSince == nil ? .holds : .fails) }

  /// What it makes of the command that asked.
  public var exitState: ExitState { isExpected ? .passed : outcome == .open ? .undecided : .failed }

  /// All claims of a study; p is corrected over them (Holm).
  public static func all(of study: Study, in comparison: Comparison) -> [ClaimFinding] {
    let differences = study.claims.map { claim in
      PairedDifference(
        pairs(of: claim, in: comparison), better: claim.metric.metric.better,
        firstBetter: claim.otherMetric?.better,
        randomSeed: RandomSeed.derive(from: comparison.randomSeeds.first ?? 0, name: claim.says))
    }
    // What too few runs have is no question yet, for which others would have to pay.
    let asked = differences.indices.filter { differences[$0].map { $0.count >= PairedDifference.fewest } ?? false }
    let corrected = Holm.corrected(asked.compactMap { differences[$0]?.p })
    var findings: [ClaimFinding] = []
    for (place, claim) in study.claims.enumerated() {
      guard let difference = differences[place], let turn = asked.firstIndex(of: place) else {
        let finding = differences[place].map {
          Contrast.Finding(key: claim.metric, difference: $0, corrected: 1, outcome: .open, repeatsNeeded: nil)
        }
        findings.append(ClaimFinding(claim: claim, finding: finding, outcome: .open))
        continue
      }
      let shown = difference.outcome(corrected: corrected[turn])
      let outcome = judge(claim, difference, shown)
      let needed = outcome == .open ? difference.repeatsNeeded(questions: asked.count, of: claim.question) : nil
      let finding = Contrast.Finding(
        key: claim.metric, difference: difference, corrected: corrected[turn], outcome: shown, repeatsNeeded: needed)
      findings.append(ClaimFinding(claim: claim, finding: finding, outcome: outcome))
    }
    return findings
  }

  /// First what it is held against, then what is claimed of.
  private static func pairs(
    of claim: Claim, in comparison: Comparison
  ) -> [(first: MetricValue, second: MetricValue)] {
    comparison.results[claim.setting].indices.compactMap { turn in
      guard let mine = comparison.results[claim.setting][turn]?.values[claim.metric.name] else { return nil }
      switch claim.comparand {
      case .value(let value): return (MetricValue(value), mine)
      case .metric(let key, let setting):
        guard let other = comparison.results[setting][turn]?.values[key.name] else { return nil }
        return (other, mine)
      }
    }
  }

  /// Said to be above or below, and the same within 5 %, however surely it differs.
  var isTooSmall: Bool { finding.map { Self.isTooSmall(claim, $0.difference) } ?? false }

  private static func isTooSmall(_ claim: Claim, _ found: PairedDifference) -> Bool {
    claim.question == .difference && found.count >= PairedDifference.fewest && found.isSame
  }

  private static func judge(
    _ claim: Claim, _ found: PairedDifference, _ shown: PairedDifference.Outcome
  ) -> Outcome {
    let mean = found.differences.mean
    // Of two swarms or groups within 5 % neither is above nor below as far as anybody should care, however surely they differ.
    // A number is a border: what is close to it lies on one side nevertheless.
    if isTooSmall(claim, found) { return .fails }
    switch (claim.relation, shown) {
    case (.above, .differs): return mean > 0 ? .holds : .fails
    case (.below, .differs): return mean < 0 ? .holds : .fails
    // They differ, but by how much?
    case (.same, .differs):
      if found.isSame { return .holds }
      return found.narrow.low > found.margin || found.narrow.high < -found.margin ? .fails : .open
    case (.same, .same): return .holds
    case (.above, .same), (.below, .same): return .open
    case (_, .open): return .open
    }
  }
}

extension Claim {
  /// What it is held against; nil for a number.
  var otherMetric: Metric? {
    if case .metric(let key, _) = comparand { return key.metric }
    return nil
  }

  /// What must be settled for it to hold or not.
  fileprivate var question: RepeatsNeeded.Question {
    if relation == .same { return .sameness }
    if case .value = comparand { return .side }
    return .difference
  }
}
