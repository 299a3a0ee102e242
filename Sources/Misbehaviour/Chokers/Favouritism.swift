import Choking
import SwarmTime

/// Counts what one half of all partners send more than once.
struct Favouritism: Distortion {
  let factor: Double

  func distort(_ peers: inout [Snapshot], at moment: ChokeMoment, random: inout RandomSource) {
    for place in peers.indices where peers[place].partner.isOfEvenNetwork {
      peers[place].received = Int64(min(1e18, Double(peers[place].received) * factor))
    }
  }
}

extension MisbehaviourSpec {
  static let favouritism = Self(
    "favouritism", "Counts what partners whose third address byte is even send so many times.", doses: [2, 4, 1000],
    of: "times the rate", in: 1...1e9, .choker { Misranking($0, Favouritism(factor: $1)) })
}
