public import SwarmTime

/// Loyal-when-needed (Rahman, Vinkó, Hales, Pouwelse and Sips, SIGCOMM 2011).
///
/// - Slots go to the interested peers that have sent us payload in most rounds without a break (`memo.theirs`); equals who
///   hold a slot keep it, else by lot.
/// - Strangers, who sent nothing in the last round, get a slot only where slots are left, by lot and for 30 s.
/// - Between rounds free slots are filled in the same order, and a stranger has its one for 30 s then, too.
/// - As a seed: as `TitForTat` with as many slots, and lots that are all alike.
public struct LoyalWhenNeeded: ChokingAlgorithm {
  public var slots: Int

  public init(slots: Int = 5) { self.slots = slots }

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    if moment.isSeed {
      return TitForTat(slots: slots, optimisticSlots: 0, optimisticChoice: EvenDraw())
        .unchoked(among: peers, at: moment, random: &random)
    }
    guard moment.isRound else { return filled(peers, &random) }
    let rounds = peers.map(unbroken)
    var ranked = peers
    for place in peers.indices {
      ranked[place].received = rounds[place]
      // Who snubs us has no regular slot and can still be chosen optimistically.
      ranked[place].isSnubbed = rounds[place] == 0
    }
    let loyal = min(slots, peers.indices.count { peers[$0].isInterested && rounds[$0] > 0 })
    var decision = TitForTat(slots: loyal, optimisticSlots: slots - loyal, optimisticChoice: EvenDraw())
      .unchoked(among: ranked, at: moment, random: &random)
    decision.memos = rounds.map { Memo(theirs: $0) }
    return decision
  }

  private func unbroken(_ peer: Snapshot) -> Int64 {
    peer.receivedThisRound > 0 ? (peer.memo?.theirs ?? 0) + 1 : 0
  }

  private func filled(_ peers: [Snapshot], _ random: inout RandomSource) -> Unchoking {
    var decision = peers.kept
    let waiting = peers.ranked(&random, where: { $0.isInterested && !$0.isUnchoked }) {
      ($0.memo?.theirs ?? 0) > ($1.memo?.theirs ?? 0)
    }
    for place in waiting.prefix(max(0, slots - decision.regular.count - decision.optimistic.count)) {
      if peers[place].memo?.theirs ?? 0 > 0 { decision.regular.append(place) } else { decision.drawn.append(place) }
    }
    decision.optimistic += decision.drawn
    return decision
  }
}

extension ChokingSpec {
  static let loyalWhenNeeded = Self(
    "loyal-when-needed", "Slots to those that have sent in most rounds on end, to strangers where some are left.",
    takes: [.slots]
  ) { LoyalWhenNeeded(slots: $0.slots) }
}
