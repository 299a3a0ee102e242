public import SwarmTime

/// Block-level tit-for-tat (Bharambe, Herley and Padmanabhan, INFOCOM 2006, section 5).
///
/// - A leecher sends a peer its next block only while it has sent it no more than two blocks beyond what it received
///   from it, that block included. Of those that may have one, who is owed most.
/// - Everybody who is interested is unchoked. A seed sends to all in turn.
public struct BlockLevel: ChokingAlgorithm {
  /// Bytes: two blocks.
  static let delta: Int64 = 32768

  public init() {}

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    Unchoking(regular: peers.indices.filter { peers[$0].isInterested })
  }

  public func turn(of claim: UploadClaim, at now: SwarmInstant) -> UploadTurn {
    guard !claim.isSeed else { return .inTurn }
    let ahead = claim.allSent - claim.allReceived
    return ahead + claim.length > Self.delta ? .notBefore(.distantFuture) : .ranked(ahead)
  }
}

extension ChokingSpec {
  static let blockLevel = Self(
    "block-level", "Block-level tit-for-tat: nobody is sent more than two blocks beyond what it sent.", takes: []
  ) { _ in BlockLevel() }
}
