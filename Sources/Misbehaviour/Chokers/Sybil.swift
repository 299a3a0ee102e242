import Choking
import SwarmTime

/// One of many peers of one owner: it serves these, and of all others never some.
///
/// The Sybil attack (Douceur, IPTPS 2002). Honest peers take each identity for somebody of its own, so that each gets its
/// share of optimistic slots, and of what seeds give; what one of them got, it passes on to the others. The strangers that
/// it does serve are its disguise. Which they are goes by address, so that it is the same ones always.
struct Sybil: ChokingAlgorithm {
  let honest: TitForTat
  let accomplices: Accomplices
  let share: Double

  func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    var peers = peers
    for place in peers.indices {
      let partner = peers[place].partner
      if !accomplices.include(partner), partner.isAmong(share: share) { peers[place].isInterested = false }
    }
    return honest.unchoked(among: peers, at: moment, random: &random)
  }
}

extension MisbehaviourSpec {
  static let sybil = Self(
    "sybil",
    "Is one of a group with one owner: serves the others of it, and never that share of strangers, the same ones always.",
    doses: [0.5, 0.8, 1], of: "share of strangers", in: 0...1,
    .group { Sybil(honest: $0, accomplices: $2, share: $1) })
}
