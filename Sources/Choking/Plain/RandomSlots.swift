public import SwarmTime

/// Slots by lot: at each round (10 s) to any `slots` interested peers, all alike, whatever they send and whoever holds
/// one; between rounds free slots to any that wait. As a seed likewise.
public struct RandomSlots: ChokingAlgorithm {
  private let lots: TitForTat

  public init(slots: Int = 4) {
    lots = TitForTat(slots: 0, optimisticSlots: slots, tenure: .zero, optimisticChoice: EvenDraw())
  }

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    lots.unchoked(among: peers, at: moment.asLeecher, random: &random)
  }
}

extension ChokeMoment {
  /// For rules that seeds follow, too.
  fileprivate var asLeecher: ChokeMoment { ChokeMoment(occasion: occasion, now: now, isSeed: false) }
}

extension ChokingSpec {
  static let random = Self("random", "Slots by lot, every round anew, whatever they send.", takes: [.slots]) {
    RandomSlots(slots: $0.slots)
  }
}
