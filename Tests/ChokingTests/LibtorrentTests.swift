import Choking
import SwarmTime
import Testing

/// libtorrent's two chokers and its seed rules, from tables.
@Suite struct LibtorrentTests {
  @Test func roundsAreFifteenSecondsLong() {
    #expect(LibtorrentFixedSlots().period == .seconds(15))
    #expect(LibtorrentRateBased().period == .seconds(15))
  }

  @Test func slotsGoByBytesOfTheLastRoundAndSnubbingDoesNotMatter() {
    let peers: [Snapshot] = [
      .waits(1).with { $0.received = 900 }, .waits(7), .waits(8).with { $0.isSnubbed = true }, .waits(0),
    ]
    #expect(decide(LibtorrentFixedSlots(slots: 2, optimisticSlots: 0), peers).regular == [2, 1])
  }

  @Test func theOptimisticSlotGoesToWhoWaitsLongestForItAndLastsThirtySeconds() {
    let algorithm = LibtorrentFixedSlots(slots: 1, optimisticSlots: 1)
    let chosen = [60.0, 20, 40].map { at in Snapshot.waits().with { $0.lastChosen = .seconds(at) } }
    #expect(decide(algorithm, [.waits(9)] + chosen).optimistic == [2])
    #expect(decide(algorithm, [.waits(9)] + chosen + [.waits()]).optimistic == [4])
    for (since, isKept) in [(75.0, true), (70.0, false)] {
      let holder = Snapshot.holds(since: since, optimistic: true).with { $0.lastChosen = .seconds(since) }
      #expect((decide(algorithm, [.waits(9), holder] + chosen).optimistic == [1]) == isKept)
    }
  }

  @Test func aFreeSlotIsGivenAtOnceByFixedSlotsAndNotByRateBased() {
    let peers: [Snapshot] = [.holds(3), .waits(), Snapshot.holds(9).with { $0.isInterested = false }]
    #expect(decide(LibtorrentFixedSlots(slots: 2, optimisticSlots: 0), peers, round: nil).all == [0, 1])
    #expect(decide(LibtorrentRateBased(), peers, round: nil).all == [0])
  }

  /// Rates in the last round, bytes per second, and the slots in all.
  @Test(
    arguments: [
      ([], 1), ([1024], 1), ([1100], 2), ([4000, 4000], 3), ([9000, 9000, 9000, 9000], 5), ([4000, 3000, 6000], 3),
    ] as [([Int64], Int)])
  func rateBasedHasAsManySlotsAsTheRatesJustify(rates: [Int64], slots: Int) {
    let peers = rates.map { rate in Snapshot.holds().with { $0.sentThisRound = 15 * rate } }
    let decision = decide(LibtorrentRateBased(), peers + (0..<8).map { _ in .waits() })
    #expect(decision.all.count == slots)
    #expect(decision.optimistic.count == 1)
  }

  @Test func roundRobinServesEachForMoreThanTwentyPiecesAndAMinuteThenOthers() {
    let algorithm = LibtorrentFixedSlots(slots: 1, optimisticSlots: 0, seedRule: .roundRobin)
    for (pieces, since, isServedOn) in [(21, 30.0, false), (20, 30, true), (21, 50, true)] as [(Int64, Double, Bool)] {
      let served = Snapshot.holds(since: since).with {
        $0.allSent = 5000 + pieces * 1000
        $0.sentThisRound = 15
        $0.memo = Memo(ours: 5000)
      }
      #expect(decide(algorithm, [served, .waits()], isSeed: true).regular == [isServedOn ? 0 : 1])
    }
    let waited = [80.0, 10].map { at in Snapshot.waits().with { $0.lastChange = .seconds(at) } }
    #expect(decide(algorithm, waited, isSeed: true).regular == [1])
  }

  @Test func fastestUploadServesWhomItSendsToFastest() {
    let algorithm = LibtorrentFixedSlots(slots: 1, optimisticSlots: 0, seedRule: .fastestUpload)
    let peers = [5, 9, 7].map { sent in Snapshot.holds().with { $0.sentThisRound = sent } }
    #expect(decide(algorithm, peers, isSeed: true).regular == [1])
  }

  /// Pieces of 100 that each has, and what it was sent, in pieces.
  @Test(arguments: [([50, 3, 60], [0, 0, 0], 1), ([50, 95, 20], [0, 0, 0], 1), ([0, 20], [50, 0], 1)])
  func antiLeechServesBeginnersAndWhoIsNearlyDone(has: [Int], given: [Int64], served: Int) {
    let algorithm = LibtorrentFixedSlots(slots: 1, optimisticSlots: 0, seedRule: .antiLeech)
    let peers = zip(has, given).map { has, given in
      Snapshot.waits().with {
        $0.pieces = has
        $0.allSent = 1000 * given
      }
    }
    #expect(decide(algorithm, peers, isSeed: true).regular == [served])
  }

  @Test func whatOneHadBeenSentWhenItWasUnchokedIsNoted() {
    let peers = [
      Snapshot.waits().with { $0.allSent = 70 },
      Snapshot.holds().with {
        $0.allSent = 90
        $0.memo = Memo(ours: 30)
      },
    ]
    #expect(decide(LibtorrentFixedSlots(), peers).memos.map(\.ours) == [70, 30])
  }
}
