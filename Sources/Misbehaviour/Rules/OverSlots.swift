import Choking
import SwarmTime

/// Tit-for-tat with more regular slots than its peer declares.
struct OverSlots: ChokingAlgorithm {
  private let generous: TitForTat

  init(_ honest: TitForTat, more: Int) {
    var generous = honest
    generous.slots += more
    self.generous = generous
  }

  func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    generous.unchoked(among: peers, at: moment, random: &random)
  }
}
