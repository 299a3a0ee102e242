public import SwarmTime

/// libtorrent's `fixed_slots_choker` (src/choker.cpp, src/session_impl.cpp; read at 069017e).
///
/// - Every 15 s the `slots` interested peers that sent us most payload in the last round are unchoked; equals by lot.
/// - `optimisticSlots` further ones are unchoked for 30 s: those whose last such unchoke is longest past, and who never had
///   one before all. One that earns a regular slot is replaced at once.
/// - A peer that loses interest is choked at once; one that turns interested is unchoked at once if a slot is free, and a
///   slot that falls free is filled at once.
/// - As a seed the regular slots go by `seedRule`.
/// - Who snubs us keeps its slot.
///
/// The client has 8 slots for all its torrents, a fifth of them optimistic.
public struct LibtorrentFixedSlots: ChokingAlgorithm {
  public var slots: Int
  public var optimisticSlots: Int
  public var seedRule: SeedRule
  public var period: SwarmDuration { .seconds(15) }
  static let tenure = SwarmDuration.seconds(30)

  public init(slots: Int = 4, optimisticSlots: Int = 1, seedRule: SeedRule = .roundRobin) {
    self.slots = slots
    self.optimisticSlots = optimisticSlots
    self.seedRule = seedRule
  }

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    var decision = peers.kept
    if moment.isRound {
      decision.regular = Array(ranked(peers, moment, &random).prefix(slots))
      decision.optimistic.removeAll { place in
        guard let since = peers[place].optimisticSince else { return true }
        return decision.regular.contains(place) || moment.now - since + TitForTat.timerSlack >= Self.tenure
      }
      decision.optimistic = Array(decision.optimistic.prefix(optimisticSlots))
    } else if decision.regular.count < slots {
      let waiting = ranked(peers, moment, &random).filter { !peers[$0].isUnchoked }
      decision.regular += waiting.prefix(slots - decision.regular.count)
    }
    fillOptimistic(&decision, peers, &random)
    note(&decision, peers)
    return decision
  }

  private func ranked(_ peers: [Snapshot], _ moment: ChokeMoment, _ random: inout RandomSource) -> [Int] {
    peers.ranked(&random, where: \.isInterested) { a, b in
      moment.isSeed ? seedRule.isBetter(a, b, at: moment) : a.receivedThisRound > b.receivedThisRound
    }
  }

  private func fillOptimistic(_ decision: inout Unchoking, _ peers: [Snapshot], _ random: inout RandomSource) {
    var pool = peers.indices.filter {
      peers[$0].isInterested && !decision.regular.contains($0) && !decision.optimistic.contains($0)
    }
    while decision.optimistic.count < optimisticSlots, !pool.isEmpty,
      let place = OptimisticChoice.longestWaiting.choose(from: pool, of: peers, random: &random)
    {
      decision.drawn.append(pool[place])
      decision.optimistic.append(pool.remove(at: place))
    }
  }

  /// What each had been sent when it was unchoked.
  private func note(_ decision: inout Unchoking, _ peers: [Snapshot]) {
    decision.memos = peers.map { peer in
      Memo(ours: peer.isUnchoked ? peer.memo?.ours ?? 0 : peer.allSent)
    }
  }
}

/// libtorrent's `rate_based_choker`: as many slots as upload rates justify, else as `LibtorrentFixedSlots`.
///
/// - At each round (15 s) peers are gone through from whom we sent to fastest in it: one more slot for each as long as its
///   rate exceeds a threshold, which begins at 1024 B/s and rises by 2048 B/s with each. Slots are one more than that.
/// - A fifth of the slots, and one at least, is optimistic; so where only one slot is justified, it is.
/// - No slot is given between rounds.
public struct LibtorrentRateBased: ChokingAlgorithm {
  public var seedRule: SeedRule
  public var period: SwarmDuration { .seconds(15) }
  static let firstThreshold: Int64 = 1024
  static let step: Int64 = 2048

  public init(seedRule: SeedRule = .roundRobin) { self.seedRule = seedRule }

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    guard moment.isRound else { return peers.kept }
    let all = slots(peers)
    let optimistic = max(1, all / 5)
    return LibtorrentFixedSlots(slots: all - optimistic, optimisticSlots: optimistic, seedRule: seedRule)
      .unchoked(among: peers, at: moment, random: &random)
  }

  /// How many slots the rates of the last round justify.
  func slots(_ peers: [Snapshot]) -> Int {
    let seconds = period.nanoseconds / 1_000_000_000
    var threshold = Self.firstThreshold
    var slots = 1
    for sent in peers.map(\.sentThisRound).sorted(by: >) where sent / seconds > threshold {
      slots += 1
      threshold += Self.step
    }
    return slots
  }
}

extension ChokingSpec {
  static let libtorrentFixedSlots = Self(
    "libtorrent-fixed-slots", "libtorrent's default: rounds of 15 s, a seed rule of three.",
    takes: [.slots, .optimisticSlots, .seedRule]
  ) { LibtorrentFixedSlots(slots: $0.slots, optimisticSlots: $0.optimisticSlots, seedRule: $0.seedRule) }

  static let libtorrentRateBased = Self(
    "libtorrent-rate-based", "libtorrent's other: as many slots as upload rates justify.", takes: [.seedRule]
  ) { LibtorrentRateBased(seedRule: $0.seedRule) }
}
