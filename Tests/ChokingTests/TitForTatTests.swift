import Choking
import SwarmTime
import Testing

@Suite struct TitForTatTests {
  var random = RandomSource(seed: 5)
  let now = SwarmInstant.seconds(100)

  @Test mutating func theFourBestSendersAreUnchoked() {
    let peers = [10, 50, 30, 20, 40].map { Snapshot(isInterested: true, received: $0) }
    let moment = ChokeMoment(occasion: .round(number: 1), now: now, isSeed: false)
    let decision = TitForTat().unchoked(among: peers, at: moment, random: &random)
    #expect(decision.regular == [1, 4, 2, 3])
    #expect(decision.optimistic == [0])
  }
}
