import Choking
import SwarmTime
import Testing

/// Algorithms that papers propose, from tables: whom they unchoke, and whose turn it is at the uplink.
@Suite struct PaperTests {
  // MARK: BitTyrant

  private static func priced(_ ours: Int64, _ theirs: Int64) -> Snapshot {
    .waits().with { $0.memo = Memo(ours: ours, theirs: theirs) }
  }

  @Test func bitTyrantTakesTheBestBargainsUpToItsUplink() {
    let peers = [Self.priced(10_000, 10_000), Self.priced(20_000, 60_000), Self.priced(5000, 1000)]
    #expect(decide(BitTyrant(), peers, capacity: 35_000).regular == [1, 0, 2])
    #expect(decide(BitTyrant(), peers, capacity: 34_999).regular == [1, 0])
    #expect(decide(BitTyrant(), peers, capacity: 1000).regular == [1])
    #expect(decide(BitTyrant(), peers, capacity: 35_000).optimistic.isEmpty)
  }

  /// Seconds for which it is unchoked, and for which it unchokes us; what it must be sent then, of 10,000.
  @Test(
    arguments: [(20, nil, 12_000), (nil, nil, 10_000), (20, 20, 10_000), (40, 30, 9000), (nil, 40, 10_000)]
      as [(Double?, Double?, Int64)])
  func bitTyrantRaisesItsOfferToWhoChokesItAndLowersItToTheSteady(ours: Double?, theirs: Double?, offer: Int64) {
    let peer = Self.priced(10_000, 500).with {
      $0.unchokedSince = ours.map { .seconds(100 - $0) }
      $0.unchokesUsSince = theirs.map { .seconds(100 - $0) }
      ($0.isWanted, $0.receivedThisRound) = (true, 70_000)
    }
    let memo = decide(BitTyrant(), [peer]).memos[0]
    #expect(memo.ours == offer)
    #expect(memo.theirs == (theirs == nil ? 500 : 7000))
    #expect(decide(BitTyrant(), [.waits()]).memos == [Memo(ours: 16_000, theirs: 16_000)])
  }

  @Test func bitTyrantSendsAtTheRateItOffersAndUnchokesNobodyBetweenRounds() {
    let claim = UploadClaim(
      length: 16384, sentThisRound: 20_000, roundBegan: .seconds(50), memo: Memo(ours: 10_000, theirs: 1))
    #expect(BitTyrant().turn(of: claim, at: .seconds(51)) == .notBefore(.seconds(52)))
    #expect(BitTyrant().turn(of: claim, at: .seconds(52)) == .ranked(SwarmInstant.seconds(52).nanoseconds))
    #expect(decide(BitTyrant(), [.holds(), .waits(9)], round: nil).all == [0])
    #expect(decide(BitTyrant(), (0..<9).map { _ in .waits() }, isSeed: true).all.count == 5)
  }

  // MARK: PropShare

  @Test func propShareUnchokesAllWhoGaveAndAStrangerForATenth() {
    let decision = decide(PropShare(), [.waits(6000), .waits(3000), .waits(), .waits()])
    #expect(decision.regular == [0, 1])
    #expect(decision.optimistic.count == 1)
    #expect(decision.memos[0].ours == 6000)
    #expect(decision.memos[1].ours == 3000)
    #expect(decision.memos[decision.optimistic[0]].ours == 1000)
    #expect(decide(PropShare(), (0..<9).map { _ in .waits() }).optimistic.count == 4)
  }

  @Test func propShareServesWhoHasLeastOfItsShare() {
    func turn(_ sent: Int64, of share: Int64) -> UploadTurn {
      PropShare().turn(of: UploadClaim(length: 1, sentThisRound: sent, memo: Memo(ours: share)), at: .zero)
    }
    #expect(turn(600, of: 6000) == .ranked(100_000))
    #expect(turn(600, of: 3000) == .ranked(200_000))
    #expect(PropShare().turn(of: UploadClaim(length: 1, isSeed: true), at: .zero) == .inTurn)
  }

  @Test func propShareKeepsItsSharesBetweenRoundsAndFillsAStrangersPlace() {
    let giver = Snapshot.holds(5).with { $0.memo = Memo(ours: 9000) }
    let decision = decide(PropShare(), [giver, .waits(7), .waits()], round: nil)
    #expect(decision.regular == [0])
    #expect(decision.optimistic.count == 1)
    #expect(decision.memos[0].ours == 9000)
    #expect(decision.memos[decision.optimistic[0]].ours == 1000)
  }

  // MARK: FairTorrent and block-level

  @Test func fairTorrentServesTheLowestDeficitAndUnchokesEverybody() {
    let claim = UploadClaim(length: 16384, allSent: 500, allReceived: 2000)
    #expect(FairTorrent().turn(of: claim, at: .zero) == .ranked(-1500))
    for isSeed in [false, true] {
      let peers = [.waits(), .holds(9), Snapshot(isInterested: false)]
      #expect(decide(FairTorrent(), peers, isSeed: isSeed).all == [0, 1])
    }
  }

