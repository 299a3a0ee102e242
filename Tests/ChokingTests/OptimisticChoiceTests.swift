import Choking
import SwarmTime
import Testing

/// Who gets the optimistic slot, from tables and over many rounds.
@Suite struct OptimisticChoiceTests {
  static func waiting(_ chosen: Double?...) -> [Snapshot] {
    chosen.map { Snapshot(isInterested: true, wasUnchoked: $0 != nil, lastChosen: $0.map { .seconds($0) }) }
  }

  static func chosen(_ choice: OptimisticChoice, of peers: [Snapshot], isSeed: Bool = false) -> [Int] {
    var random = RandomSource(seed: 1)
    let moment = ChokeMoment(occasion: .round(number: 0), now: .seconds(500), isSeed: isSeed)
    let algorithm = TitForTat(slots: 0, optimisticSlots: 1, optimisticChoice: choice)
    let decision = algorithm.unchoked(among: peers, at: moment, random: &random)
    #expect(decision.drawn == (isSeed ? decision.regular : decision.optimistic))
    return decision.drawn
  }

  @Test(arguments: [false, true]) func theLongestWaitingComesFirstAndWhoNeverHadATurnBeforeAll(isSeed: Bool) {
    #expect(Self.chosen(.longestWaiting, of: Self.waiting(30, 10, 20), isSeed: isSeed) == [1])
    #expect(Self.chosen(.longestWaiting, of: Self.waiting(30, 10, nil, nil), isSeed: isSeed) == [2])
    #expect(Self.chosen(.longestWaiting, of: Self.waiting(30), isSeed: isSeed) == [0])
  }

  @Test(arguments: [false, true]) func aRotationGoesOnAfterTheOneChosenLast(isSeed: Bool) {
    #expect(Self.chosen(.rotation, of: Self.waiting(nil, nil), isSeed: isSeed) == [0])
    #expect(Self.chosen(.rotation, of: Self.waiting(30, 40, nil, 10), isSeed: isSeed) == [2])
    #expect(Self.chosen(.rotation, of: Self.waiting(nil, 30, 40), isSeed: isSeed) == [0])
    var peers = Self.waiting(10, 40, nil, 20)
    peers[2].isInterested = false
    #expect(Self.chosen(.rotation, of: peers, isSeed: isSeed) == [3])
  }

  /// A peer with one slot, optimistic, and twenty that wait, over an hour of rounds, as leecher and as seed.
  @Test(arguments: OptimisticChoice.allCases, [false, true])
  func inTurnAllAreServedEquallyLongAndByLotAlmost(choice: OptimisticChoice, isSeed: Bool) {
    var random = RandomSource(seed: 77)
    let algorithm = TitForTat(slots: 0, optimisticSlots: 1, optimisticChoice: choice)
    var peers = Array(repeating: Snapshot(isInterested: true), count: 20)
    var served = Array(repeating: 0, count: 20)
    for round in 0..<3600 {
      let now = SwarmInstant.seconds(Double(10 * round))
      let moment = ChokeMoment(occasion: .round(number: round), now: now, isSeed: isSeed)
      let decision = algorithm.unchoked(among: peers, at: moment, random: &random)
      #expect(decision.regular.count + decision.optimistic.count == 1)
      for place in peers.indices {
        let isUnchoked = decision.regular.contains(place) || decision.optimistic.contains(place)
        if decision.drawn.contains(place) { peers[place].lastChosen = now }
        if decision.drawn.contains(place), !isSeed { peers[place].optimisticSince = now }
        if isUnchoked {
          served[place] += 1
          if peers[place].unchokedSince == nil { peers[place].unchokedSince = now }
          peers[place].wasUnchoked = true
        } else {
          peers[place].unchokedSince = nil
          peers[place].optimisticSince = nil
        }
      }
    }
    // 1200 tenures of three rounds: 60 each, and by lot with a standard deviation of 7.5.
    if choice == .draw {
      #expect(Set(served).count > 1)
      #expect(served.allSatisfy { abs($0 - 180) < 3 * 45 })
    } else {
      #expect(served.allSatisfy { $0 == 180 })
    }
  }
}
