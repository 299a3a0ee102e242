import PeerCore
import SwarmTime
import Testing
import Wire

/// Who is connected, and which of two connections with one peer stays.
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
    #expect(script.feed(.addressesLearned(addresses)).dialled == [addresses[1]])
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
    script.hear(2, .extendedHandshake(requestQueue: nil, listenPort: 7001), .haveAll)
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

  /// Both sides dial at once: both must keep the connection that the smaller peer id initiated. Ours is 50.
  @Test(arguments: [(9, true), (9, false), (90, true), (90, false)] as [(UInt8, Bool)])
  func ofTwoCrossingConnectionsTheSmallerIDsStays(id: UInt8, firstIsOurs: Bool) {
    let script = Script()
    script.connect(1, id: id, address: 7, initiatedByUs: firstIsOurs)
    let actions = script.connect(2, id: id, address: 7, initiatedByUs: !firstIsOurs)
    let keepsOurs = id > 50
    #expect((actions.closing(1) != nil) == (firstIsOurs != keepsOurs))
    #expect((actions.closing(2) != nil) == (firstIsOurs == keepsOurs))
  }

  @Test(arguments: [(1.0, false), (3.0, true)])
  func fromANewAddressTheNewerStaysIfTheOlderIsSilent(silentFor: Double, newerStays: Bool) {
    let script = Script()
    script.connect(1, id: 9, address: 1)
    script.hear(1, .haveAll, .unchoke)
    script.block(1, Script.block(0, 0))
    script.pass(silentFor)
    let actions = script.connect(2, id: 9, address: 2)
    #expect((actions.closing(1) != nil) == newerStays)
    #expect((actions.closing(2) != nil) == !newerStays)
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
    for index in 0..<2000 {
      let block = Block(piece: UInt32(index % 8), begin: UInt32(index / 8), length: 1)
      rejected += script.hear(1, .request(block)).sent(to: 1).count { $0 == .reject(block) }
    }
    #expect(rejected == 1500)
    script.hear(1, .notInterested)
    script.feed(.addressesLearned((0..<5000).map { PeerAddress(ipv4: $0, port: 1) }))
    for index in 0..<5000 { script.hear(1, .suggest(UInt32(index % 8)), .allowedFast(UInt32(index % 8))) }
    for index in 0..<5000 { script.hear(1, index % 2 == 0 ? .interested : .notInterested) }
    #expect(script.hear(1, .interested).sent(to: 1).contains(.unchoke))
  }
}
