public import SwarmTime

/// Who is to be unchoked: a pure function of what is known of each peer, the round and a random generator.
///
/// All memory an algorithm needs is in the snapshots, so that every rule can be tested from a table.
public protocol ChokingAlgorithm: Sendable {
  /// Decides at a round of the grid, or fills slots that fell free between rounds.
  ///
  /// - Parameter peers: one snapshot for each connection, in slot order. Indices in the answer are places in it.
  func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking
}

/// What a choker may know of a connected peer.
public struct Snapshot: Hashable, Sendable {
  /// It has told us that it is interested.
  public var isInterested: Bool
  /// Payload bytes received from it within the rate window (a plain 20 s).
  public var received: Int64
  /// Payload bytes sent to it within the rate window.
  public var sent: Int64
  /// It has unchoked us and owes us requested blocks, yet has sent no payload for 30 s.
  public var isSnubbed: Bool
  /// Our present side: since when it is unchoked; nil if it is choked.
  public var unchokedSince: SwarmInstant?
  /// Since when it holds an optimistic slot; nil if it holds none.
  public var optimisticSince: SwarmInstant?
  /// It has been unchoked on this connection before (or is now).
  public var wasUnchoked: Bool

  public init(
    isInterested: Bool, received: Int64 = 0, sent: Int64 = 0, isSnubbed: Bool = false,
    unchokedSince: SwarmInstant? = nil, optimisticSince: SwarmInstant? = nil, wasUnchoked: Bool = false
  ) {
    self.isInterested = isInterested
    self.received = received
    self.sent = sent
    self.isSnubbed = isSnubbed
    self.unchokedSince = unchokedSince
    self.optimisticSince = optimisticSince
    self.wasUnchoked = wasUnchoked
  }
}

/// When and for whom a decision is made.
public struct ChokeMoment: Hashable, Sendable {
  public enum Occasion: Hashable, Sendable {
    /// A point of the peer's grid; `number` counts from 0.
    case round(number: Int)
    /// Between rounds: interest, or a slot that fell free. Nobody who holds a slot and wants it may lose it.
    case vacancy
  }

  public var occasion: Occasion
  public var now: SwarmInstant
  /// We have every piece.
  public var isSeed: Bool

  public init(occasion: Occasion, now: SwarmInstant, isSeed: Bool) {
    self.occasion = occasion
    self.now = now
    self.isSeed = isSeed
  }
}

/// The answer: places in the list of snapshots. Everybody else is to be choked.
public struct Unchoking: Hashable, Sendable {
  public var regular: [Int]
  public var optimistic: [Int]
  /// Those of `optimistic` whose tenure begins now.
  public var drawn: [Int]

  public init(regular: [Int], optimistic: [Int] = [], drawn: [Int] = []) {
    self.regular = regular
    self.optimistic = optimistic
    self.drawn = drawn
  }
}
