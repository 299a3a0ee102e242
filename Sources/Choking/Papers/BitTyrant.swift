public import SwarmTime

/// BitTyrant (Piatek, Isdal, Anderson, Krishnamurthy and Venkataramani, NSDI 2007, figure 4): to each just what it takes.
///
/// - Of each peer it reckons with u, what it must be sent to reciprocate (`memo.ours`, in bytes per second), and d, what it
///   gives then (`memo.theirs`). Both begin at 16,000 B/s (libtorrent's version).
/// - At each round (10 s), of a peer that we had unchoked: u grows by a fifth if it chokes us, and falls by a tenth if it has
///   unchoked us for the last three rounds. While it unchokes us, d is what it sent in the round.
/// - By d / u, the greatest first, interested peers are unchoked as long as the sum of their u stays within our upload
///   limit; 64 KiB/s are supposed where there is none. Equals by lot. There is no optimistic slot.
/// - Each is sent at its u, and no faster.
/// - Between rounds nobody is unchoked. As a seed: five slots by `TitForTat`'s rule, and no rates.
public struct BitTyrant: ChokingAlgorithm {
  static let first: Int64 = 16_000
  /// Rates below this are none at all: nothing would come within a round.
  static let least: Int64 = 2048
  static let supposedCapacity: Int64 = 65536
  static let steadyRounds = 3

  public init() {}

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    if moment.isSeed {
      var decision = TitForTat().unchoked(among: peers, at: moment, random: &random)
      decision.memos = peers.map { _ in Memo() }
      return decision
    }
    guard moment.isRound else { return peers.kept }
    let memos = peers.map { learned(of: $0, at: moment) }
    var noted = peers
    for place in peers.indices { noted[place].memo = memos[place] }
    var left = moment.capacity ?? Self.supposedCapacity
    var decision = Unchoking(regular: [], memos: memos)
    for place in noted.ranked(&random, where: \.isInterested, by: Self.isBetter) {
      let price = memos[place].ours
      // The best is served even where it alone costs more than there is.
      guard price <= left || decision.regular.isEmpty else { break }
      decision.regular.append(place)
      left -= price
    }
    return decision
  }

  func learned(of peer: Snapshot, at moment: ChokeMoment) -> Memo {
    var memo = peer.memo ?? Memo(ours: Self.first, theirs: Self.first)
    if memo.ours == 0 { memo = Memo(ours: Self.first, theirs: Self.first) }
    if let since = peer.unchokesUsSince {
      if peer.isWanted { memo.theirs = max(1, peer.receivedThisRound / (period.nanoseconds / 1_000_000_000)) }
      let isSteady = moment.now - since + TitForTat.timerSlack >= period * Self.steadyRounds
      if peer.isUnchoked, isSteady { memo.ours = max(Self.least, memo.ours * 9 / 10) }
    } else if let since = peer.unchokedSince, moment.now - since + TitForTat.timerSlack >= period {
      memo.ours = min(1 << 40, memo.ours * 6 / 5)
    }
    return memo
  }

  /// More for each byte, in whole numbers.
  private static func isBetter(_ a: Snapshot, _ b: Snapshot) -> Bool {
    let (first, second) = (a.memo ?? Memo(), b.memo ?? Memo())
    return first.theirs.multipliedFullWidth(by: second.ours) > second.theirs.multipliedFullWidth(by: first.ours)
  }

  public func turn(of claim: UploadClaim, at now: SwarmInstant) -> UploadTurn {
    guard !claim.isSeed, let rate = claim.memo?.ours, rate > 0 else { return claim.isSeed ? .inTurn : .ranked(0) }
    let nanoseconds = Double(claim.sentThisRound) / Double(rate) * 1e9
    let due = claim.roundBegan + SwarmDuration(nanoseconds: Int64(min(nanoseconds, 1e15)))
    return due > now ? .notBefore(due) : .ranked(due.nanoseconds)
  }
}

extension ChokingSpec {
  static let bitTyrant = Self(
    "bit-tyrant", "BitTyrant: to each what it takes to be reciprocated, the best bargains first.", takes: []
  ) { _ in BitTyrant() }
}
