import Choking
import SwarmTime

/// One decision from a table of peers, at 100 s.
func decide(
  _ algorithm: some ChokingAlgorithm, _ peers: [Snapshot], round: Int? = 1, isSeed: Bool = false,
  capacity: Int64? = nil, pieceCount: Int = 100, randomSeed: UInt64 = 5
) -> Unchoking {
  var algorithm = algorithm
  var random = RandomSource(seed: randomSeed)
  let moment = ChokeMoment(
    occasion: round.map { .round(number: $0) } ?? .vacancy, now: .seconds(100), isSeed: isSeed, capacity: capacity,
    pieceCount: pieceCount, pieceLength: 1000)
  return algorithm.unchoked(among: peers, at: moment, random: &random)
}

extension Snapshot {
  /// Choked and interested, having sent so much, in the window and in the round alike.
  static func waits(_ received: Int64 = 0) -> Snapshot {
    var peer = Snapshot(isInterested: true, received: received)
    peer.receivedThisRound = received
    peer.receivedLately = received
    peer.allReceived = received
    peer.lastReceived = received > 0 ? .seconds(99) : nil
    return peer
  }

  /// Unchoked since then, and interested.
  static func holds(_ received: Int64 = 0, since seconds: Double = 50, optimistic: Bool = false) -> Snapshot {
    var peer = waits(received)
    peer.unchokedSince = .seconds(seconds)
    peer.optimisticSince = optimistic ? .seconds(seconds) : nil
    peer.lastChange = .seconds(seconds)
    peer.wasUnchoked = true
    return peer
  }

  func with(_ change: (inout Snapshot) -> Void) -> Snapshot {
    var peer = self
    change(&peer)
    return peer
  }
}

extension Unchoking {
  /// Everybody that is to be unchoked.
  var all: Set<Int> { Set(regular + optimistic) }
}
