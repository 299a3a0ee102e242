public import SwarmTime

/// Transmission's choker (libtransmission/peer-mgr.cc, rechokeUploads; read at 85fc9d9).
///
/// - Every 10 s all peers are ranked by rate over the last 2 s: what they send us, as a seed what we send them. Equals by
///   lot.
/// - From the best on all are unchoked until `slots` interested ones are; who is not interested and ranks before the last of
///   them is unchoked, too, and costs no slot.
/// - One more that is choked and interested is unchoked by lot and keeps that slot for five rounds (a multiplier of 4, taken
///   down before it is tested), unless it earns a regular one.
/// - Nobody whom we choked or unchoked less than 10 s ago is choked or unchoked again.
/// - Nothing happens between rounds.
///
/// The client has 8 slots for each torrent. It gives none optimistically while its uplink is full, which is not done here.
public struct Transmission: ChokingAlgorithm {
  public var slots: Int
  static let tenure = SwarmDuration.seconds(50)
  static let leastTime = SwarmDuration.seconds(10)

  public init(slots: Int = 4) { self.slots = slots }

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    let before = Unchoking(
      regular: peers.indices.filter { peers[$0].holdsRegularSlot },
      optimistic: peers.indices.filter { peers[$0].optimisticSince != nil })
    guard moment.isRound else { return before }
    var decision = Unchoking(regular: [])
    var count = 0
    let inTenure = before.optimistic.filter { place in
      guard let since = peers[place].optimisticSince else { return false }
      return moment.now - since + TitForTat.timerSlack < Self.tenure
    }
    for place in peers.ranked(&random, where: { _ in true }, by: { rate($0, moment) > rate($1, moment) }) {
      guard count < slots else { break }
      decision.regular.append(place)
      if peers[place].isInterested { count += 1 }
    }
    decision.optimistic = inTenure.filter { !decision.regular.contains($0) }
    if decision.optimistic.isEmpty {
      let pool = peers.indices.filter { peers[$0].isInterested && !decision.regular.contains($0) }
      if !pool.isEmpty {
        decision.optimistic = [pool[random.below(pool.count)]]
        decision.drawn = decision.optimistic
      }
    }
    return steady(decision, peers, moment)
  }

  private func rate(_ peer: Snapshot, _ moment: ChokeMoment) -> Int64 {
    moment.isSeed ? peer.sentLately : peer.receivedLately
  }

  /// With whoever changed only just left as it is.
  private func steady(_ decision: Unchoking, _ peers: [Snapshot], _ moment: ChokeMoment) -> Unchoking {
    var decision = decision
    for (place, peer) in peers.enumerated() {
      guard let changed = peer.lastChange, moment.now - changed + TitForTat.timerSlack < Self.leastTime else {
        continue
      }
      let isUnchoked = decision.regular.contains(place) || decision.optimistic.contains(place)
      if peer.isUnchoked, !isUnchoked { decision.regular.append(place) }
      if !peer.isUnchoked, isUnchoked {
        decision.regular.removeAll { $0 == place }
        decision.optimistic.removeAll { $0 == place }
        decision.drawn.removeAll { $0 == place }
      }
    }
    return decision
  }
}

extension ChokingSpec {
  static let transmission = Self(
    "transmission", "Transmission's: rates over 2 s, optimistic slots of 50 s.", takes: [.slots]
  ) { Transmission(slots: $0.slots) }
}
