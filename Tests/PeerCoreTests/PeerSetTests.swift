import PeerCore
import SwarmTime
import Testing
import Wire

/// Who is connected.
@Suite struct PeerSetTests {
  @Test func ourOwnAddressIsNotDialledAndOurselvesAreNotTalkedTo() {
    let script = Script()
    let addresses = [50, 1, 2, 1].map { PeerAddress(ipv4: $0, port: 7000) }
    #expect(script.feed(.addressesLearned(addresses)).dialled == [addresses[1], addresses[2]])
    #expect(script.connect(1, id: 50, initiatedByUs: true).closing(1) == "connected to ourselves")
  }

  @Test func whoIsConnectedOrBeingDialledIsNotDialledAgain() {
    let script = Script()
    script.connect(1)
    let addresses = [1, 2].map { PeerAddress(ipv4: $0, port: 7000) }
    #expect(script.feed(.addressesLearned(addresses)).dialled == [addresses[1]])
    #expect(script.feed(.addressesLearned(addresses)).dialled.isEmpty)
    script.feed(.dialFailed(addresses[1]))
    #expect(script.feed(.addressesLearned(addresses)).dialled.isEmpty)
    #expect(script.pass(1).dialled == [addresses[1]])
  }

  /// Two seeds part, and each tracker answer names the other again.
  @Test func aSeedDoesNotDialSeedsThatItHasMet() {
    let script = Script(has: 0..<8)
    let addresses = [1, 2, 3].map { PeerAddress(ipv4: $0, port: 7000) }
    script.connect(1, initiatedByUs: true)
    #expect(script.hear(1, .haveAll).closing(1) == "both are seeds")
    script.feed(.closed(ConnectionSlot(1)))
    // The other end parts first, and told where it listens.
    script.connect(2, extended: true)
    script.hear(2, .extendedHandshake(ExtendedHandshake(listenPort: 7001)), .haveAll)
    script.feed(.closed(ConnectionSlot(2)))
    #expect(script.feed(.addressesLearned(addresses)).dialled == [addresses[1], addresses[2]])
    #expect(script.feed(.addressesLearned([PeerAddress(ipv4: 2, port: 7001)])).dialled.isEmpty)
  }

  @Test func aLeecherDialsASeedThatHasLeftIt() {
    let script = Script(has: 0..<7)
    script.connect(1, initiatedByUs: true)
    script.hear(1, .haveAll)
    script.feed(.closed(ConnectionSlot(1)))
    let address = PeerAddress(ipv4: 1, port: 7000)
    #expect(script.feed(.addressesLearned([address])).dialled == [address])
  }

  @Test func thePeerSetHasAnEnd() {
    let script = Script()
    for slot in 1...80 { #expect(script.connect(slot, id: UInt8(slot + 100)).closing(slot) == nil) }
    #expect(script.connect(81, id: 200).closing(81) == "peer set full")
    script.feed(.closed(ConnectionSlot(5)))
    #expect(script.connect(5, id: 200).closing(5) == nil)
  }

  @Test func fortyAreDialledAtMostAndTheRestWhenOneFails() {
    let script = Script()
    let addresses = (1...60).map { PeerAddress(ipv4: $0 + 1000, port: 7000) }
    let dialled = script.feed(.addressesLearned(addresses)).dialled
    #expect(dialled == Array(addresses.prefix(40)))
    script.feed(.dialFailed(addresses[0]))
    #expect(script.pass(10).dialled == [addresses[40]])
  }

  /// Whatever the choking algorithm does: a peer that looks at its slots every ten minutes lives on.
  @Test func whoHearsNothingForTwoMinutesIsToldThatWeLive() {
    let script = Script { $0.chokePeriod = .seconds(600) }
    script.connect(1)
    let actions = script.pass(120)
    #expect(actions.sent(to: 1).count { $0 == .keepAlive } == 1)
    #expect(actions.closing(1) == nil)
    script.hear(1, .keepAlive)
    let later = script.pass(239)
    #expect(later.closing(1) == nil)
    #expect(later.sent(to: 1).count { $0 == .keepAlive } >= 1)
    #expect(script.pass(11).closing(1) == "silent for 240 s")
  }

  @Test func moreIsAskedOfTheTrackerBelowTwenty() {
    let script = Script()
    func wants(_ actions: [Action]) -> Bool { actions.contains { if case .wantPeers = $0 { true } else { false } } }
    #expect(wants(script.pass(10)))
    for slot in 1...20 { script.connect(slot) }
    #expect(!wants(script.pass(10)))
  }

  @Test func nothingThatARemoteSendsGrowsWithoutBound() {
    let script = Script(has: 0..<8, upload: RateLimit(bytesPerSecond: 1))
    script.connect(1)
    script.hear(1, .haveNone, .interested)
    var rejected = 0
    for index in 0..<1500 {
      let block = Block(piece: UInt32(index % 8), begin: UInt32(index / 8), length: 1)
      rejected += script.hear(1, .request(block)).sent(to: 1).count { $0 == .reject(block) }
    }
    #expect(rejected == 1000)
    script.hear(1, .notInterested)
    script.feed(.addressesLearned((0..<5000).map { PeerAddress(ipv4: $0, port: 1) }))
    for index in 0..<5000 { script.hear(1, .suggest(UInt32(index % 8)), .allowedFast(UInt32(index % 8))) }
    for index in 0..<5000 { script.hear(1, index % 2 == 0 ? .interested : .notInterested) }
    #expect(script.hear(1, .interested).sent(to: 1).contains(.unchoke))
  }
}
