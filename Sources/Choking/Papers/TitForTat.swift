public import SwarmTime

/// The lecture's tit-for-tat, after Cohen 2003 ("Incentives Build Robustness in BitTorrent", section 3).
///
/// - Every round (10 s) the `slots` interested, not snubbed peers that sent us most payload in the window are unchoked.
///   Equal senders: who holds a slot keeps it, else by lot.
/// - `optimisticSlots` further peers are unchoked among the choked and interested ones, for `tenure` (30 s), as
///   `optimisticChoice` says: by lot unless told otherwise. An optimistic peer that earns a regular slot is replaced at
///   once.
/// - A snubbed peer loses its regular slot; no slots are added for it.
/// - A slot that is free, or falls free, is given at once to a peer that is interested.
/// - As a seed: `slots + optimisticSlots` slots by last unchoke, newest first; in every three rounds two are newly
///   chosen in the same way (for five slots; in proportion for others), so that all are served equally long whatever
///   their speed (mainline 4.0's rule).
public struct TitForTat: ChokingAlgorithm {
  public var slots: Int
  public var optimisticSlots: Int
  /// How long an optimistic unchoke lasts.
  public var tenure: SwarmDuration
  public var optimisticChoice: any OptimisticChoosing
  /// Rounds for each turn of the seed's rotation.
  static let roundsPerRotation = 3
  /// Rounds come from a timer, which may be a little late or early against the last one.
  package static let timerSlack = SwarmDuration.seconds(1)

  public init(
    slots: Int = 4, optimisticSlots: Int = 1, tenure: SwarmDuration = .seconds(30),
    optimisticChoice: any OptimisticChoosing = OptimisticChoice.draw
  ) {
    self.optimisticChoice = optimisticChoice
    self.slots = slots
    self.optimisticSlots = optimisticSlots
    self.tenure = tenure
  }

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    switch (moment.isSeed, moment.occasion) {
    case (false, .round): leecherRound(peers, moment, &random)
    case (false, .vacancy): leecherVacancy(peers, &random)
    case (true, .round(let number)): seed(peers, drawing: newlyDrawn(inRound: number), &random)
    case (true, .vacancy): seed(peers, drawing: 0, &random)
    }
  }

  // MARK: Leecher

  private func leecherRound(_ peers: [Snapshot], _ moment: ChokeMoment, _ random: inout RandomSource) -> Unchoking {
    let regular = fastest(peers, random: &random)
    let inTenure = peers.indices.filter { index in
      guard let since = peers[index].optimisticSince else { return false }
      return peers[index].isInterested && !regular.contains(index) && moment.now - since + Self.timerSlack < tenure
    }
    var optimistic = Array(inTenure.prefix(optimisticSlots))
    let drawn = fillOptimistic(&optimistic, besides: regular, peers, &random)
    return Unchoking(regular: regular, optimistic: optimistic, drawn: drawn)
  }

  private func leecherVacancy(_ peers: [Snapshot], _ random: inout RandomSource) -> Unchoking {
    var regular = peers.indices.filter {
      peers[$0].isInterested && peers[$0].unchokedSince != nil && peers[$0].optimisticSince == nil
    }
    var optimistic = peers.indices.filter { peers[$0].isInterested && peers[$0].optimisticSince != nil }
    if regular.count < slots {
      let waiting = fastest(peers, among: { $0.unchokedSince == nil }, random: &random)
      regular += waiting.prefix(slots - regular.count)
    }
    let drawn = fillOptimistic(&optimistic, besides: regular, peers, &random)
    return Unchoking(regular: regular, optimistic: optimistic, drawn: drawn)
  }

  /// The best senders among the interested and not snubbed, at most `slots` of them.
  private func fastest(
    _ peers: [Snapshot], among isCandidate: (Snapshot) -> Bool = { _ in true }, random: inout RandomSource
  ) -> [Int] {
    var candidates = peers.indices.filter { peers[$0].isInterested && !peers[$0].isSnubbed && isCandidate(peers[$0]) }
    random.shuffle(&candidates)
    // The sort is stable, so the shuffle decides between equals.
    candidates.sort { a, b in
      if peers[a].received != peers[b].received { return peers[a].received > peers[b].received }
      return peers[a].holdsRegularSlot && !peers[b].holdsRegularSlot
    }
    return Array(candidates.prefix(slots))
  }

  private func fillOptimistic(
    _ optimistic: inout [Int], besides regular: [Int], _ peers: [Snapshot], _ random: inout RandomSource
  ) -> [Int] {
    // Who has just ended a tenure counts as choked again.
    var pool = peers.indices.filter { peers[$0].isInterested && !regular.contains($0) && !optimistic.contains($0) }
    var drawn: [Int] = []
    while optimistic.count < optimisticSlots, !pool.isEmpty,
      let place = optimisticChoice.choose(from: pool, of: peers, random: &random)
    {
      drawn.append(pool[place])
      optimistic.append(pool.remove(at: place))
    }
    return drawn
  }

  // MARK: Seed

  /// How many slots change hands in this round: two of five in three rounds, one in each of the first two.
  func newlyDrawn(inRound number: Int) -> Int {
    let perRotation = max(1, (2 * (slots + optimisticSlots) + 2) / 5)
    let place = number % Self.roundsPerRotation
    let turns = Self.roundsPerRotation - 1
    return place < turns ? (perRotation + turns - 1 - place) / turns : 0
  }

  private func seed(_ peers: [Snapshot], drawing count: Int, _ random: inout RandomSource) -> Unchoking {
    let total = slots + optimisticSlots
    var holders = peers.indices.filter { peers[$0].isInterested && peers[$0].unchokedSince != nil }
    holders.sort { a, b in
      let (first, second) = (peers[a].unchokedSince ?? .distantPast, peers[b].unchokedSince ?? .distantPast)
      return first != second ? first > second : a < b
    }
    var pool = peers.indices.filter { peers[$0].isInterested && peers[$0].unchokedSince == nil }
    let kept = holders.prefix(max(0, total - min(count, pool.count)))
    var unchoked = Array(kept)
    var drawn: [Int] = []
    while unchoked.count < total, !pool.isEmpty,
      let place = optimisticChoice.choose(from: pool, of: peers, random: &random)
    {
      drawn.append(pool[place])
      unchoked.append(pool.remove(at: place))
    }
    return Unchoking(regular: unchoked, drawn: drawn)
  }
}

extension ChokingSpec {
  static let titForTat = Self(
    "tit-for-tat", "The lecture's: the best senders, and one more by lot for 30 s.",
    takes: [.slots, .optimisticSlots, .optimisticChoice]
  ) { TitForTat(slots: $0.slots, optimisticSlots: $0.optimisticSlots, optimisticChoice: $0.optimisticChoice) }
}
