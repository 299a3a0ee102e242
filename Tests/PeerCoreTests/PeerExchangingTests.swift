import PeerCore
import SwarmTime
import Testing
import Wire

/// Peer exchange (BEP 11).
@Suite struct PeerExchangingTests {
  private static func exchanging(has pieces: some Sequence<Int> = []) -> Script {
    Script(has: pieces) { $0.exchangesPeers = true }
  }

  /// A peer that takes messages under id 7 and listens on port 7001.
  private static func takeIn(_ slot: Int, _ script: Script, takesExchange: Bool = true) -> [Action] {
    script.connect(slot, id: UInt8(slot + 100), extended: true)
      + script.hear(
        slot, .haveNone,
        .extendedHandshake(ExtendedHandshake(peerExchangeID: takesExchange ? 7 : nil, listenPort: 7001)))
  }

  private static func told(_ actions: [Action], to slot: Int) -> [PeerExchange] {
    actions.sent(to: slot).compactMap {
      if case .extended(id: 7, let payload) = $0 { PeerExchange(parsing: payload) } else { nil }
    }
  }

  private static func hear(_ script: Script, _ slot: Int, _ exchange: PeerExchange) -> [Action] {
    script.hear(slot, .extended(id: 1, exchange.encoded))
  }

  private static func contact(_ ipv4: UInt32, _ port: UInt16 = 7001, _ flags: PeerExchange.Flags = [])
    -> PeerExchange.Contact
  {
    PeerExchange.Contact(ipv4: 0x0A00_0000 + ipv4, port: port, flags: flags)
  }

  private static func address(_ ipv4: UInt32) -> PeerAddress { PeerAddress(ipv4: 0x0A00_0000 + ipv4, port: 7001) }

  @Test func itIsOfferedOnlyWhereItIsSwitchedOn() {
    func offer(_ script: Script) -> UInt8? {
      for case .extendedHandshake(let handshake) in script.connect(1, extended: true).sent(to: 1) {
        return handshake.peerExchangeID
      }
      return nil
    }
    #expect(offer(Self.exchanging()) == 1)
    #expect(offer(Script()) == nil)
  }

