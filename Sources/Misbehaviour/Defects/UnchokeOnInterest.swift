import Choking
import SwarmTime

/// WebTorrent: whoever says for the first time that it is interested is unchoked at once, whether there is a slot or not,
/// until the next round.
struct UnchokeOnInterest: ChokingAlgorithm {
  let honest: TitForTat
  let share: Double
  /// Whose first interest was seen, and whether it was unchoked for it since the last round.
  var seen: [Partner: Bool] = [:]

  mutating func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    var decision = honest.unchoked(among: peers, at: moment, random: &random)
    var isRound = false
    if case .round = moment.occasion { isRound = true }
    var known: [Partner: Bool] = [:]
    for (place, peer) in peers.enumerated() {
      let hasSlot = decision.regular.contains(place) || decision.optimistic.contains(place)
      var isExtra = seen[peer.partner]
      if isExtra == nil, peer.isInterested { isExtra = !peer.wasUnchoked && random.unit() < share }
      if isRound, isExtra == true { isExtra = false }
      known[peer.partner] = isExtra
      if isExtra == true, peer.isInterested, !hasSlot { decision.regular.append(place) }
    }
    seen = known
    return decision
  }
}

extension MisbehaviourSpec {
  static let defectUnchokeOnInterest = Self(
    "defect-unchoke-on-interest",
    "Unchokes that share of its partners when they are first interested, whether it has a slot or not (WebTorrent).",
    doses: [0.25, 0.5, 1], of: "share of first interests", in: 0...1,
    .choker { UnchokeOnInterest(honest: $0, share: $1) })
}
