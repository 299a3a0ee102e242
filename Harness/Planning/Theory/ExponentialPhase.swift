public import SwarmTime

/// How a file spreads from one server to N peers that are all as fast as it (Mundinger, Weber and Weiss 2008):
///
///     rounds = M + floor(log2 N), of F / (M C) each
///
/// with M pieces and the rate C. At first each round doubles who holds a piece: that takes floor(log2 N) rounds, in which
/// capacity grows exponentially; from then on everybody gets a piece in every round. Undivided, with M = 1, the doubling is
/// all there is.
public struct ExponentialPhase: Hashable, Sendable {
  public var payloadBytes: Int64
  /// Bytes a second of every peer and the server, in each direction.
  public var rate: Int64
  public var pieces: Int
  public var peers: Int

  public init(payloadBytes: Int64, rate: Int64, pieces: Int, peers: Int) {
    self.payloadBytes = payloadBytes
    self.rate = rate
    self.pieces = pieces
    self.peers = peers
  }

  /// Rounds of the doubling.
  public var doublings: Int { peers > 0 ? Int.bitWidth - 1 - peers.leadingZeroBitCount : 0 }
  public var rounds: Int { peers > 0 ? pieces + doublings : 0 }
  /// One piece from one to another.
  public var round: SwarmDuration { duration(ofRounds: 1) }
  /// Until everybody has everything.
  public var duration: SwarmDuration { duration(ofRounds: rounds) }

  /// How many hold the first piece after so many rounds, the server among them.
  public func holders(afterRounds rounds: Int) -> Int {
    rounds > doublings ? peers + 1 : min(peers + 1, 1 << max(0, rounds))
  }

  private func duration(ofRounds rounds: Int) -> SwarmDuration {
    guard rate > 0, pieces > 0 else { return .zero }
    let nanoseconds = Int128(payloadBytes) * Int128(rounds) * 1_000_000_000 / (Int128(pieces) * Int128(rate))
    return SwarmDuration(nanoseconds: Int64(clamping: nanoseconds))
  }
}
