import Choking
import SwarmTime

/// An optimistic slot that was given to nobody, and stays empty as if somebody held it.
struct LostTenure: Sendable {
  private var until: SwarmInstant?

  mutating func begin(until end: SwarmInstant) { until = end }

  /// Ends at a round, like any tenure.
  mutating func isRunning(at moment: ChokeMoment) -> Bool {
    guard let until else { return false }
    if case .round = moment.occasion, moment.now + TitForTat.timerSlack >= until { self.until = nil }
    return self.until != nil
  }
}

extension Unchoking {
  /// Takes the optimistic slots that are given now away again.
  mutating func giveNone() {
    optimistic.removeAll { drawn.contains($0) }
    drawn.removeAll()
  }
}

/// aria2 since 8526ceeb (2013): when an optimistic peer earns a regular slot, the one to replace it is searched from the
/// start of the list. That is the fastest peer, which is unchoked already, so one slot stays empty for the rest of the
/// tenure.
struct RefilledFromTop: ChokingAlgorithm {
  private let honest: TitForTat
  private let share: Double
  private var lost = LostTenure()

  init(_ honest: TitForTat, share: Double) {
    self.honest = honest
    self.share = share
  }

  mutating func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    var decision = honest.unchoked(among: peers, at: moment, random: &random)
    guard !moment.isSeed else { return decision }
    if lost.isRunning(at: moment) {
      decision.giveNone()
    } else if let since = promoted(decision, peers, moment), random.unit() < share {
      lost.begin(until: since + honest.tenure)
      decision.giveNone()
    }
    return decision
  }

  /// When the tenure began that a peer leaves now since it has earned a regular slot.
  private func promoted(_ decision: Unchoking, _ peers: [Snapshot], _ moment: ChokeMoment) -> SwarmInstant? {
    decision.regular.lazy.compactMap { peers[$0].optimisticSince }.first {
      moment.now - $0 + TitForTat.timerSlack < honest.tenure
    }
  }
}

/// Transmission 39b1db460 (2008): the pool for the optimistic draw held the head of the ranking in place of each
/// candidate. So the fastest peer was drawn, which is unchoked already, and the slot stayed empty for a tenure.
///
/// Where nobody holds a regular slot the draw is honest.
struct PoolHead: ChokingAlgorithm {
  private let honest: TitForTat
  private let share: Double
  private var lost = LostTenure()

  init(_ honest: TitForTat, share: Double) {
    self.honest = honest
    self.share = share
  }

  mutating func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    var decision = honest.unchoked(among: peers, at: moment, random: &random)
    guard !moment.isSeed else { return decision }
    if lost.isRunning(at: moment) {
      decision.giveNone()
    } else if !decision.drawn.isEmpty, !decision.regular.isEmpty, random.unit() < share {
      lost.begin(until: moment.now + honest.tenure)
      decision.giveNone()
    }
    return decision
  }
}

extension MisbehaviourSpec {
  static let defectRefilledFromTop = Self(
    "defect-refilled-from-top",
    "Replaces an optimistic peer that has earned a regular slot by one that is unchoked already, that share of times "
      + "(aria2).",
    doses: [0.25, 0.5, 1], of: "share of replacements", in: 0...1, .choker { RefilledFromTop($0, share: $1) })

  static let defectPoolHead = Self(
    "defect-pool-head",
    "Draws, for its optimistic slot, the fastest peer, which is unchoked already, that share of times "
      + "(Transmission 39b1db460).",
    doses: [0.25, 0.5, 1], of: "share of draws", in: 0...1, .choker { PoolHead($0, share: $1) })
}
