import Choking
import SwarmTime
import Testing

/// Each rule of the leecher's side, from tables.
@Suite struct TitForTatTests {
  static let now = SwarmInstant.seconds(100)

  static func decide(
    _ peers: [Snapshot], _ occasion: ChokeMoment.Occasion = .round(number: 1), at now: SwarmInstant = now,
    algorithm: TitForTat = TitForTat(), randomSeed: UInt64 = 5
  ) -> Unchoking {
    var random = RandomSource(seed: randomSeed)
    let moment = ChokeMoment(occasion: occasion, now: now, isSeed: false)
    return algorithm.unchoked(among: peers, at: moment, random: &random)
  }

  static func regular(_ received: Int64, since seconds: Double = 50) -> Snapshot {
    Snapshot(isInterested: true, received: received, unchokedSince: .seconds(seconds), wasUnchoked: true)
  }

  static func optimistic(_ received: Int64, since seconds: Double) -> Snapshot {
    Snapshot(
      isInterested: true, received: received, unchokedSince: .seconds(seconds), optimisticSince: .seconds(seconds),
      wasUnchoked: true)
  }

  static func choked(_ received: Int64 = 0) -> Snapshot { Snapshot(isInterested: true, received: received) }

  @Test func theFourBestSendersAreUnchokedAndOneMoreByLot() {
    let decision = Self.decide([10, 50, 30, 20, 40].map { Self.choked($0) })
    #expect(decision == Unchoking(regular: [1, 4, 2, 3], optimistic: [0], drawn: [0]))
  }

  @Test func whoIsNotInterestedHasNoSlotHoweverFast() {
    var fast = Self.regular(1000)
    fast.isInterested = false
    let decision = Self.decide([fast] + (1...3).map { Self.choked($0) })
    #expect(Set(decision.regular) == [1, 2, 3])
    #expect(decision.optimistic.isEmpty)
  }

  @Test func aSnubbedPeerLosesItsRegularSlotAndMayOnlyBeDrawn() {
    var snubbed = Self.regular(1000)
    snubbed.isSnubbed = true
    let decision = Self.decide([snubbed] + (1...4).map { Self.choked($0) })
    #expect(Set(decision.regular) == [1, 2, 3, 4])
    #expect(decision.optimistic == [0])
    // No slot is added for it: with all others served, four remain four.
    #expect(Self.decide([snubbed, Self.choked(1)]).regular == [1])
  }

  @Test func amongEqualsWhoHoldsASlotKeepsIt() {
    for randomSeed in 1...50 as ClosedRange<UInt64> {
      let peers = (0..<8).map { $0 % 2 == 1 ? Self.regular(7) : Self.choked(7) }
      #expect(Set(Self.decide(peers, randomSeed: randomSeed).regular) == [1, 3, 5, 7])
    }
  }

  @Test func amongEqualsWithoutASlotTheLotDecides() {
    var times = Array(repeating: 0, count: 8)
    for randomSeed in 1...2000 as ClosedRange<UInt64> {
      for place in Self.decide((0..<8).map { _ in Self.choked() }, randomSeed: randomSeed).regular { times[place] += 1 }
    }
    // 2000 draws of 4 out of 8: 1000 each, standard deviation 22.
    #expect(times.allSatisfy { abs($0 - 1000) < 120 })
  }

  @Test func theDrawGivesANewcomerThreeTimesTheWeight() {
    let known = Snapshot(isInterested: true, wasUnchoked: true)
    let peers = (1...4).map { Self.regular(Int64(100 * $0)) } + [Self.choked(), known, known, known]
    var newcomer = 0
    for randomSeed in 1...6000 as ClosedRange<UInt64> {
      if Self.decide(peers, randomSeed: randomSeed).optimistic == [4] { newcomer += 1 }
    }
    // Weights 3, 1, 1, 1: one half of 6000, standard deviation 39.
    #expect(abs(newcomer - 3000) < 200)
  }

  @Test(arguments: [(80.0, true), (70.5, false), (70.0, false), (60.0, false)])
  func anOptimisticSlotLastsThirtySeconds(since: Double, isKept: Bool) {
    let peers = (1...4).map { Self.regular(Int64(100 * $0)) } + [Self.optimistic(0, since: since)]
    let others = (0..<40).map { _ in Self.choked() }
    let decision = Self.decide(peers + others)
    #expect(decision.optimistic.count == 1)
    #expect((decision.drawn == []) == isKept)
    #expect((decision.optimistic == [4]) == isKept)
  }

