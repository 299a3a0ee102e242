import Choking
import SwarmTime

/// Tit-for-tat put together anew, with its optimistic unchokes open to change: honest as it stands.
///
/// Snapshots do not say who a partner is here, so what depends on that goes by its place among the connections.
struct SkewedDraw: ChokingAlgorithm {
  var slots = 4
  var optimisticSlots = 1
  var tenure = SwarmDuration.seconds(30)
  /// Rounds without any optimistic unchoke after each tenure.
  var idleRounds = 0
  /// Weight of a partner beside that of newcomers; 0 never chooses it.
  var weight: @Sendable (Int) -> Double = { _ in 1 }
  /// Who waits longest comes next, instead of a draw.
  var isInTurn = false

  private var idleUntil = SwarmInstant.distantPast
  private var lastChosen: [Int: SwarmInstant] = [:]

  init() {}

  mutating func unchoked(
    among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource
  ) -> Unchoking {
    var regular: [Int]
    var optimistic = peers.indices.filter { peers[$0].isInterested && peers[$0].optimisticSince != nil }
    if case .round = moment.occasion {
      var order = peers.indices.filter { peers[$0].isInterested && !peers[$0].isSnubbed }
      random.shuffle(&order)
      order.sort { a, b in
        let (x, y) = (peers[a], peers[b])
        if x.received != y.received { return x.received > y.received }
        return x.isRegular && !y.isRegular
      }
      regular = Array(order.prefix(slots))
      optimistic = optimistic.filter { index in
        guard !regular.contains(index), let since = peers[index].optimisticSince else { return false }
        guard moment.now - since + .seconds(1) >= tenure else { return true }
        if idleRounds > 0 { idleUntil = moment.now + .seconds(10) * idleRounds - .seconds(1) }
        return false
      }
    } else {
      regular = peers.indices.filter { peers[$0].isInterested && peers[$0].isRegular }
      var waiting = peers.indices.filter {
        peers[$0].isInterested && !peers[$0].isSnubbed && peers[$0].unchokedSince == nil
      }
      random.shuffle(&waiting)
      waiting.sort { peers[$0].received > peers[$1].received }
      regular += waiting.prefix(max(0, slots - regular.count))
    }
    var pool = peers.indices.filter { peers[$0].isInterested && !regular.contains($0) && !optimistic.contains($0) }
    var drawn: [Int] = []
    while optimistic.count < optimisticSlots, moment.now >= idleUntil, let place = choose(pool, peers, &random) {
      lastChosen[pool[place]] = moment.now
      drawn.append(pool[place])
      optimistic.append(pool.remove(at: place))
    }
    return Unchoking(regular: regular, optimistic: optimistic, drawn: drawn)
  }

  private func choose(_ pool: [Int], _ peers: [Snapshot], _ random: inout RandomSource) -> Int? {
    if isInTurn {
      return pool.indices.min {
        (lastChosen[pool[$0]] ?? .distantPast, pool[$0]) < (lastChosen[pool[$1]] ?? .distantPast, pool[$1])
      }
    }
    let weights = pool.map { weight($0) * (peers[$0].wasUnchoked ? 1 : 3) }
    return weights.contains { $0 > 0 } ? random.index(weights: weights) : nil
  }
}

extension Snapshot {
  fileprivate var isRegular: Bool { unchokedSince != nil && optimisticSince == nil }
}
