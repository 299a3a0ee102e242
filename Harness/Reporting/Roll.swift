public import Judging
public import Planning

/// The verdicts of one check, rolled up: what a line on the terminal or a row of a summary stands for.
public struct Roll: Sendable {
  public let check: String
  public let outcome: Verdict.Outcome
  /// In the order in which they were given.
  public let verdicts: [Verdict]

  /// One roll for each check, in the order in which the checks first appear.
  public static func up(_ verdicts: [Verdict]) -> [Roll] {
    var order: [String] = []
    var byCheck: [String: [Verdict]] = [:]
    for verdict in verdicts {
      if byCheck[verdict.check] == nil { order.append(verdict.check) }
      byCheck[verdict.check, default: []].append(verdict)
    }
    return order.map { check in
      let verdicts = byCheck[check] ?? []
      return Roll(check: check, outcome: worst(verdicts.map(\.outcome)), verdicts: verdicts)
    }
  }

  /// A fail outweighs an undecided, which outweighs a known deviation, which outweighs a pass.
  public static func worst(_ outcomes: [Verdict.Outcome]) -> Verdict.Outcome {
    [.fail, .undecided, .deviates].first(where: outcomes.contains) ?? .pass
  }

  /// What was to fail, as a client's file says, and passed throughout: the entry may go. One for each reason.
  public var unexpectedPasses: [KnownDeviation] {
    var known: [KnownDeviation] = []
    for verdict in verdicts {
      if let one = verdict.knownDeviation, !known.contains(one) { known.append(one) }
    }
    return known.filter { one in
      verdicts.allSatisfy { $0.knownDeviation != one || $0.status == .pass }
    }
  }

  /// What stands beside the status: the one observation there is, or how many of how many.
  public var summary: String {
    let telling = verdicts.filter { $0.outcome == outcome }
    if verdicts.count == 1, let only = verdicts.first {
      return outcome == .undecided ? only.reason ?? only.observed : only.observed
    }
    let count = "\(telling.count) of \(verdicts.count)"
    switch outcome {
    case .pass:
      guard let first = telling.first else { return count }
      let isSame = telling.allSatisfy { $0.expected == first.expected }
      return "\(count) \(scopes)" + (isSame ? ": \(first.expected)" : "")
    case .fail: return "\(count) \(scopes) failed"
    case .deviates: return "\(count) \(scopes) failed, as known"
    case .undecided: return "\(count) undecided: \(telling.first.map { $0.reason ?? $0.observed } ?? "")"
    }
  }

  /// What is counted: peers where all verdicts are about one each.
  private var scopes: String {
    let scopes = Set(verdicts.map(\.scope))
    return scopes == [.peer] ? "peers" : scopes == [.pair] ? "pairs" : "verdicts"
  }
}
