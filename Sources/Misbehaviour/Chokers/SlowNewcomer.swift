import Choking
import SwarmTime

/// Passes over whoever it has never unchoked, until that one has been interested for a time.
struct SlowNewcomer: ChokingAlgorithm {
  private var honest: TitForTat
  private let delay: SwarmDuration
  private var interestedSince: [Partner: SwarmInstant] = [:]

  init(_ honest: TitForTat, delay: SwarmDuration) {
    self.honest = honest
    self.delay = delay
  }

  mutating func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    var known: [Partner: SwarmInstant] = [:]
    var peers = peers
    for place in peers.indices where peers[place].isInterested && !peers[place].wasUnchoked {
      let since = interestedSince[peers[place].partner] ?? moment.now
      known[peers[place].partner] = since
      if moment.now - since < delay { peers[place].isInterested = false }
    }
    interestedSince = known
    return honest.unchoked(among: peers, at: moment, random: &random)
  }
}

extension MisbehaviourSpec {
  static let slowNewcomer = Self(
    "slow-newcomer", "Unchokes nobody before it has been interested for so long.", doses: [60, 120, 1_000_000],
    of: "s to a first unchoke", in: 0...1e9, .choker { SlowNewcomer($0, delay: .seconds($1)) })
}
