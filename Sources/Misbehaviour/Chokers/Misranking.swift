import Choking
import SwarmTime

/// What a choker sees of its partners' rates, before it ranks them.
protocol Distortion: Sendable {
  mutating func distort(_ peers: inout [Snapshot], at moment: ChokeMoment, random: inout RandomSource)
}

/// A leecher that ranks its partners by other rates than theirs, at each round; as a seed it is honest.
struct Misranking<Distorting: Distortion>: ChokingAlgorithm {
  private let honest: TitForTat
  private var distortion: Distorting

  init(_ honest: TitForTat, _ distortion: Distorting) {
    self.honest = honest
    self.distortion = distortion
  }

  mutating func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    var peers = peers
    if case .round = moment.occasion, !moment.isSeed { distortion.distort(&peers, at: moment, random: &random) }
    return honest.unchoked(among: peers, at: moment, random: &random)
  }
}