  /// Bytes sent beyond those received; a block is 16,384.
  @Test(arguments: [(-5, true), (16_384, true), (16_385, false), (40_000, false)] as [(Int64, Bool)])
  func blockLevelSendsNoMoreThanTwoBlocksBeyondWhatCame(ahead: Int64, isSent: Bool) {
    let claim = UploadClaim(length: 16384, allSent: 100_000 + ahead, allReceived: 100_000)
    #expect(BlockLevel().turn(of: claim, at: .zero) == (isSent ? .ranked(ahead) : .notBefore(.distantFuture)))
    #expect(BlockLevel().turn(of: UploadClaim(length: 1, allSent: 1 << 30, isSeed: true), at: .zero) == .inTurn)
    #expect(decide(BlockLevel(), [.waits(), Snapshot(isInterested: false)]).all == [0])
  }

  // MARK: Design space

  @Test func birdsServeThoseWhoseRateIsNearestToTheirOwnForASlot() {
    // 300 in three slots.
    let sated = Snapshot.waits().with { ($0.isInterested, $0.sent) = (false, 300) }
    let peers = [10, 90, 120, 500].map { Snapshot.waits($0) } + [sated]
    #expect(decide(Birds(slots: 2, optimisticSlots: 1), peers).regular == [1, 2])
  }

  @Test func theLoyalComeFirstAndStrangersOnlyWhereSlotsAreLeft() {
    func loyal(_ rounds: Int64, gives: Bool = true) -> Snapshot {
      .waits(gives ? 1 : 0).with { $0.memo = Memo(theirs: rounds) }
    }
    let decision = decide(LoyalWhenNeeded(slots: 2), [loyal(1), loyal(7), loyal(4), loyal(9, gives: false), .waits()])
    #expect(decision.regular == [1, 2])
    #expect(decision.optimistic.isEmpty)
    #expect(decision.memos.map(\.theirs) == [2, 8, 5, 0, 0])
    #expect(decide(LoyalWhenNeeded(slots: 3), [loyal(1), .waits(), .waits(), .waits()]).optimistic.count == 2)
    let holders = [Snapshot.holds(), .holds(optimistic: true)]
    #expect(decide(LoyalWhenNeeded(slots: 3), holders + [.waits(), loyal(1)], round: nil).all == [0, 1, 3])
    #expect(decide(LoyalWhenNeeded(slots: 2), holders + [.waits(), loyal(1)], round: nil).all == [0, 1])
    // A stranger that comes to a slot between rounds holds it as one.
    let vacancy = decide(LoyalWhenNeeded(slots: 4), holders + [.waits(), loyal(1)], round: nil)
    #expect(vacancy.regular == [0, 3] && vacancy.optimistic == [1, 2] && vacancy.drawn == [2])
  }

  @Test(arguments: [(72.0, true), (70.0, false)])
  func aStrangersSlotLastsThirtySeconds(since: Double, isKept: Bool) {
    let decision = decide(LoyalWhenNeeded(slots: 1), [.holds(since: since, optimistic: true), .waits(), .waits()])
    #expect(decision.regular.isEmpty && decision.optimistic.count == 1)
    #expect(decision.drawn.isEmpty == isKept)
  }

  @Test func aLoyalPeersSeedServesByLastUnchoke() {
    let holders = (1...4).map { Snapshot.holds(since: Double(10 * $0)) }
    #expect(decide(LoyalWhenNeeded(slots: 4), holders + [.waits()], round: 0, isSeed: true).all == [1, 2, 3, 4])
  }

  // MARK: To compare with

  @Test func roundRobinGivesItsSlotsInTurnWhateverAnybodySends() {
    func had(_ turn: Int64, gives: Int64 = 0) -> Snapshot { .waits(gives).with { $0.memo = Memo(ours: turn) } }
    let peers = [had(3, gives: 99), .waits(), had(1), had(2)]
    for isSeed in [false, true] {
      let decision = decide(RoundRobin(slots: 2), peers, isSeed: isSeed)
      #expect(decision.regular == [1, 2])
      #expect(decision.memos.map(\.ours) == [3, 4, 5, 2])
    }
    let holders = [6, 7].map { turn in Snapshot.holds(since: 90).with { $0.memo = Memo(ours: turn) } }
    #expect(decide(RoundRobin(slots: 2), holders + [.waits(), .waits()]).all == [2, 3])
    #expect(decide(RoundRobin(slots: 3), holders + [.waits(), .waits()], round: nil).all == [0, 1, 2])
  }

  /// Since when one of them holds a slot: the round before, or a moment between the two.
  @Test(arguments: [90.0, 91.5, 99])
  func randomGivesItsSlotsByLotAllAlike(since: Double) {
    var times = [0, 0, 0, 0]
    let snubbed = Snapshot.waits().with { $0.isSnubbed = true }
    let peers = [.waits(99), .holds(50, since: since, optimistic: true), .waits(), snubbed]
    for randomSeed in 1...2000 as ClosedRange<UInt64> {
      for place in decide(RandomSlots(slots: 2), peers, randomSeed: randomSeed).all { times[place] += 1 }
    }
    // 2000 draws of two of four: 1000 each, standard deviation 22.
    #expect(times.allSatisfy { abs($0 - 1000) < 120 })
  }

  @Test func unchokeEverybodyUnchokesAllThatAreInterested() {
    let peers = [.waits(), .holds(), Snapshot(isInterested: false)]
    for isSeed in [false, true] { #expect(decide(UnchokeEverybody(), peers, isSeed: isSeed).all == [0, 1]) }
    #expect(UnchokeEverybody().turn(of: UploadClaim(length: 1), at: .zero) == .inTurn)
  }
}
