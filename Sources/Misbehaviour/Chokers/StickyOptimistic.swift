import Choking
import SwarmTime

/// Tit-for-tat with optimistic unchokes of another length than declared.
struct StickyOptimistic: ChokingAlgorithm {
  private let sticky: TitForTat

  init(_ honest: TitForTat, tenure: SwarmDuration) {
    var sticky = honest
    sticky.tenure = tenure
    self.sticky = sticky
  }

  func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    sticky.unchoked(among: peers, at: moment, random: &random)
  }
}

extension MisbehaviourSpec {
  static let stickyOptimistic = Self(
    "sticky-optimistic", "Lets an optimistic unchoke last so long instead of 30 s.", doses: [20, 60, 1_000_000],
    of: "s of tenure", in: 1...1e9, .choker { StickyOptimistic($0, tenure: .seconds($1)) })
}
