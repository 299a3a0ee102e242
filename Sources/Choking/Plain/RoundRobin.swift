public import SwarmTime

/// Slots in turn: at each round (10 s) to the `slots` interested peers whose last turn is longest past, those that never had
/// one first, in the order of connections. Between rounds free slots are filled in the same order. What anybody sends does
/// not matter; as a seed likewise.
///
/// `memo.ours` numbers the turns: an instant would not tell which of those that had one together comes first.
public struct RoundRobin: ChokingAlgorithm {
  public var slots: Int

  public init(slots: Int = 4) { self.slots = slots }

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    var holders = moment.isRound ? [] : peers.kept.regular
    var memos = peers.map { $0.memo ?? Memo() }
    var turn = memos.map(\.ours).max() ?? 0
    var waiting = peers.indices.filter { peers[$0].isInterested && !holders.contains($0) }
    waiting.sort { (memos[$0].ours, $0) < (memos[$1].ours, $1) }
    for place in waiting.prefix(max(0, slots - holders.count)) {
      turn += 1
      memos[place].ours = turn
      holders.append(place)
    }
    return Unchoking(regular: holders, memos: memos)
  }
}

extension ChokingSpec {
  static let roundRobin = Self(
    "round-robin", "Slots in turn, every round to others, whatever they send.", takes: [.slots]
  ) { RoundRobin(slots: $0.slots) }
}
