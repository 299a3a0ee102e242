public import SwarmTime

/// The credit of anacrolix/torrent (peerconn.go, read at 3e79365): no slots, no rounds.
///
/// - A leecher unchokes who is interested and has pieces that it wants, while it has sent it less than it received and
///   100 KiB.
/// - A seed unchokes everybody who is interested.
///
/// The client follows the credit block by block; here it is looked at every second, so that some more than 100 KiB may be
/// given.
public struct Anacrolix: ChokingAlgorithm {
  public var period: SwarmDuration { .seconds(1) }
  /// In bytes.
  static let credit: Int64 = 100 << 10

  public init() {}

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    Unchoking(
      regular: peers.indices.filter { place in
        let peer = peers[place]
        return peer.isInterested
          && (moment.isSeed || peer.isWanted && peer.allSent < peer.allReceived + Self.credit)
      })
  }
}

extension ChokingSpec {
  static let anacrolix = Self(
    "anacrolix", "anacrolix/torrent's: whoever is no more than 100 KiB in debt; a seed unchokes everybody.", takes: []
  ) { _ in Anacrolix() }
}
