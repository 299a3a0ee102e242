import Choking
import SwarmTime
import Testing

/// Mainline's list that rotates, from tables.
@Suite struct MainlineTests {
  /// In the list in this order.
  private static func listed(_ peers: [Snapshot]) -> [Snapshot] {
    peers.enumerated().map { place, peer in peer.with { $0.memo = Memo(ours: Int64(place)) } }
  }

  @Test func theBestSendersArePreferredAndTheHeadOfTheListIsUnchokedBesides() {
    let peers = Self.listed([.waits(1), .waits(2), .waits(50), .waits(40), .waits(30), .waits(20)])
    let decision = decide(Mainline34(slots: 4), peers)
    #expect(Set(decision.regular) == [2, 3, 4, 5])
    #expect(decision.optimistic == [0])
    #expect(decision.drawn == [0])
  }

  @Test func whoIsSnubbedIsNotPreferredButASeedForgivesIt() {
    let peers = Self.listed([.waits(5).with { ($0.isSnubbed, $0.sent) = (true, 9) }, .waits(), .waits()])
    #expect(!decide(Mainline34(slots: 1), peers).regular.contains(0))
    #expect(decide(Mainline34(slots: 1), peers, isSeed: true).regular.contains(0))
  }

  @Test func whoWantsNothingAndStandsBeforeTheOptimisticOneIsUnchokedToo() {
    let idle = Snapshot(isInterested: false)
    let peers = Self.listed([idle] + (1...4).map { .waits($0) } + [.waits(), idle])
    let decision = decide(Mainline34(slots: 4), peers)
    #expect(decision.all == [0, 1, 2, 3, 4, 5])
    #expect(decision.optimistic == [5])
    #expect(decide(Mainline34(slots: 4), peers, isSeed: true).all == [0, 1, 2, 3, 4, 5])
  }

  @Test(arguments: [(0, true), (1, false), (2, false), (3, true)])
  func everyThirdRoundTheFirstThatWaitsComesToTheHead(round: Int, rotates: Bool) {
    let peers = Self.listed([.holds(9), .holds(8), .holds(0, optimistic: true), .waits(), .waits()])
    let decision = decide(Mainline34(slots: 2), peers, round: round)
    #expect(decision.optimistic == [rotates ? 3 : 2])
    #expect(decision.memos.map(\.ours) == (rotates ? [2, 3, 4, 0, 1] : [0, 1, 2, 3, 4]))
  }

  @Test func aNewConnectionComesToTheHeadThreeTimesAsOftenIn34AndEvenlyIn40() {
    var heads = (old: 0, new: 0)
    let peers = Self.listed([.waits(), .waits(), .waits()]) + [.waits()]
    for randomSeed in 1...3000 as ClosedRange<UInt64> {
      if decide(Mainline34(), peers, randomSeed: randomSeed).memos[3].ours == 0 { heads.old += 1 }
      if decide(Mainline40(), peers, randomSeed: randomSeed).memos[3].ours == 0 { heads.new += 1 }
    }
    // Three of six and one of four, of 3000: 1500 and 750, standard deviations 27 and 24.
    #expect(abs(heads.old - 1500) < 150)
    #expect(abs(heads.new - 750) < 130)
  }

  @Test func fourAreUnchokedAtLeastIn34AndTwoIn40() {
    let peers = Self.listed((0..<6).map { _ in .waits().with { $0.isSnubbed = true } })
    #expect(decide(Mainline34(slots: 6), peers).all.count == 4)
    #expect(decide(Mainline40(slots: 6), peers).all.count == 2)
  }

  @Test func aSeedOf34ServesTheFastestAndOneOf40ByLastUnchoke() {
    let peers = Self.listed(
      (0..<6).map { place in .holds(since: Double(10 * place)).with { $0.sent = Int64(100 - place) } })
    #expect(decide(Mainline34(slots: 4), peers, isSeed: true).regular.sorted() == [0, 1, 2, 3])
    #expect(decide(Mainline40(slots: 4), peers, round: 2, isSeed: true).all == [2, 3, 4, 5])
  }

  /// Slots, the round, and how many come to one.
  @Test(
    arguments: [
      (4, 0, 1), (4, 1, 1), (4, 2, 0), (6, 0, 1), (6, 1, 1), (6, 2, 0), (3, 0, 1), (3, 1, 0), (8, 0, 2), (8, 1, 1),
    ] as [(Int, Int, Int)])
  func aSeedOf40GivesTwoOfFourSlotsByLotInThreeRoundsAndOthersInProportion(slots: Int, round: Int, drawn: Int) {
    let peers = (1...slots).map { Snapshot.holds(since: Double(10 * $0)) } + [.waits(), .waits()]
    let decision = decide(Mainline40(slots: slots), peers, round: round, isSeed: true)
    #expect(decision.all.count == slots)
    #expect(decision.drawn.count == drawn)
    #expect(decision.all.isDisjoint(with: 0..<drawn))
    let idle = decide(Mainline40(slots: slots), [Snapshot(isInterested: false)], round: round, isSeed: true)
    #expect(idle.all.isEmpty)
    #expect(decide(Mainline40(slots: slots + 1), peers, round: nil, isSeed: true).drawn.count == 1)
  }

  @Test func aRelistingBetweenRoundsRotatesNothing() {
    let peers = Self.listed([.holds(9), .holds(0, optimistic: true), .waits()])
    let decision = decide(Mainline34(slots: 1), peers, round: nil)
    #expect(decision.memos.map(\.ours) == [0, 1, 2])
    #expect(decision.all.isSuperset(of: [0, 1]))
  }
}
