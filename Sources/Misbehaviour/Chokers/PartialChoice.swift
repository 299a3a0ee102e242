import Choking
import SwarmTime

/// Chooses as declared, but never one of some partners.
struct Shunning: OptimisticChoosing {
  let honest: any OptimisticChoosing
  let share: Double

  func choose(from pool: [Int], of peers: [Snapshot], random: inout RandomSource) -> Int? {
    let places = pool.indices.filter { !peers[pool[$0]].partner.isAmong(share: share) }
    guard !places.isEmpty else { return nil }
    return honest.choose(from: places.map { pool[$0] }, of: peers, random: &random).map { places[$0] }
  }
}

/// Draws by lot, with another weight for one half of all partners.
struct Biased: OptimisticChoosing {
  let weight: Double

  func choose(from pool: [Int], of peers: [Snapshot], random: inout RandomSource) -> Int? {
    random.index(
      weights: pool.map {
        OptimisticChoice.weight(of: peers[$0]) * (peers[$0].partner.isOfEvenNetwork ? weight : 1)
      })
  }
}

/// A leecher whose optimistic choice is partial; as a seed it is honest.
struct PartialChooser: ChokingAlgorithm {
  private let honest: TitForTat
  private let partial: TitForTat

  init(_ honest: TitForTat, choice: any OptimisticChoosing) {
    self.honest = honest
    var partial = honest
    partial.optimisticChoice = choice
    self.partial = partial
  }

  func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    (moment.isSeed ? honest : partial).unchoked(among: peers, at: moment, random: &random)
  }
}

extension MisbehaviourSpec {
  static let shunned = Self(
    "shunned", "Never chooses that share of its partners optimistically, the same ones always.",
    doses: [0.125, 0.25, 0.5], of: "share of partners", in: 0...1,
    .choker { PartialChooser($0, choice: Shunning(honest: $0.optimisticChoice, share: $1)) })

  static let biasedChoice = Self(
    "biased-choice", "Gives partners whose third address byte is even so many times the weight in its optimistic draw.",
    doses: [3, 6, 20], of: "times the weight", in: 1...1e9,
    .choker { PartialChooser($0, choice: Biased(weight: $1)) })
}
