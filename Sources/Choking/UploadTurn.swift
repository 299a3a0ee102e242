public import SwarmTime

/// One that is unchoked, waits for a block, and can take it.
public struct UploadClaim: Hashable, Sendable {
  /// Bytes of the block that is next in its queue.
  public var length: Int64
  /// Payload bytes sent to it and received from it on this connection.
  public var allSent: Int64
  public var allReceived: Int64
  /// Payload bytes sent to it since the last round, and when that was.
  public var sentThisRound: Int64
  public var roundBegan: SwarmInstant
  /// What the algorithm noted of it at its last decision.
  public var memo: Memo?
  /// We have every piece.
  public var isSeed: Bool

  public init(
    length: Int64, allSent: Int64 = 0, allReceived: Int64 = 0, sentThisRound: Int64 = 0,
    roundBegan: SwarmInstant = .zero, memo: Memo? = nil, isSeed: Bool = false
  ) {
    self.length = length
    self.allSent = allSent
    self.allReceived = allReceived
    self.sentThisRound = sentThisRound
    self.roundBegan = roundBegan
    self.memo = memo
    self.isSeed = isSeed
  }
}

/// When one that waits for a block is to have it.
public enum UploadTurn: Hashable, Sendable {
  /// All are served in turn, a piece at a time.
  case inTurn
  /// Now, if nobody else who waits has a lower number; equals in turn.
  case ranked(Int64)
  /// Not yet; `.distantFuture` where only what comes in or the next decision can change it.
  case notBefore(SwarmInstant)
}
