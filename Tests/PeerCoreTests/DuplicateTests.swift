import PeerCore
import SwarmTime
import Testing
import Wire

/// Which of two connections with one peer stays.
@Suite struct DuplicateTests {
  /// Both sides dial at once: both must keep the connection that the greater peer id initiated. Ours is 50.
  @Test(arguments: [(9, true), (9, false), (90, true), (90, false)] as [(UInt8, Bool)])
  func ofTwoCrossingConnectionsTheGreaterIDsStays(id: UInt8, firstIsOurs: Bool) {
    let script = Script()
    script.connect(1, id: id, address: 7, initiatedByUs: firstIsOurs)
    let actions = script.connect(2, id: id, address: 7, initiatedByUs: !firstIsOurs)
    let keepsOurs = id < 50
    #expect((actions.closing(1) != nil) == (firstIsOurs != keepsOurs))
    #expect((actions.closing(2) != nil) == (firstIsOurs == keepsOurs))
  }

  /// Whatever order each side sees, the two keep the same one, and one there is.
  @Test(arguments: [1, 2], [1, 2]) func bothSidesKeepTheSame(firstHere: Int, firstThere: Int) {
    let (here, there) = (Script(id: 50), Script(id: 90))
    var kept = [Set([1, 2]), Set([1, 2])]
    // Slot 1 is the connection that 50 dialled, slot 2 the one that 90 dialled.
    for slot in [firstHere, 3 - firstHere] {
      let actions = here.connect(slot, id: 90, address: 90, initiatedByUs: slot == 1)
      for closed in [1, 2] where actions.closing(closed) != nil { kept[0].remove(closed) }
    }
    for slot in [firstThere, 3 - firstThere] {
      let actions = there.connect(slot, id: 50, address: 50, initiatedByUs: slot == 2)
      for closed in [1, 2] where actions.closing(closed) != nil { kept[1].remove(closed) }
    }
    #expect(kept == [[2], [2]])
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

  /// It moved, and dials us from its new address: our connection to the old one is dead, though we dialled it.
  @Test func whoMovedComesBackOnAConnectionOfItsOwn() {
    let script = Script()
    script.connect(1, id: 9, address: 1, initiatedByUs: true)
    script.pass(30)
    #expect(script.connect(2, id: 9, address: 2).closing(1) == "duplicate connection")
  }

  /// We reached it under two of its addresses: the side that was dialled chooses, since the two see different things.
  @Test func whoDialsTwiceLeavesTheChoiceToTheOther() {
    let script = Script()
    script.connect(1, id: 9, address: 1, initiatedByUs: true)
    script.pass(20)
    let second = script.connect(2, id: 9, address: 2, initiatedByUs: true)
    #expect(second.closing(1) == nil && second.closing(2) == nil)
    // It keeps both; the first has brought nothing.
    let later = script.pass(15)
    #expect(later.closing(1) == "duplicate connection")
    #expect(later.closing(2) == nil)
    // Neither address is dialled again: both are one peer's, which is connected.
    let addresses = [1, 2].map { PeerAddress(ipv4: $0, port: 7000) }
    #expect(script.feed(.addressesLearned(addresses)).dialled.isEmpty)
  }

  @Test func ourOwnOtherAddressIsDialledOnce() {
    let script = Script()
    let address = PeerAddress(ipv4: 51, port: 7000)
    #expect(script.feed(.addressesLearned([address])).dialled == [address])
    #expect(script.connect(1, id: 50, address: 51, initiatedByUs: true).closing(1) == "connected to ourselves")
    script.feed(.closed(ConnectionSlot(1)))
    for _ in 0..<5 {
      script.pass(60)
      #expect(script.feed(.addressesLearned([address])).dialled.isEmpty)
    }
  }
}
