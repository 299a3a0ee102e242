import PeerCore
import SwarmTime
import Testing
import Wire

/// What is said, and what is done about what is said wrongly.
@Suite struct ConversationTests {
  @Test func theFirstMessageSaysWhichPiecesThereAre() {
    #expect(Script(has: 0..<8).connect(1).sent(to: 1) == [.haveAll])
    #expect(Script().connect(1).sent(to: 1) == [.haveNone])
    #expect(Script(has: [0, 3]).connect(1).sent(to: 1) == [.bitfield([0x90])])
    #expect(Script(has: 0..<8).connect(1, fast: false).sent(to: 1) == [.bitfield([0xFF])])
    #expect(Script().connect(1, fast: false).sent(to: 1) == [])
  }

  @Test func theExtendedHandshakeComesAfterThePieces() {
    let sent = Script(has: 0..<8).connect(1, extended: true).sent(to: 1)
    let handshake = ExtendedHandshake(
      listenPort: 7000, requestQueue: 500, client: ClientName.own.description, yourIPv4: 1)
    #expect(sent == [.haveAll, .extendedHandshake(handshake)])
  }

  static let broken: [(String, [PeerMessage])] = [
    ("a bitfield that is too long", [.bitfield([0, 0])]), ("one that is too short", [.bitfield([])]),
    ("a bitfield after a have that is too short", [.have(1), .bitfield([])]),
    ("have-none after a have", [.have(1), .haveNone]), ("a have of no piece", [.have(8)]),
    ("a suggestion of no piece", [.suggest(8)]), ("allowed fast of no piece", [.allowedFast(.max)]),
    ("a request of no piece", [.request(Script.block(8, 0))]),
    ("a request beyond the piece", [.request(Block(piece: 0, begin: 65535, length: 2))]),
    ("a request whose end overflows", [.request(Block(piece: 0, begin: .max, length: .max))]),
    ("a request for nothing", [.request(Block(piece: 0, begin: 0, length: 0))]),
    ("a request for a piece that is not here", [.request(Script.block(1, 0))]),
  ]

  @Test(arguments: broken.indices) func nonsenseClosesTheConnection(index: Int) {
    let script = Script(has: [0])
    script.connect(1)
    let (what, messages) = Self.broken[index]
    let actions = messages.flatMap { script.hear(1, $0) }
    #expect(actions.closing(1) != nil, "\(what)")
    #expect(script.hear(1, .interested).isEmpty)
  }

  @Test func spareBitsOfABitfieldMustBeClear() {
    let script = Script(pieceCount: 6)
    script.connect(1)
    #expect(script.hear(1, .bitfield([0b1111_1100])).closing(1) == nil)
    script.connect(2)
    #expect(script.hear(2, .bitfield([0b1111_1110])).closing(2) != nil)
  }

  @Test func messagesOfBEP6NeedItsBit() {
    for message in [PeerMessage.haveAll, .haveNone, .suggest(0), .allowedFast(0), .reject(Script.block(0, 0))] {
      let script = Script()
      script.connect(1, fast: false)
      #expect(script.hear(1, message).closing(1) != nil)
    }
  }

  @Test func anExtendedHandshakeMayComeBeforeTheBitfield() {
    let script = Script()
    script.connect(1, extended: true)
    let actions = script.hear(
      1, .extendedHandshake(ExtendedHandshake(listenPort: 1, requestQueue: 5)), .bitfield([0xFF]))
    #expect(actions.closing(1) == nil)
    #expect(actions.sent(to: 1) == [.interested])
  }

  /// As aria2 does, where that is shorter than the HAVEs.
  @Test(arguments: [PeerMessage.bitfield([0b1010_0001]), .haveAll])
  func piecesSaidAgainAreHAVEsOfWhatIsNew(again: PeerMessage) {
    let script = Script(has: [0])
    script.connect(1)
    #expect(script.hear(1, .bitfield([0b1000_0000]), .unchoke).sent(to: 1).isEmpty)
    let actions = script.hear(1, again)
    #expect(actions.closing(1) == nil)
    #expect(actions.sent(to: 1).first == .interested)
    #expect(Set(actions.requests(to: 1).map(\.piece)).isSubset(of: again == .haveAll ? Set(1..<8) : [2, 7]))
    #expect(!actions.requests(to: 1).isEmpty)
  }

