import Choking
import SwarmTime
import Testing

/// The chokers of Transmission, rTorrent, aria2 and anacrolix/torrent, from tables.
@Suite struct ClientTests {
  // MARK: Transmission

  @Test func transmissionRanksByTheLastTwoSeconds() {
    let lately = [3, 9, 5].map { bytes in Snapshot.waits(0).with { $0.receivedLately = bytes } }
    let sent = [9, 3, 5].map { bytes in Snapshot.waits(0).with { $0.sentLately = bytes } }
    #expect(decide(Transmission(slots: 2), lately).regular == [1, 2])
    #expect(decide(Transmission(slots: 2), sent, isSeed: true).regular == [0, 2])
  }

  @Test func transmissionUnchokesTheUninterestedThatRankBeforeTheLast() {
    func idle(_ bytes: Int64) -> Snapshot { .waits(bytes).with { $0.isInterested = false } }
    let decision = decide(Transmission(slots: 2), [idle(9), .waits(8), .waits(7), idle(6)])
    #expect(decision.regular == [0, 1, 2])
    #expect(decision.optimistic.isEmpty)
  }

  @Test(arguments: [(60.0, true), (52.0, true), (50.0, false), (40.0, false)])
  func transmissionsOptimisticSlotLastsFiftySeconds(since: Double, isKept: Bool) {
    let peers = [.waits(9), .holds(since: since, optimistic: true)] + (0..<20).map { _ in Snapshot.waits() }
    let decision = decide(Transmission(slots: 1), peers)
    #expect(decision.optimistic.count == 1)
    #expect((decision.optimistic == [1]) == isKept)
    #expect(decision.drawn.isEmpty == isKept)
  }

  @Test func transmissionLeavesAsItIsWhoChangedLessThanTenSecondsAgo() {
    let unchoked = Snapshot.holds(0, since: 95)
    let choked = Snapshot.waits(99).with { $0.lastChange = .seconds(95) }
    let decision = decide(Transmission(slots: 1), [unchoked, choked, .waits(5)])
    #expect(decision.all.contains(0))
    #expect(!decision.all.contains(1))
  }

  @Test func transmissionDoesNothingBetweenRounds() {
    let sated = Snapshot.holds(5).with { $0.isInterested = false }
    #expect(decide(Transmission(slots: 4), [sated, .waits(9), .holds(optimistic: true)], round: nil).all == [0, 2])
  }

  // MARK: rTorrent

  @Test(arguments: [(1, 1), (8, 1), (9, 2), (30, 4), (31, 4), (41, 5)])
  func rakshasaExchangesAnEighthOrATenth(unchoked: Int, exchanged: Int) {
    let peers = (0..<unchoked).map { Snapshot.holds(Int64(1_000_000 + $0)) } + (0..<60).map { _ in .waits() }
    let decision = decide(Rakshasa(slots: unchoked), peers)
    #expect(decision.all.count == unchoked)
    #expect(decision.all.count { $0 >= unchoked } == exchanged)
    // The slowest go.
    #expect(decision.all.isDisjoint(with: 0..<exchanged))
  }

  @Test func rakshasaChokesTheStingyFirstAndASeedWhomItSendsLeast() {
    let stingy = Snapshot.holds(2047 * 30)
    let peers = [.holds(2048 * 30), stingy, .holds(9_000_000), .waits()]
    #expect(!decide(Rakshasa(slots: 3), peers).all.contains(1))
    let sent = [9, 1, 5].map { bytes in Snapshot.holds().with { $0.sentThisRound = bytes } }
    #expect(decide(Rakshasa(slots: 3), sent + [.waits()], isSeed: true).all == [0, 2, 3])
  }

  @Test func rakshasasLotGivesTheGenerousThreeTimesTheWeight() {
    var generous = 0
    for randomSeed in 1...3000 as ClosedRange<UInt64> {
      let decision = decide(Rakshasa(slots: 1), [.waits(9_000_000), .waits(), .waits()], randomSeed: randomSeed)
      if decision.regular == [0] { generous += 1 }
    }
    // Three of five, of 3000: 1800, standard deviation 27.
    #expect(abs(generous - 1800) < 150)
  }

