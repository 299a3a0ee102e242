import Choking
import SwarmTime

/// libtorrent since 3019b17c9 (2019): the best peers for all slots are found but not ordered, and the first of them get
/// the regular slots. Whoever is left out is any of them, not the slowest.
///
/// With four slots and one besides, the wrong one is left out in four of five rounds of which this is true. (A model of
/// libtorrent's own, which is not quite without order, leaves out a wrong one in 44 % of rounds.)
struct UnorderedPrefix: ChokingAlgorithm {
  let honest: TitForTat
  let share: Double

  func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    guard case .round = moment.occasion, !moment.isSeed, random.unit() < share else {
      return honest.unchoked(among: peers, at: moment, random: &random)
    }
    var all = honest
    all.slots += all.optimisticSlots
    all.optimisticSlots = 0
    var best = all.unchoked(among: peers, at: moment, random: &random).regular
    random.shuffle(&best)
    var peers = peers
    // Who snubs us has no regular slot and can still be chosen optimistically.
    for place in best.dropFirst(honest.slots) { peers[place].isSnubbed = true }
    return honest.unchoked(among: peers, at: moment, random: &random)
  }
}

extension MisbehaviourSpec {
  static let defectUnorderedPrefix = Self(
    "defect-unordered-prefix",
    "Leaves any of its best partners without a regular slot, not the slowest, at that share of its rounds "
      + "(libtorrent 3019b17c9).",
    doses: [0.25, 0.5, 1], of: "share of rounds", in: 0...1, .choker { UnorderedPrefix(honest: $0, share: $1) })
}
