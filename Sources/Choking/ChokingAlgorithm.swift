public import SwarmTime

/// Who is to be unchoked: a function of what is known of each peer, the round and a random generator.
///
/// All memory an honest algorithm needs is in the snapshots, so that every rule can be tested from a table. One that
/// breaks rules may remember more, and so a decision may change it.
public protocol ChokingAlgorithm: Sendable {
  /// Decides at a round of the grid, or fills slots that fell free between rounds.
  ///
  /// - Parameter peers: one snapshot for each connection, in slot order. Indices in the answer are places in it.
  mutating func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking
}

/// Who a connected peer is. No honest algorithm looks at it.
public struct Partner: Hashable, Sendable {
  /// Its IPv4 address, in network order read as a big-endian number.
  public var address: UInt32
  /// 20 bytes, of which the first tell the client's name by custom.
  public var peerID: [UInt8]

  public init(address: UInt32 = 0, peerID: [UInt8] = []) {
    self.address = address
    self.peerID = peerID
  }
}

/// What a choker may know of a connected peer.
public struct Snapshot: Hashable, Sendable {
  public var partner: Partner
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
  /// When it was last among those `Unchoking.drawn` on this connection; nil if it never was.
  public var lastChosen: SwarmInstant?

  public init(
    partner: Partner = Partner(), isInterested: Bool, received: Int64 = 0, sent: Int64 = 0, isSnubbed: Bool = false,
    unchokedSince: SwarmInstant? = nil, optimisticSince: SwarmInstant? = nil, wasUnchoked: Bool = false,
    lastChosen: SwarmInstant? = nil
  ) {
    self.partner = partner
    self.lastChosen = lastChosen
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
  /// Those chosen now: of `optimistic` those whose tenure begins, of a seed's `regular` those that are newly served.
  public var drawn: [Int]

  public init(regular: [Int], optimistic: [Int] = [], drawn: [Int] = []) {
    self.regular = regular
    self.optimistic = optimistic
    self.drawn = drawn
  }
}
