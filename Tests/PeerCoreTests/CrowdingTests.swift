import PeerCore
import SwarmTime
import Testing
import Wire

/// Who is let go when all eighty places are taken.
@Suite("A full peer set")
struct CrowdingTests {
  private static func address(_ number: Int) -> PeerAddress { PeerAddress(ipv4: UInt32(1000 + number), port: 7000) }

  /// Eighty came from as many addresses, in slots 0 to 79, in this order.
  private static func full(_ change: (inout PeerConfiguration) -> Void = { _ in }) -> Script {
    let script = Script(pieceCount: 64, change: change)
    for slot in 0..<80 { #expect(script.connect(slot, id: UInt8(100 + slot)).closing(slot) == nil) }
    return script
  }

  /// The dial comes to a connection, of which everybody else is told.
  private static func enter(_ script: Script, _ number: Int, slot: Int = 200) -> [Action] {
    script.connect(slot, id: UInt8(number), address: address(number).ipv4, initiatedByUs: true)
  }

  private static func closed(_ actions: [Action]) -> [Int] {
    actions.compactMap { if case .close(let slot, _) = $0 { slot.index } else { nil } }
  }

  @Test("A newcomer gets the place of the last of a crowd from one address; a crowd gets no more")
  func crowd() {
    let script = Script()
    for slot in 0..<78 { script.connect(slot, id: UInt8(100 + slot), address: 7) }
    script.connect(78, id: 1, address: 8)
    script.connect(79, id: 2, address: 9)
    #expect(script.connect(80, id: 3, address: 7).closing(80) == "peer set full")
    script.feed(.closed(ConnectionSlot(80)))
    let actions = script.connect(81, id: 4, address: 10)
    #expect(actions.closing(77) == "too many from its address" && actions.closing(81) == nil)
    // Two of an address are no crowd beside one of another.
    let small = Script()
    for slot in 0..<80 { small.connect(slot, id: UInt8(100 + slot), address: UInt32(slot / 2)) }
    #expect(small.connect(80, id: 3, address: 0).closing(80) == "peer set full")
  }

  @Test("Whom we were dialling when a flood came gets in, at the expense of the last of the flood")
  func dialledBefore() {
    let script = Script()
    #expect(script.feed(.addressesLearned((0..<40).map(Self.address))).dialled.count == 40)
    for slot in 0..<80 { #expect(script.connect(slot, id: UInt8(100 + slot)).closing(slot) == nil) }
    for number in 0..<40 {
      let actions = Self.enter(script, number, slot: 100 + number)
      #expect(Self.closed(actions) == [79 - number])
      #expect(actions.closing(79 - number) == "its place is for one that we have dialled")
      #expect(actions.dialled.isEmpty)
    }
    // The other half is theirs.
    #expect(script.connect(90, id: 250, address: 999).closing(90) == "peer set full")
    script.feed(.addressesLearned([Self.address(50)]))
    #expect(script.pass(60).dialled.isEmpty)
  }

  @Test("A flood that came before does not keep it from dialling: one every ten seconds, until forty are its own")
  func dialledAfter() {
    let script = Self.full()
    #expect(script.feed(.addressesLearned((0..<60).map(Self.address))).dialled.isEmpty)
    for number in 0..<40 {
      #expect(script.pass(10).dialled == [Self.address(number)])
      #expect(Self.closed(Self.enter(script, number, slot: 100 + number)) == [79 - number])
      for slot in 0..<140 { script.hear(slot, .keepAlive) }
    }
    #expect(script.pass(60).dialled.isEmpty)
  }

  @Test("One that cannot be reached costs nobody a place")
  func dialledInVain() {
    let script = Self.full()
    script.feed(.addressesLearned([Self.address(0)]))
    let first = script.pass(10)
    #expect(first.dialled == [Self.address(0)] && Self.closed(first).isEmpty)
    #expect(Self.closed(script.feed(.dialFailed(Self.address(0)))).isEmpty)
    let second = script.pass(10)
    #expect(second.dialled == [Self.address(0)] && Self.closed(second).isEmpty)
  }

  @Test("Who brings us something stays, who is served stays, and one of many from an address goes before one alone")
  func leastUseful() throws {
    let script = Script(pieceCount: 64, has: 0..<8)
    for slot in 0..<80 { script.connect(slot, id: UInt8(100 + slot), address: slot == 5 ? 6 : UInt32(slot)) }
    let asked = script.hear(79, .haveAll, .unchoke).requests(to: 79)
    try #require(asked.count >= 4)
    script.block(79, asked[0])
    #expect(script.hear(78, .haveNone, .interested).chokeChanges == ["unchoke 78"])
    script.feed(.addressesLearned((0..<3).map(Self.address)))
    var gone: [Int] = []
    for number in 0..<3 {
      #expect(script.pass(10).dialled == [Self.address(number)])
      // What came more than 20 s ago is forgotten.
      script.block(79, asked[number + 1])
      gone += Self.closed(Self.enter(script, number, slot: 100 + number))
    }
    #expect(gone == [6, 77, 76])
  }
}
