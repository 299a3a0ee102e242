public import SwarmTime

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
  /// When we last choked or unchoked it; nil if we never did.
  public var lastChange: SwarmInstant?
  /// Since when it unchokes us; nil while it chokes us.
  public var unchokesUsSince: SwarmInstant?
  /// It has pieces that we lack.
  public var isWanted = false
  /// Pieces that it says it has.
  public var pieces = 0
  /// Payload bytes received from it on this connection, and when the last came; nil if none did.
  public var allReceived: Int64 = 0
  public var lastReceived: SwarmInstant?
  /// Payload bytes sent to it on this connection.
  public var allSent: Int64 = 0
  /// Payload bytes received from it since the last round: at a round, in the one that ends.
  public var receivedThisRound: Int64 = 0
  /// Payload bytes sent to it since the last round.
  public var sentThisRound: Int64 = 0
  /// Payload bytes received from it within the last 2 s, in bins of half a second.
  public var receivedLately: Int64 = 0
  /// Payload bytes sent to it within the last 2 s.
  public var sentLately: Int64 = 0
  /// What the algorithm noted of it at its last decision; nil on a new connection, and where it notes nothing.
  public var memo: Memo?

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

  var isUnchoked: Bool { unchokedSince != nil }
  var holdsRegularSlot: Bool { unchokedSince != nil && optimisticSince == nil }
}

/// What an algorithm notes of a peer from one decision to the next: two numbers, of which each algorithm says what they mean.
public struct Memo: Hashable, Sendable {
  /// Of our side: what the peer is given, or its place.
  public var ours: Int64
  /// Of its side: what it is reckoned to give.
  public var theirs: Int64

  public init(ours: Int64 = 0, theirs: Int64 = 0) {
    self.ours = ours
    self.theirs = theirs
  }
}

extension [Snapshot] {
  /// Places of those that fit, the best first; equals by lot.
  func ranked(
    _ random: inout RandomSource, where fits: (Snapshot) -> Bool, by isBetter: (Snapshot, Snapshot) -> Bool
  ) -> [Int] {
    var places = indices.filter { fits(self[$0]) }
    random.shuffle(&places)
    // The sort is stable, so the shuffle decides between equals.
    places.sort { isBetter(self[$0], self[$1]) }
    return places
  }

  /// All who hold a slot and want it, and nobody else.
  var kept: Unchoking {
    Unchoking(
      regular: indices.filter { self[$0].isInterested && self[$0].holdsRegularSlot },
      optimistic: indices.filter { self[$0].isInterested && self[$0].optimisticSince != nil })
  }
}
