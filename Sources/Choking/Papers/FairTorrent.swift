public import SwarmTime

/// FairTorrent (Sherman, Nieh and Stein, CoNEXT 2009; IEEE/ACM ToN 2012): each block to whom most is owed.
///
/// - The deficit of a peer is what we sent it, less what it sent us. Whenever the uplink is free, the next block goes to
///   the one with the lowest deficit among those that wait; equals in turn.
/// - Everybody who is interested is unchoked: there are no slots, no rounds, and nothing to tune. As a seed likewise, so
///   that all are sent equally much.
public struct FairTorrent: ChokingAlgorithm {
  public init() {}

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    Unchoking(regular: peers.indices.filter { peers[$0].isInterested })
  }

  public func turn(of claim: UploadClaim, at now: SwarmInstant) -> UploadTurn {
    .ranked(claim.allSent - claim.allReceived)
  }
}

extension ChokingSpec {
  static let fairTorrent = Self(
    "fair-torrent", "FairTorrent: everybody is unchoked, and each block goes to whom most is owed.", takes: []
  ) { _ in FairTorrent() }
}
