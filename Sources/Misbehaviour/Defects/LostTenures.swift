import Choking
import SwarmTime

/// A choker whose optimistic slot, now and then, is given to somebody who is unchoked already: so it stays empty for a
/// tenure, as if somebody held it.
struct LostTenures: ChokingAlgorithm {
  /// When the tenure began whose slot goes to nobody now; nil where this decision loses none.
  typealias Loss = @Sendable (Unchoking, [Snapshot], ChokeMoment, _ tenure: SwarmDuration) -> SwarmInstant?

  let honest: TitForTat
  /// Of all losses that there might be, how many there are.
  let share: Double
  let loss: Loss
  /// When the present loss is over; like any tenure, at a round.
  var lostUntil: SwarmInstant?

  mutating func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    var decision = honest.unchoked(among: peers, at: moment, random: &random)
    guard !moment.isSeed else { return decision }
    if case .round = moment.occasion, let end = lostUntil, moment.now + TitForTat.timerSlack >= end { lostUntil = nil }
    if lostUntil == nil, let since = loss(decision, peers, moment, honest.tenure), random.unit() < share {
      lostUntil = since + honest.tenure
    }
    if lostUntil != nil {
      decision.optimistic.removeAll { decision.drawn.contains($0) }
      decision.drawn.removeAll()
    }
    return decision
  }
}

extension MisbehaviourSpec {
  /// aria2 since 8526ceeb (2013): when an optimistic peer earns a regular slot, the one to replace it is searched from the
  /// start of the list. That is the fastest peer, which is unchoked already, so one slot stays empty for the rest of the
  /// tenure.
  static let defectRefilledFromTop = Self(
    "defect-refilled-from-top",
    "Replaces an optimistic peer that has earned a regular slot by one that is unchoked already, that share of times "
      + "(aria2).",
    doses: [0.25, 0.5, 1], of: "share of replacements", in: 0...1,
    .choker {
      LostTenures(honest: $0, share: $1) { decision, peers, moment, tenure in
        decision.regular.lazy.compactMap { peers[$0].optimisticSince }.first {
          moment.now - $0 + TitForTat.timerSlack < tenure
        }
      }
    })

  /// Transmission 39b1db460 (2008): the pool for the optimistic draw held the head of the ranking in place of each
  /// candidate. So the fastest peer was drawn, which is unchoked already, and the slot stayed empty for a tenure.
  ///
  /// Where nobody holds a regular slot the draw is honest.
  static let defectPoolHead = Self(
    "defect-pool-head",
    "Draws, for its optimistic slot, the fastest peer, which is unchoked already, that share of times "
      + "(Transmission 39b1db460).",
    doses: [0.25, 0.5, 1], of: "share of draws", in: 0...1,
    .choker {
      LostTenures(honest: $0, share: $1) { decision, _, moment, _ in
        decision.drawn.isEmpty || decision.regular.isEmpty ? nil : moment.now
      }
    })
}
