import Choking
import SwarmTime

/// Never unchokes some of its partners, whatever they give.
struct FreeRider: ChokingAlgorithm {
  let honest: TitForTat
  let share: Double

  func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    var peers = peers
    for place in peers.indices where peers[place].partner.isAmong(share: share) { peers[place].isInterested = false }
    return honest.unchoked(among: peers, at: moment, random: &random)
  }
}

extension MisbehaviourSpec {
  static let freeRider = Self(
    "free-rider", "Never unchokes that share of its partners, the same ones always.", doses: [0.5, 0.8, 1],
    of: "share of partners", in: 0...1, .choker { FreeRider(honest: $0, share: $1) })
}
