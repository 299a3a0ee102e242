import Choking
import SwarmTime

/// Gives some partners no regular slot while they send anything.
struct NotReciprocating: ChokingAlgorithm {
  let honest: TitForTat
  let share: Double

  func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    guard !moment.isSeed else { return honest.unchoked(among: peers, at: moment, random: &random) }
    var peers = peers
    for place in peers.indices where peers[place].received > 0 && peers[place].partner.isAmong(share: share) {
      // Who snubs us has no regular slot and can still be chosen optimistically.
      peers[place].isSnubbed = true
    }
    return honest.unchoked(among: peers, at: moment, random: &random)
  }
}

extension MisbehaviourSpec {
  static let notReciprocating = Self(
    "not-reciprocating", "Gives that share of those that send to it no regular slot, the same ones always.",
    doses: [0.25, 0.5, 1], of: "share of partners", in: 0...1, .choker { NotReciprocating(honest: $0, share: $1) })
}
