import Choking
import SwarmTime

/// Gives the regular slots by lot at some rounds.
struct ByLot: Distortion {
  let share: Double

  func distort(_ peers: inout [Snapshot], at moment: ChokeMoment, random: inout RandomSource) {
    guard random.unit() < share else { return }
    for place in peers.indices { peers[place].received = Int64(random.below(1 << 40)) }
  }
}

/// Gives the regular slots to the slowest senders at some rounds.
struct SlowestFirst: Distortion {
  let share: Double

  func distort(_ peers: inout [Snapshot], at moment: ChokeMoment, random: inout RandomSource) {
    guard random.unit() < share else { return }
    for place in peers.indices { peers[place].received = -peers[place].received }
  }
}

extension MisbehaviourSpec {
  static let randomChooser = Self(
    "random-chooser", "Gives its regular slots by lot, at that share of its rounds.", doses: [0.25, 0.5, 1],
    of: "share of rounds", in: 0...1, .choker { Misranking($0, ByLot(share: $1)) })

  static let slowestFirst = Self(
    "slowest-first", "Gives its regular slots to the slowest senders, at that share of its rounds.",
    doses: [0.25, 0.5, 1], of: "share of rounds", in: 0...1, .choker { Misranking($0, SlowestFirst(share: $1)) })
}
