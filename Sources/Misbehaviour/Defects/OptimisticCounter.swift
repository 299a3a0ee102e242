import Choking
import SwarmTime

/// Mainline 4.20.4 to 5.2.0: the loop that fills the optimistic slots went on with the counter that already held the
/// regular peers, so with as many regular peers as optimistic slots nobody was unchoked optimistically, ever.
///
/// From some rounds to the next one, and perhaps before the first.
struct OptimisticCounter: ChokingAlgorithm {
  let honest: TitForTat
  let share: Double
  var isBroken: Bool?

  mutating func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    if case .round = moment.occasion { isBroken = nil }
    let isBroken = self.isBroken ?? (random.unit() < share)
    self.isBroken = isBroken
    var decision = honest.unchoked(among: peers, at: moment, random: &random)
    guard isBroken, !moment.isSeed else { return decision }
    decision.optimistic = Array(decision.optimistic.prefix(max(0, honest.optimisticSlots - decision.regular.count)))
    decision.drawn.removeAll { !decision.optimistic.contains($0) }
    return decision
  }
}

extension MisbehaviourSpec {
  static let defectOptimisticCounter = Self(
    "defect-optimistic-counter",
    "Counts its regular peers as optimistic ones too, at that share of its rounds (mainline 4.20.4 to 5.2.0).",
    doses: [0.25, 0.5, 1], of: "share of rounds", in: 0...1, .choker { OptimisticCounter(honest: $0, share: $1) })
}