  @Test func rakshasaFillsAFreeSlotAtOnceButNotWithWhomItChokedJustNow() {
    let peers = [.holds(), .waits().with { $0.lastChange = .seconds(95) }, Snapshot.waits()]
    #expect(decide(Rakshasa(slots: 3), peers, round: nil).all == [0, 2])
    #expect(Rakshasa().period == .seconds(30))
  }

  // MARK: aria2

  @Test func aria2ServesWhoSentABlockWithinThirtySecondsAndNobodyThatSnubs() {
    let peers: [Snapshot] = [
      .waits(5), .waits(9).with { $0.lastReceived = .seconds(69) }, .waits(8).with { $0.isSnubbed = true },
      .waits(1).with { $0.lastReceived = .seconds(70) },
    ]
    let decision = decide(Aria2(slots: 3), peers, round: 0)
    #expect(decision.regular == [0, 3])
    #expect(decision.optimistic == [1])
  }

  @Test(arguments: [(0, false), (1, true), (2, true), (3, false)])
  func aria2ChoosesByLotAtTheFirstOfThreeRounds(round: Int, isKept: Bool) {
    let peers = [.waits(9), .holds(optimistic: true)] + (0..<30).map { _ in Snapshot.waits() }
    let decision = decide(Aria2(slots: 1), peers, round: round)
    #expect((decision.optimistic == [1]) == isKept)
    #expect(decision.drawn.isEmpty == isKept)
    // Who earns a regular slot is replaced at once.
    let earned = decide(Aria2(slots: 1), [.holds(9, optimistic: true), .waits(), .waits()], round: round)
    #expect(earned.regular == [0])
    #expect(earned.drawn.count == 1)
    // So is who snubs us, and who wants nothing any more.
    let changes: [(inout Snapshot) -> Void] = [{ $0.isSnubbed = true }, { $0.isInterested = false }]
    for change in changes {
      let peers = [.waits(9), Snapshot.holds(optimistic: true).with(change), .waits()]
      #expect(decide(Aria2(slots: 1), peers, round: round).drawn == [2])
      #expect(decide(Aria2(slots: 1), peers, round: nil).drawn.isEmpty)
    }
  }

  @Test func aria2GivesNothingBetweenRoundsAndServesAsASeedByLastUnchoke() {
    let sated = Snapshot.holds(5).with { $0.isInterested = false }
    #expect(decide(Aria2(slots: 3), [sated, .waits(9), .holds(1)], round: nil).all == [2])
    let peers = (1...4).map { Snapshot.holds(since: Double(10 * $0)) } + [.waits()]
    #expect(decide(Aria2(slots: 3), peers, round: 0, isSeed: true).all == [1, 2, 3, 4])
    #expect(decide(Aria2(slots: 3), peers, round: 2, isSeed: true).all == [0, 1, 2, 3])
    #expect(decide(Aria2(slots: 2), Array(peers.suffix(4)), round: 0, isSeed: true).all == [1, 2, 3])
    #expect(decide(Aria2(slots: 2), Array(peers.suffix(4)), round: 1, isSeed: true).all == [0, 1, 2])
  }

  // MARK: anacrolix/torrent

  /// Sent and received, in KiB, whether it has what we lack, and whether it is unchoked.
  @Test(
    arguments: [
      (0, 0, true, true), (99, 0, true, true), (100, 0, true, false), (150, 60, true, true), (0, 9, false, false),
    ] as [(Int64, Int64, Bool, Bool)])
  func anacrolixUnchokesWhoIsWithinItsCredit(sent: Int64, received: Int64, isWanted: Bool, isUnchoked: Bool) {
    let peer = Snapshot.waits().with {
      ($0.allSent, $0.allReceived, $0.isWanted) = (sent << 10, received << 10, isWanted)
    }
    for round in [1, nil] { #expect(decide(Anacrolix(), [peer], round: round).all.isEmpty != isUnchoked) }
    #expect(decide(Anacrolix(), [peer], isSeed: true).all == [0])
    #expect(decide(Anacrolix(), [peer.with { $0.isInterested = false }], isSeed: true).all.isEmpty)
  }
}
