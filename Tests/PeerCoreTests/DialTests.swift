import PeerCore
import SwarmTime
import Testing
import Wire

/// When an address is dialled, and when again.
@Suite struct DialTests {
  private let address = PeerAddress(ipv4: 7, port: 7000)

  /// Seconds between one dial and the next, of an address that never answers, until nothing happens for ten minutes.
  private func gaps(_ script: Script, _ first: [Action], most: Int = 20) -> [Double] {
    guard first.dialled == [address] else { return [] }
    var gaps: [Double] = []
    var last = script.now
    script.feed(.dialFailed(address))
    while script.now - last < .seconds(600), gaps.count < most {
      guard script.pass(0.5).dialled == [address] else { continue }
      gaps.append((script.now - last).seconds)
      last = script.now
      script.feed(.dialFailed(address))
    }
    return gaps
  }

  @Test func eachFailureDoublesTheWaitAndTheSixthIsTheLast() {
    let script = Script()
    #expect(gaps(script, script.feed(.addressesLearned([address]))) == [1, 2, 4, 8, 16])
    // Named again, it is tried again.
    #expect(script.feed(.addressesLearned([address])).dialled == [address])
  }

  @Test func anAddressThatWasGivenIsTriedForEver() {
    var started: [Action] = []
    let script = Script(change: { $0.givenPeers = [address] }, whenStarted: { started = $0 })
    #expect(gaps(script, started, most: 8) == [1, 2, 4, 8, 16, 32, 32, 32])
  }

  @Test func whoLetsUsInAndClosesAtOnceIsNoBetter() {
    let script = Script()
    #expect(script.feed(.addressesLearned([address])).dialled == [address])
    script.connect(1, address: 7, initiatedByUs: true)
    script.feed(.closed(ConnectionSlot(1)))
    #expect(script.feed(.addressesLearned([address])).dialled.isEmpty)
    #expect(script.pass(1).dialled == [address])
  }

  @Test func aGivenPeerIsDialledAgainWhenItsConnectionIsGone() {
    var started: [Action] = []
    let script = Script(change: { $0.givenPeers = [address] }, whenStarted: { started = $0 })
    #expect(started.dialled == [address])
    script.connect(1, address: 7, initiatedByUs: true)
    script.hear(1, .haveNone)
    #expect(script.pass(60).dialled.isEmpty)
    script.feed(.closed(ConnectionSlot(1)))
    #expect(script.pass(1).dialled == [address])
  }

  @Test func aPeerThatIsWaitedForKeepsNobodyElseWaiting() {
    let script = Script()
    script.feed(.addressesLearned([address]))
    script.feed(.dialFailed(address))
    let other = PeerAddress(ipv4: 8, port: 7000)
    #expect(script.feed(.addressesLearned([other])).dialled == [other])
  }
}
