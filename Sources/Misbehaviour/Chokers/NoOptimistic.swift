import Choking
import SwarmTime

/// A leecher that leaves its optimistic slots empty for some rounds after each tenure, and before the first.
struct NoOptimistic: ChokingAlgorithm {
  private let honest: TitForTat
  private let idleRounds: Int
  /// Rounds since an optimistic slot was held.
  private var idle = 0

  init(_ honest: TitForTat, idleRounds: Int) {
    self.honest = honest
    self.idleRounds = idleRounds
  }

  mutating func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    var choker = honest
    if !moment.isSeed {
      let isHeld = peers.contains { $0.isInterested && $0.optimisticSince != nil }
      if isHeld {
        idle = 0
      } else if case .round = moment.occasion {
        idle += 1
      }
      if isHeld || idle < idleRounds { choker.optimisticChoice = NoChoice() }
    }
    return choker.unchoked(among: peers, at: moment, random: &random)
  }
}

/// Chooses nobody.
struct NoChoice: OptimisticChoosing {
  func choose(from pool: [Int], of peers: [Snapshot], random: inout RandomSource) -> Int? { nil }
}

extension MisbehaviourSpec {
  static let noOptimistic = Self(
    "no-optimistic", "Leaves its optimistic slot empty for so many rounds after each tenure, and before the first.",
    doses: [6, 12, 1_000_000], of: "idle rounds between tenures", in: 0...1e9, whole: true,
    .choker { NoOptimistic($0, idleRounds: Int($1)) })
}