  @Test(arguments: [PeerMessage.bitfield([0xFF]), .haveAll])
  func piecesSaidAgainMayEndTheConversationOfTwoSeeds(again: PeerMessage) {
    let script = Script(has: 0..<8)
    script.connect(1)
    script.hear(1, .bitfield([0b0111_1111]))
    #expect(script.hear(1, again).closing(1) == "both are seeds")
  }

  @Test func piecesSaidAgainTakeNothingBack() {
    let script = Script()
    script.connect(1)
    script.hear(1, .haveAll)
    #expect(script.hear(1, .bitfield([0])).isEmpty)
    #expect(script.hear(1, .haveAll).isEmpty)
    #expect(!script.hear(1, .unchoke).requests(to: 1).isEmpty)
  }

  @Test func haveNoneMayComeLate() {
    let script = Script()
    script.connect(1)
    #expect(script.hear(1, .notInterested, .haveNone).closing(1) == nil)
    #expect(script.hear(1, .have(3)).sent(to: 1) == [.interested])
  }

  @Test func interestFollowsWhatIsWanted() {
    let script = Script(has: 0..<7)
    script.connect(1)
    #expect(script.hear(1, .bitfield([0xFE])).sent(to: 1).isEmpty)
    #expect(script.hear(1, .have(7)).sent(to: 1) == [.interested])
    let requests = script.hear(1, .unchoke).requests(to: 1)
    #expect(requests == (0..<4).map { Script.block(7, $0) })
    let last = requests.flatMap { script.block(1, $0) }
    #expect(last.verified == [7])
    let end = script.feed(.pieceChecked(piece: 7, valid: true))
    #expect(end.sent(to: 1) == [.have(7), .notInterested])
    #expect(end.contains { if case .completed = $0 { true } else { false } })
    #expect(end.closing(1) == "both are seeds")
  }

  @Test func aRequestWhileChokedIsRejectedUnderBEP6AndElseIgnored() {
    for fast in [true, false] {
      let script = Script(has: [0])
      script.connect(1, fast: fast)
      let sent = script.hear(1, .request(Script.block(0, 0))).sent(to: 1)
      #expect(sent == (fast ? [.reject(Script.block(0, 0))] : []))
    }
  }

  @Test func aChokeComesFirstThenTheRejectsThenTheNextUnchoke() {
    let script = Script(has: 0..<8, upload: RateLimit(bytesPerSecond: 1))
    for slot in 1...6 {
      script.connect(slot)
      script.hear(slot, .haveNone, .interested)
    }
    script.hear(1, .request(Script.block(0, 0)), .request(Script.block(0, 1)))
    let actions = script.hear(1, .notInterested)
    #expect(actions.chokeChanges == ["choke 1", "unchoke 6"])
    #expect(actions.sent(to: 1) == [.choke, .reject(Script.block(0, 0)), .reject(Script.block(0, 1))])
  }

  @Test func aCancelIsAnsweredUnderBEP6IfTheBlockHasNotGone() {
    let script = Script(has: 0..<8, upload: RateLimit(bytesPerSecond: 1))
    script.connect(1)
    script.hear(1, .haveNone, .interested, .request(Script.block(0, 0)))
    #expect(script.hear(1, .cancel(Script.block(0, 1))).sent(to: 1).isEmpty)
    #expect(script.hear(1, .cancel(Script.block(0, 0))).sent(to: 1) == [.reject(Script.block(0, 0))])
    #expect(script.hear(1, .cancel(Script.block(0, 0))).sent(to: 1).isEmpty)
  }

  @Test func aKeepAliveGoesOutAfterSilenceAndASilentPeerIsDropped() {
    let script = Script()
    script.connect(1)
    script.hear(1, .haveNone)
    #expect(script.pass(95).sent(to: 1).isEmpty)
    #expect(script.pass(20).sent(to: 1) == [.keepAlive])
    script.hear(1, .keepAlive)
    #expect(script.pass(235).closing(1) == nil)
    #expect(script.pass(20).closing(1) == "silent for 240 s")
  }
}
