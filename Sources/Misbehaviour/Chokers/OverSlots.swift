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

extension MisbehaviourSpec {
  static let overSlots = Self(
    "over-slots", "Unchokes so many more peers than declared.", doses: [1, 2, 5], of: "slots", in: 1...1000,
    whole: true, .choker { OverSlots($0, more: Int($1)) })
}
