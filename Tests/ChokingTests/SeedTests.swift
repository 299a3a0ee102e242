import Choking
import SwarmTime
import Testing

/// The seed's side: by last unchoke, newest first, two of five newly drawn in three rounds.
@Suite struct SeedTests {
  static func decide(
    _ peers: [Snapshot], _ occasion: ChokeMoment.Occasion, at now: SwarmInstant = .seconds(100),
    random: inout RandomSource
  ) -> [Int] {
    let moment = ChokeMoment(occasion: occasion, now: now, isSeed: true)
    let decision = TitForTat().unchoked(among: peers, at: moment, random: &random)
    #expect(decision.optimistic.isEmpty)
    return decision.regular
  }

  static let holders = (1...5).map {
    Snapshot(isInterested: true, unchokedSince: .seconds(Double(10 * $0)), wasUnchoked: true)
  }

  @Test(arguments: [(0, 1), (1, 1), (2, 0), (3, 1), (4, 1), (5, 0)])
  func inThreeRoundsTwoOfFiveAreNewlyDrawn(round: Int, drawn: Int) {
    var random = RandomSource(seed: 3)
    let waiting = Array(repeating: Snapshot(isInterested: true), count: 10)
    let decision = Self.decide(Self.holders + waiting, .round(number: round), random: &random)
    #expect(decision.count == 5)
    #expect(decision.count { $0 >= 5 } == drawn)
    // The one unchoked longest ago goes.
    #expect(decision.contains(0) == (drawn == 0))
  }

  @Test func nobodyGoesWhenNobodyWaits() {
    var random = RandomSource(seed: 3)
    #expect(Set(Self.decide(Self.holders, .round(number: 0), random: &random)) == [0, 1, 2, 3, 4])
  }

  @Test func aFreedSlotIsRefilledAtOnceAndNobodyElseLosesOne() {
    var random = RandomSource(seed: 3)
    var peers = Self.holders + [Snapshot(isInterested: true)]
    #expect(Set(Self.decide(peers, .vacancy, random: &random)) == [0, 1, 2, 3, 4])
    peers[2].isInterested = false
    #expect(Set(Self.decide(peers, .vacancy, random: &random)) == [0, 1, 3, 4, 5])
  }

  @Test func howFastAPeerTakesDoesNotMatter() {
    for fast in 0..<5 {
      var random = RandomSource(seed: 8)
      var peers = Self.holders + [Snapshot(isInterested: true)]
      peers[fast].sent = 1 << 30
      #expect(Set(Self.decide(peers, .round(number: 0), random: &random)) == [1, 2, 3, 4, 5])
    }
  }

  @Test func allAreServedEquallyLong() {
    var random = RandomSource(seed: 21)
    let count = 20
    var peers = (0..<count).map { _ in Snapshot(isInterested: true) }
    var served = Array(repeating: 0, count: count)
    let rounds = 6000
    for number in 0..<rounds {
      let now = SwarmInstant.seconds(Double(10 * number))
      let unchoked = Set(Self.decide(peers, .round(number: number), at: now, random: &random))
      for place in 0..<count {
        if unchoked.contains(place) {
          served[place] += 1
          if peers[place].unchokedSince == nil { peers[place].unchokedSince = now }
          peers[place].wasUnchoked = true
        } else {
          peers[place].unchokedSince = nil
        }
      }
    }
    let share = Double(5 * rounds) / Double(count)
    #expect(served.reduce(0, +) == 5 * rounds)
    #expect(served.allSatisfy { abs(Double($0) - share) < 0.25 * share })
  }
}
