public import SwarmTime

/// Everybody who is interested is unchoked, as leecher and as seed, and all are served in turn.
public struct UnchokeEverybody: ChokingAlgorithm {
  public init() {}

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    Unchoking(regular: peers.indices.filter { peers[$0].isInterested })
  }
}

extension ChokingSpec {
  static let unchokeEverybody = Self(
    "unchoke-everybody", "No slots: all who are interested are served in turn.", takes: []
  ) { _ in UnchokeEverybody() }
}
