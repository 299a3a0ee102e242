import PeerCore
import Testing
import Wire

/// Who has all that it wants says that it only uploads, and parts from those who want nothing either (BEP 21).
@Suite struct PartialSeedTests {
  /// A peer that wants the first two of eight pieces.
  private static func partial(has pieces: some Sequence<Int> = [0, 1]) -> Script {
    Script(has: pieces, change: { $0.wantedPieces = 2 })
  }

  private static let uploadOnly = PeerMessage.extendedHandshake(ExtendedHandshake(isUploadOnly: true))

  /// What each handshake says of it.
  private static func claims(_ actions: [Action], to slot: Int) -> [String] {
    actions.sent(to: slot).compactMap {
      guard case .extendedHandshake(let handshake) = $0 else { return nil }
      return handshake.isUploadOnly.map { $0 ? "yes" : "no" } ?? "nothing"
    }
  }

  @Test func aPartialSeedSaysSoInItsHandshakeAndNobodyElseDoes() {
    #expect(Self.claims(Self.partial().connect(1, extended: true), to: 1) == ["yes"])
    #expect(Self.claims(Self.partial(has: [0, 5]).connect(1, extended: true), to: 1) == ["nothing"])
    #expect(Self.claims(Script(has: 0..<8).connect(1, extended: true), to: 1) == ["nothing"])
    #expect(Self.claims(Script().connect(1, extended: true), to: 1) == ["nothing"])
    #expect(Self.claims(Self.partial().connect(1), to: 1).isEmpty)
  }

  @Test func whoBecomesOneSaysSoToAllThatUnderstand() {
    let script = Self.partial(has: [0])
    script.connect(1, extended: true)
    script.connect(2)
    script.hear(2, .haveNone)
    script.hear(1, .bitfield([0b0100_0000]))
    let requests = script.hear(1, .unchoke).requests(to: 1)
    #expect(requests == (0..<4).map { Script.block(1, $0) })
    for block in requests { script.block(1, block) }
    let end = script.feed(.pieceChecked(piece: 1, valid: true))
    #expect(Self.claims(end, to: 1) == ["yes"])
    #expect(Array(end.sent(to: 1).prefix(2)) == [.have(1), .notInterested])
    #expect(end.sent(to: 2) == [.have(1)])
    #expect(end.closing(1) == nil && end.closing(2) == nil)
  }

  @Test func itPartsFromSeedsAndFromOthersLikeIt() {
    for messages in [[PeerMessage.haveAll], [.bitfield([0b0000_1111]), Self.uploadOnly], [Self.uploadOnly]] {
      let script = Self.partial()
      script.connect(1, extended: true)
      let actions = messages.flatMap { script.hear(1, $0) }
      #expect(actions.closing(1) == "both only upload", "\(messages)")
      #expect(!actions.sent(to: 1).contains(.interested))
    }
  }

  @Test func aSeedPartsFromAPartialSeed() {
    let script = Script(has: 0..<8)
    script.connect(1, extended: true)
    #expect(script.hear(1, .bitfield([0b1100_0000])).closing(1) == nil)
    #expect(script.hear(1, .extendedHandshake(ExtendedHandshake(isUploadOnly: false))).closing(1) == nil)
    #expect(script.hear(1, Self.uploadOnly).closing(1) == "both only upload")
  }

  /// Blocks that it has asked for are sent first.
  @Test func whoIsBeingServedIsKept() {
    let script = Script(has: 0..<8, upload: RateLimit(bytesPerSecond: 1))
    script.connect(1, extended: true)
    script.hear(1, .haveNone, .interested, .request(Script.block(0, 0)))
    #expect(script.hear(1, Self.uploadOnly).closing(1) == nil)
    #expect(script.hear(1, .cancel(Script.block(0, 0)), .notInterested).closing(1) == "both only upload")
  }

  @Test(arguments: [false, true]) func whatWasSaidMayBeTakenBack(isTakenBack: Bool) {
    let script = Script(has: 0..<7)
    script.connect(1, extended: true)
    #expect(script.hear(1, .bitfield([0b1111_1110]), Self.uploadOnly).closing(1) == nil)
    if isTakenBack { script.hear(1, .extendedHandshake(ExtendedHandshake(isUploadOnly: false))) }
    script.connect(2)
    let requests = script.hear(2, .haveAll, .unchoke).requests(to: 2)
    for block in requests { script.block(2, block) }
    let end = script.feed(.pieceChecked(piece: 7, valid: true))
    #expect(end.closing(2) == "both are seeds")
    let reason: String? = isTakenBack ? nil : "both only upload"
    #expect(end.closing(1) == reason)
  }

  /// The tracker goes on naming the other.
  @Test func theyDoNotDialEachOtherAgain() {
    let addresses = [1, 2].map { PeerAddress(ipv4: $0, port: 7000) }
    let partial = Self.partial()
    partial.connect(1, initiatedByUs: true)
    partial.hear(1, .haveAll)
    #expect(partial.feed(.addressesLearned(addresses)).dialled == [addresses[1]])
    let seed = Script(has: 0..<8)
    seed.connect(1, initiatedByUs: true, extended: true)
    seed.hear(1, .bitfield([0b1100_0000]), Self.uploadOnly)
    #expect(seed.feed(.addressesLearned(addresses)).dialled == [addresses[1]])
  }

  @Test func othersAreToldByPeerExchangeThatItOnlyUploads() {
    let script = Script { $0.exchangesPeers = true }
    script.connect(1, id: 101, extended: true)
    script.hear(1, .haveNone, .extendedHandshake(ExtendedHandshake(peerExchangeID: 7, listenPort: 7001)))
    script.connect(2, id: 102, extended: true)
    script.hear(
      2, .bitfield([0b1100_0000]), .extendedHandshake(ExtendedHandshake(listenPort: 7001, isUploadOnly: true)))
    let told = script.pass(10).sent(to: 1).compactMap {
      if case .extended(id: 7, let payload) = $0 { PeerExchange(parsing: payload) } else { nil }
    }
    #expect(told == [PeerExchange(added: [.init(ipv4: 2, port: 7001, flags: [.isSeed])])])
  }
}
