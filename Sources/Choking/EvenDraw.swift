import SwarmTime

/// By lot, all alike.
struct EvenDraw: OptimisticChoosing {
  func choose(from pool: [Int], of peers: [Snapshot], random: inout RandomSource) -> Int? { random.below(pool.count) }
}