  @Test func whoEndsATenureCanBeDrawnAgain() {
    let peers = (1...4).map { Self.regular(Int64(100 * $0)) } + [Self.optimistic(0, since: 60)]
    #expect(Self.decide(peers) == Unchoking(regular: [3, 2, 1, 0], optimistic: [4], drawn: [4]))
  }

  @Test func anOptimisticPeerThatEarnsARegularSlotIsReplacedAtOnce() {
    let peers = (1...4).map { Self.regular(Int64(100 * $0)) } + [Self.optimistic(250, since: 90), Self.choked()]
    let decision = Self.decide(peers)
    #expect(decision.regular == [3, 2, 4, 1])
    #expect(decision.drawn.count == 1)
    #expect(decision.drawn == decision.optimistic)
    #expect([0, 5].contains(decision.drawn[0]))
  }

  @Test func aFreeRegularSlotIsGivenBetweenRoundsToTheBestThatWaits() {
    let peers = [Self.regular(10), Self.regular(5), Self.regular(1), Self.choked(3), Self.choked(9)]
    let decision = Self.decide(peers, .vacancy)
    #expect(Set(decision.regular) == [0, 1, 2, 4])
    #expect(decision.optimistic == [3])
  }

  @Test func betweenRoundsNobodyLosesASlotThatItWants() {
    let holders = (1...4).map { Self.regular(Int64($0)) } + [Self.optimistic(0, since: 20)]
    let decision = Self.decide(holders + [Self.choked(1000)], .vacancy)
    #expect(decision == Unchoking(regular: [0, 1, 2, 3], optimistic: [4], drawn: []))
  }

  @Test func aHolderThatHasLostInterestGivesItsSlotUpBetweenRounds() {
    var sated = Self.regular(99)
    sated.isInterested = false
    let decision = Self.decide(
      [sated] + (1...3).map { Self.regular(Int64($0)) } + [Self.choked(), Self.choked()], .vacancy)
    #expect(decision.regular.count == 4)
    #expect(!decision.regular.contains(0))
    #expect(decision.optimistic.count == 1)
  }

  @Test(arguments: [(1, 0), (2, 1), (4, 1), (7, 3), (0, 2)])
  func thereAreNeverMoreThanTheDeclaredSlots(slots: Int, optimisticSlots: Int) {
    let algorithm = TitForTat(slots: slots, optimisticSlots: optimisticSlots)
    var random = RandomSource(seed: 11)
    for _ in 0..<300 {
      let peers = (0..<random.below(20)).map { _ in Self.random(&random) }
      for occasion in [ChokeMoment.Occasion.round(number: random.below(9)), .vacancy] {
        let decision = Self.decide(peers, occasion, algorithm: algorithm, randomSeed: random.next())
        let all = decision.regular + decision.optimistic
        #expect(Set(all).count == all.count)
        #expect(all.allSatisfy { peers[$0].isInterested })
        #expect(Set(decision.drawn).isSubset(of: decision.optimistic))
        // A round starts afresh; between rounds slots are only kept or filled, and some may hold one from before.
        guard case .round = occasion else { continue }
        #expect(decision.regular.count <= slots)
        #expect(decision.optimistic.count <= optimisticSlots)
        let candidates = peers.count { $0.isInterested && !$0.isSnubbed }
        #expect(decision.regular.count == min(slots, candidates))
      }
    }
  }

  private static func random(_ random: inout RandomSource) -> Snapshot {
    let unchoked = random.below(3) == 0 ? SwarmInstant.seconds(Double(random.below(100))) : nil
    return Snapshot(
      isInterested: random.below(4) > 0, received: Int64(random.below(5)), sent: 0, isSnubbed: random.below(6) == 0,
      unchokedSince: unchoked, optimisticSince: random.below(4) == 0 ? unchoked : nil, wasUnchoked: unchoked != nil)
  }

  @Test func theCatalogueKnowsItsNames() {
    for name in ChokingCatalogue.names {
      #expect(ChokingCatalogue.algorithm(named: name) != nil)
    }
    #expect(ChokingCatalogue.algorithm(named: "tit for tat") == nil)
  }
}