  @Test func eachIsToldOfTheOthersOnceAMinuteAndOfWhatHasChanged() {
    let script = Self.exchanging()
    _ = Self.takeIn(1, script)
    _ = Self.takeIn(2, script)
    script.connect(3, initiatedByUs: true)
    script.hear(3, .haveAll)
    let first = Self.told(script.pass(10), to: 1)
    #expect(
      first == [
        PeerExchange(added: [.init(ipv4: 2, port: 7001), .init(ipv4: 3, port: 7000, flags: [.isSeed, .isReachable])])
      ])
    _ = Self.takeIn(4, script)
    script.feed(.closed(ConnectionSlot(2)))
    #expect(Self.told(script.pass(49), to: 1).isEmpty)
    #expect(
      Self.told(script.pass(21), to: 1) == [
        PeerExchange(added: [.init(ipv4: 4, port: 7001)], dropped: [.init(ipv4: 2, port: 7001)])
      ])
    // Nothing new, nothing said.
    #expect(Self.told(script.pass(200), to: 1).isEmpty)
  }

  @Test func whoDoesNotTakeItIsNotTold() {
    let script = Self.exchanging()
    _ = Self.takeIn(1, script, takesExchange: false)
    _ = Self.takeIn(2, script)
    let actions = script.pass(20)
    #expect(Self.told(actions, to: 1).isEmpty)
    #expect(Self.told(actions, to: 2).count == 1)
    // Switched off in the middle (BEP 10).
    script.hear(2, .extendedHandshake(ExtendedHandshake(peerExchangeID: 0)))
    _ = Self.takeIn(3, script)
    #expect(Self.told(script.pass(100), to: 2).isEmpty)
  }

  @Test func aMessageNamesFiftyAtMost() {
    let script = Self.exchanging()
    for slot in 1...70 { _ = Self.takeIn(slot, script) }
    let first = Self.told(script.pass(10), to: 1)
    #expect(first.map(\.added.count) == [50])
    let second = Self.told(script.pass(60), to: 1)
    #expect(second.map(\.added.count) == [19])
    #expect(Set((first + second).flatMap(\.added)).count == 69)
    for slot in 2...70 { script.feed(.closed(ConnectionSlot(slot))) }
    #expect(Self.told(script.pass(65), to: 1).map(\.dropped.count) == [50])
    #expect(Self.told(script.pass(65), to: 1).map(\.dropped.count) == [19])
  }

  @Test func whoIsNamedIsDialled() {
    let script = Self.exchanging()
    _ = Self.takeIn(1, script)
    let exchange = PeerExchange(
      added: [
        Self.contact(9), Self.contact(9), .init(ipv4: 50, port: 7000), Self.contact(10, 0),
        .init(ipv4: 0xE000_0001, port: 7001), .init(ipv4: 0, port: 7001), Self.contact(11, 7001, .isSeed),
      ])
    #expect(Self.hear(script, 1, exchange).dialled == [Self.address(9), Self.address(11)])
  }

  @Test func itIsNotHeardWhereItIsSwitchedOffNorUnderAnotherID() {
    let exchange = PeerExchange(added: [Self.contact(9)])
    let off = Script()
    _ = Self.takeIn(1, off)
    #expect(Self.hear(off, 1, exchange).dialled.isEmpty)
    let script = Self.exchanging()
    _ = Self.takeIn(1, script)
    #expect(script.hear(1, .extended(id: 2, exchange.encoded)).dialled.isEmpty)
    #expect(script.hear(1, .extended(id: 1, [1, 2, 3])).closing(1) == nil)
  }

  @Test func aSeedIsNotSentToSeeds() {
    let script = Self.exchanging(has: 0..<8)
    _ = Self.takeIn(1, script)
    let exchange = PeerExchange(added: [Self.contact(9, 7001, .isSeed), Self.contact(10)])
    #expect(Self.hear(script, 1, exchange).dialled == [Self.address(10)])
  }

  /// Forty are being dialled, so that what is told waits: who was dropped again is not dialled, nor are more than 200.
  @Test func whatOthersTellIsBounded() {
    let script = Self.exchanging()
    script.feed(.addressesLearned((1...40).map { PeerAddress(ipv4: 1000 + $0, port: 1) }))
    for slot in 1...5 {
      _ = Self.takeIn(slot, script)
      let names = (0..<100).map { Self.contact(UInt32(slot * 1000 + $0)) }
      _ = Self.hear(script, slot, PeerExchange(added: names))
    }
    // A second message of the same peer comes too soon; one that takes back does not.
    let late = PeerExchange(dropped: (0..<100).map { Self.contact(1000 + $0) })
    _ = Self.hear(script, 1, late)
    script.pass(30)
    _ = Self.hear(script, 1, late)
    for index in 1...40 as ClosedRange<UInt32> {
      script.feed(.dialFailed(PeerAddress(ipv4: 1000 + index, port: 1)))
    }
    var dialled: Set<PeerAddress> = []
    for _ in 0..<400 {
      for address in script.pass(1).dialled {
        if address.port == 7001 { dialled.insert(address) }
        script.feed(.dialFailed(address))
      }
    }
    #expect(dialled == Set((0..<100).map { Self.address(2000 + $0) }))
  }

  @Test func whoIsNotThereIsNotTriedAThirdTime() {
    let script = Self.exchanging()
    _ = Self.takeIn(1, script)
    #expect(Self.hear(script, 1, PeerExchange(added: [Self.contact(9)])).dialled == [Self.address(9)])
    script.feed(.dialFailed(Self.address(9)))
    #expect(script.pass(1).dialled == [Self.address(9)])
    script.feed(.dialFailed(Self.address(9)))
    #expect(script.pass(300).dialled.isEmpty)
  }
}
