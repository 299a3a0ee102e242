import Choking
import SwarmTime

/// MonoTorrent (its issue 40): a test the wrong way round kept the review of unchoked peers from running, so that slots
/// changed hands only when their holders lost interest or went.
struct NoReview: ChokingAlgorithm {
  let honest: TitForTat
  let share: Double

  func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    var moment = moment
    if case .round = moment.occasion, random.unit() < share { moment.occasion = .vacancy }
    return honest.unchoked(among: peers, at: moment, random: &random)
  }
}

extension MisbehaviourSpec {
  static let defectNoReview = Self(
    "defect-no-review", "Leaves all slots as they are at that share of its rounds (MonoTorrent issue 40).",
    doses: [0.25, 0.5, 1], of: "share of rounds", in: 0...1, .choker { NoReview(honest: $0, share: $1) })
}
