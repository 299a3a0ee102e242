import Planning
import SwarmTime

/// An optimistic choice that packets show: one who waited and was outranked was unchoked at a round, so it was chosen.
struct VisibleDraw: Sendable {
  var at: SwarmInstant
  var frame: Int?
  var chosen: Int
  /// Among whom: all that waited and were outranked, the chosen one with them. The chance of each, given that one of
  /// these was chosen, is its weight by the sum of weights.
  var candidates: [(partner: Int, weight: Int)]

  var total: Int { candidates.reduce(0) { $0 + $1.weight } }

  func weight(of partner: Int) -> Int? { candidates.first { $0.partner == partner }?.weight }

  /// All that a choker's rounds show.
  ///
  /// Of one optimistic slot a round fills one at most, and among those that could not be regular the draw is as the
  /// weights say. Of several slots it may fill some out of sight, whose weights then bear on the rest; but those of one
  /// weight remain equals in any case, so there only equals are compared.
  static func all(_ sight: RoundSight, optimisticSlots: Int) -> [VisibleDraw] {
    guard sight.isOnGrid, sight.view.profile.rateEstimator != .decay else { return [] }
    var draws: [VisibleDraw] = []
    for round in sight.rounds where round.isClean {
      let candidates = round.waiting.filter(\.isOutranked)
      var chosen = candidates.filter { round.after.contains($0.partner) }
      guard !chosen.isEmpty, chosen.count <= optimisticSlots else { continue }
      // Several at once: in an order that owes nothing to the choker.
      var random = RandomSource(seed: UInt64(bitPattern: round.at.nanoseconds))
      random.shuffle(&chosen)
      var rest = candidates
      for one in chosen {
        let equals = optimisticSlots == 1 ? rest : rest.filter { $0.weight == one.weight }
        draws.append(
          VisibleDraw(
            at: round.at, frame: round.frame, chosen: one.partner,
            candidates: equals.map { ($0.partner, $0.weight) }))
        rest.removeAll { $0.partner == one.partner }
      }
    }
    return draws
  }
}
