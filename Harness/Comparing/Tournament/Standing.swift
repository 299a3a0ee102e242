/// What one value came to in the matches of a tournament, in which it shares swarms with another: as the challenger, and
/// as the one that is challenged.
public struct Standing: Hashable, Sendable {
  /// Place in the tournament's values.
  public let value: Int
  /// Matches in which its peers surely complete sooner than the other's.
  public fileprivate(set) var sooner = 0
  /// In which they surely complete later.
  public fileprivate(set) var later = 0
  public fileprivate(set) var same = 0
  /// What the runs do not tell, or do not have.
  public fileprivate(set) var open = 0

  init(value: Int) { self.value = value }

  fileprivate mutating func count(_ outcome: PairedDifference.Outcome, isSooner: Bool) {
    switch outcome {
    case .differs where isSooner: sooner += 1
    case .differs: later += 1
    case .same: same += 1
    case .open: open += 1
    }
  }
}

extension Standings {
  /// Of every value, by matches won less matches lost, then by matches won; of equals in the order of the values.
  public var table: [Standing] {
    var rows = tournament.values.indices.map { Standing(value: $0) }
    for result in results where result.challengers != nil {
      let outcome = result.completion?.outcome ?? .open
      // Challenger less resident: whose time is shorter is sooner.
      let challengerIsSooner = (result.completion?.difference.differences.mean ?? 0) < 0
      rows[result.challenger].count(outcome, isSooner: challengerIsSooner)
      rows[result.resident].count(outcome, isSooner: !challengerIsSooner)
    }
    return rows.sorted { a, b in
      let (x, y) = (a.sooner - a.later, b.sooner - b.later)
      if x != y { return x > y }
      return a.sooner != b.sooner ? a.sooner > b.sooner : a.value < b.value
    }
  }
}
