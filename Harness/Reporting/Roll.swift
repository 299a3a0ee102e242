public import Judging

/// The verdicts of one check, rolled up: what a line on the terminal or a row of a summary stands for.
public struct Roll: Sendable {
  public let check: String
  public let status: Verdict.Status
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
      return Roll(check: check, status: worst(verdicts.map(\.status)), verdicts: verdicts)
    }
  }

  /// A fail outweighs an undecided, which outweighs a pass.
  public static func worst(_ statuses: [Verdict.Status]) -> Verdict.Status {
    if statuses.contains(.fail) { return .fail }
    return statuses.contains(.undecided) ? .undecided : .pass
  }

  /// What stands beside the status: the one observation there is, or how many of how many.
  public var summary: String {
    let telling = verdicts.filter { $0.status == status }
    if verdicts.count == 1, let only = verdicts.first {
      return status == .undecided ? only.reason ?? only.observed : only.observed
    }
    let count = "\(telling.count) of \(verdicts.count)"
    switch status {
    case .pass:
      guard let first = telling.first else { return count }
      let isSame = telling.allSatisfy { $0.expected == first.expected }
      return "\(count) \(scopes)" + (isSame ? ": \(first.expected)" : "")
    case .fail: return "\(count) \(scopes) failed"
    case .undecided: return "\(count) undecided: \(telling.first.map { $0.reason ?? $0.observed } ?? "")"
    }
  }

  /// What is counted: peers where all verdicts are about one each.
  private var scopes: String {
    let scopes = Set(verdicts.map(\.scope))
    return scopes == [.peer] ? "peers" : scopes == [.pair] ? "pairs" : "verdicts"
  }
}
