public import SwarmTime

/// rTorrent's choker (rakshasa/libtorrent, src/torrent/download/choke_queue.cc; read at 6de39f4).
///
/// - Every 30 s up to an eighth of the unchoked, rounded up, are exchanged for others that wait (a tenth where 31 or more
///   are unchoked). No slot is optimistic, and none is given by rate.
/// - A leecher chokes first who sent it less than 2,048 B/s in the round ("stingy"), then who sent least. Who waits is
///   unchoked by lot, one that sends more than that with three times the weight of a stingy one.
/// - A seed chokes whom it sent least in the round, and unchokes by lot, all alike.
/// - Free slots are filled by the same lot, at a round and at once when somebody turns interested, but nobody is unchoked less
///   than 10 s after its last change. Who loses interest is choked at once.
///
/// The client has 50 slots in each direction, and preferences among peers that are left out here.
public struct Rakshasa: ChokingAlgorithm {
  public var slots: Int
  public var period: SwarmDuration { .seconds(30) }
  static let stingyBelow: Int64 = 2048
  static let generousWeight = 3.0
  static let leastTime = SwarmDuration.seconds(10)

  public init(slots: Int = 4) { self.slots = slots }

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    var unchoked = peers.indices.filter { peers[$0].isInterested && peers[$0].isUnchoked }
    var waiting = peers.indices.filter { peers[$0].isInterested && !peers[$0].isUnchoked }
    waiting.removeAll { place in
      peers[place].lastChange.map { moment.now - $0 < Self.leastTime } ?? false
    }
    if moment.isRound {
      let best = peers.ranked(&random, where: { $0.isInterested && $0.isUnchoked }) {
        moment.isSeed ? $0.sentThisRound > $1.sentThisRound : worth($0) > worth($1)
      }
      let free = max(0, slots - unchoked.count)
      let exchanged = min(cycle(unchoked.count), max(0, waiting.count - free))
      unchoked = Array(best.prefix(min(slots, best.count - exchanged)))
    }
    while unchoked.count < slots, !waiting.isEmpty {
      let weights = waiting.map { moment.isSeed || isStingy(peers[$0]) ? 1 : Self.generousWeight }
      unchoked.append(waiting.remove(at: random.index(weights: weights)))
    }
    return Unchoking(regular: unchoked, drawn: unchoked.filter { !peers[$0].isUnchoked })
  }

  /// How many change places at a round.
  func cycle(_ unchoked: Int) -> Int { unchoked < 31 ? (unchoked + 7) / 8 : (unchoked + 9) / 10 }

  private func isStingy(_ peer: Snapshot) -> Bool {
    peer.receivedThisRound < Self.stingyBelow * (period.nanoseconds / 1_000_000_000)
  }

  /// The stingy are all alike, below all others.
  private func worth(_ peer: Snapshot) -> Int64 { isStingy(peer) ? 0 : peer.receivedThisRound }
}

extension ChokingSpec {
  static let rakshasa = Self(
    "rakshasa", "rTorrent's: an eighth of the unchoked are exchanged every 30 s, by lot.", takes: [.slots]
  ) { Rakshasa(slots: $0.slots) }
}
