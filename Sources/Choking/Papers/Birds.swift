public import SwarmTime

/// Birds (Rahman, Vinkó, Hales, Pouwelse and Sips, SIGCOMM 2011): birds of a feather.
///
/// - Regular slots go to the interested, not snubbed peers whose rate is nearest to our own for one slot: what we sent in
///   the window, divided by our slots.
/// - All else, optimistic slots and the seed's side among it, as `TitForTat`.
public struct Birds: ChokingAlgorithm {
  private let base: TitForTat

  public init(slots: Int = 4, optimisticSlots: Int = 1) {
    base = TitForTat(slots: slots, optimisticSlots: optimisticSlots)
  }

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    let own = peers.reduce(Int64(0)) { $0 + $1.sent } / Int64(max(1, base.slots + base.optimisticSlots))
    var ranked = peers
    for place in peers.indices { ranked[place].received = -abs(peers[place].received - own) }
    return base.unchoked(among: ranked, at: moment, random: &random)
  }
}

extension ChokingSpec {
  static let birds = Self(
    "birds", "Birds: regular slots to those whose rate is nearest to our own.", takes: [.slots, .optimisticSlots]
  ) { Birds(slots: $0.slots, optimisticSlots: $0.optimisticSlots) }
}
