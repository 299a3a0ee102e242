public import SwarmTime

/// aria2's choker (src/BtLeecherStateChoke.cc, src/BtSeederStateChoke.cc; read at b4fd7cb), without its defects.
///
/// - Every 10 s the `slots` interested peers that sent us a block within 30 s and are fastest are unchoked. Who snubs us is
///   choked, and never chosen.
/// - One more of the interested is chosen by lot at the first of every three rounds and keeps that slot for all three,
///   unless it earns a regular one, snubs us or loses interest; then another is chosen at the next round. (The client
///   searches that other one from the head of its list and finds one that is unchoked already:
///   `defect-refilled-from-top`.)
/// - As a seed, `slots + 1` by last unchoke, newest first: in three rounds two of four to six make room for others by
///   lot, the oldest in each of the first two (as mainline 4.0); of other numbers as many in proportion.
/// - Nothing is given between rounds, and who loses interest is choked at once.
///
/// The client has 3 slots.
public struct Aria2: ChokingAlgorithm {
  public var slots: Int
  static let generousWithin = SwarmDuration.seconds(30)
  static let roundsPerTenure = 3
  private let seed: TitForTat

  public init(slots: Int = 4) {
    self.slots = slots
    seed = TitForTat(slots: slots, optimisticSlots: 1, optimisticChoice: EvenDraw())
  }

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    guard case .round(let number) = moment.occasion else { return peers.kept }
    guard !moment.isSeed else { return seed.unchoked(among: peers, at: moment, random: &random) }
    let isGenerous = { (peer: Snapshot) in
      peer.lastReceived.map { moment.now - $0 <= Self.generousWithin } ?? false
    }
    let best = peers.ranked(&random, where: { $0.isInterested && !$0.isSnubbed && isGenerous($0) }) {
      $0.received > $1.received
    }
    var decision = Unchoking(regular: Array(best.prefix(slots)))
    if number % Self.roundsPerTenure != 0 {
      decision.optimistic = peers.kept.optimistic.filter { !decision.regular.contains($0) && !peers[$0].isSnubbed }
    }
    if decision.optimistic.isEmpty {
      let pool = peers.indices.filter {
        peers[$0].isInterested && !peers[$0].isSnubbed && !decision.regular.contains($0)
      }
      if !pool.isEmpty { decision.optimistic = [pool[random.below(pool.count)]] }
      decision.drawn = decision.optimistic
    }
    return decision
  }
}

extension ChokingSpec {
  static let aria2 = Self(
    "aria2", "aria2's: the best senders of the last 30 s, and one by lot for three rounds.", takes: [.slots]
  ) { Aria2(slots: $0.slots) }
}
