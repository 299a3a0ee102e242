import Dissection
import Replaying
import Staging
import Testing
import Wire

@Suite("One side of a recorded conversation, played")
struct PlayTests {
  @Test(
    "Two players play both sides of a recording to one another, whoever opened it, with and without BEP 6",
    arguments: [true, false], [true, false])
  func duel(seedOpens: Bool, isFast: Bool) throws {
    var staged = StagedConversation()
    staged.seedOpens = seedOpens
    staged.isFast = isFast
    let torrent = HeldTorrent()
    var duel = try Duel(staged.recorded, torrent)
    try duel.run()
    #expect(duel.players.allSatisfy { $0.outcome == .played }, "\(duel.players.map(\.outcome))")
    let leecher = duel.players[seedOpens ? 1 : 0].account
    #expect(leecher.verifiedPieces == 8 && leecher.receivedBytes == Int64(torrent.bytes.count))
    let row = try #require(leecher.rows.first { $0.kind == "request" })
    #expect(row.ours == .init(recorded: 16, live: 16) && row.theirs == .init())
  }

  @Test("Another torrent than the recorded one is asked for and given as far as it goes", arguments: [3, 8, 40])
  func otherShape(pieces: Int) throws {
    var staged = StagedConversation()
    staged.pieces = 20
    let torrent = HeldTorrent(pieces: pieces, pieceLength: 65536, lastPiece: 1000)
    var duel = try Duel(staged.recorded, torrent)
    try duel.run()
    #expect(duel.players.allSatisfy { $0.outcome == .played }, "\(duel.players.map(\.outcome))")
    let account = duel.players[1].account
    // 40 blocks were asked for in the recording; here there are four to a piece, but one in the last.
    let blocks = min(40, (pieces - 1) * 4 + 1)
    #expect(account.rows.first { $0.kind == "request" }?.ours.live == blocks)
    #expect(account.passedOver.isEmpty == (blocks == 40))
    #expect(pieces == 40 || account.verifiedPieces == pieces)
  }

  @Test("Without a bitfield nobody knows how many pieces were recorded: indices that the torrent has are kept")
  func withoutBitfield() throws {
    var staged = StagedConversation()
    staged.pieces = 4
    var duel = try Duel(staged.recorded, HeldTorrent(pieces: 8))
    try duel.run()
    let asked = duel.heard[0].compactMap { if case .message(.request(let block)) = $0 { block.piece } else { nil } }
    #expect(asked == [0, 0, 1, 1, 2, 2, 3, 3])
  }

  @Test("What must differ is rewritten: hash, peer id, port, extension ids, addresses; the rest is as recorded")
  func rewriting() throws {
    let staged = StagedConversation()
    var duel = try Duel(staged.recorded, HeldTorrent())
    try duel.run()
    guard case .handshake(let handshake) = duel.heard[1][0] else { throw Missing() }
    #expect(handshake.infoHash == duel.torrent.metainfo.infoHash)
    #expect(handshake.peerID == Array("-SD0001-aaaaaaaaaaaa".utf8))
    func extensions(_ side: Int) throws -> BencodeDictionary {
      let payload = duel.heard[side].compactMap { if case .extended(id: 0, let bytes) = $0 { bytes } else { nil } }
        .first
      return try #require(try Bencode.decode(payload ?? []).dictionary)
    }
    let seed = try extensions(1)
    #expect(seed["p"] == nil && seed["metadata_size"] == nil && seed["reqq"]?.integer == 100)
    #expect(seed["m"]?.dictionary?["lt_donthave"]?.integer == 5)
    // The address of the other side is that of the one it is said to.
    #expect(seed["yourip"]?.bytes == [127, 0, 0, 0])
    let leecher = try extensions(0)
    #expect(leecher["p"]?.integer == 7001)
    #expect(leecher["m"]?.dictionary?["ut_metadata"] == nil && leecher["m"]?.dictionary?["ut_pex"]?.integer == 7)
    let exchanged = duel.heard[1].compactMap { if case .extended(7, let bytes) = $0 { bytes } else { nil } }.first
    let contacts = try #require(PeerExchange(parsing: exchanged ?? [])).added
    #expect(contacts.map(\.ipv4) == [198 << 24 | 18 << 16 | 1] && contacts.map(\.port) == [6881])
  }

  @Test("Recorded peers whose addresses end alike stay two; one that is named again stays the same")
  func exchangedAddresses() throws {
    var staged = StagedConversation()
    let two: [PeerExchange.Contact] = [.init(ipv4: 0x0a01_0205, port: 6881), .init(ipv4: 0x0b01_0305, port: 6881)]
    staged.more = [
      .extended(id: 3, PeerExchange(added: two).encoded),
      .extended(id: 3, PeerExchange(dropped: [two[1]]).encoded),
    ]
    var duel = try Duel(staged.recorded, HeldTorrent())
    try duel.run()
    let said = duel.heard[0].compactMap { content -> PeerExchange? in
      if case .extended(id: 3, let payload) = content { PeerExchange(parsing: payload) } else { nil }
    }
    try #require(said.count == 2)
    #expect(Set(said[0].added.map(\.ipv4)).count == 2)
    #expect(said[1].dropped.map(\.ipv4) == [said[0].added[1].ipv4])
  }

  private struct Missing: Error {}

  @Test("An extended message goes under the id that the live client gave, and is left out where it gave none")
  func extensionIDs() throws {
    let recorded = StagedConversation().recorded
    for (live, expected) in [(["ut_pex": 42], 42), (["lt_donthave": 1], nil)] as [([String: Int64], UInt8?)] {
      var player = try Self.player(recorded)
      var said = player.handle(.opened([127, 0, 0, 1]), at: 0)
      let peer = Handshake(infoHash: HeldTorrent().metainfo.infoHash, peerID: Array("-XX0000-bbbbbbbbbbbb".utf8))
      said += player.handle(.heard(.handshake(peer)), at: 0)
      var ids: BencodeDictionary = [:]
      for (name, id) in live { ids[name] = .integer(id) }
      let payload = Bencode.dictionary(["m": .dictionary(ids)]).encoded
      said += player.handle(.heard(.extended(id: 0, payload)), at: 0)
      said += player.handle(.heard(.message(.interested)), at: 0)
      let extended = said.compactMap { action -> UInt8? in
        guard case .say(let bytes) = action, bytes.count > 5, bytes[4] == 20, bytes[5] != 0 else { return nil }
        return bytes[5]
      }
      #expect(extended == (expected.map { [$0] } ?? []))
    }
  }

  static func player(_ recorded: RecordedConversation) throws -> ConversationPlayer {
    try ConversationPlayer(
      recorded, metainfo: HeldTorrent().metainfo,
      settings: .init(
        role: .initiator, patience: Duel.patience, hasPayload: true, peerIDTail: Array("aaaaaaaaaaaa".utf8)))
  }

  @Test("To a client without BEP 6 and 10 a full bitfield is said for have-all, and no extension")
  func plainClient() throws {
    var player = try Self.player(StagedConversation().recorded)
    var said = player.handle(.opened([127, 0, 0, 1]), at: 0)
    let peer = Handshake(
      infoHash: HeldTorrent().metainfo.infoHash, peerID: Array("-XX0000-bbbbbbbbbbbb".utf8),
      reserved: [UInt8](repeating: 0, count: 8))
    said += player.handle(.heard(.handshake(peer)), at: 0)
    #expect(said.contains(.say(PeerMessage.bitfield([0xff]).encoded)))
    #expect(player.account.passedOver.keys.contains { $0.hasPrefix("extensions, ") })
    said += player.handle(.heard(.message(.interested)), at: 0)
    #expect(said.last == .say(PeerMessage.unchoke.encoded))
  }

  @Test("What is not sent yet holds the player back, and it goes on when there is room")
  func backpressure() throws {
    var player = try Self.player(StagedConversation().recorded)
    player.isHeldBack = true
    #expect(player.handle(.opened([127, 0, 0, 1]), at: 0).isEmpty)
    player.isHeldBack = false
    #expect(player.handle(.timePassed, at: 0).count == 1)
    // A client that never reads is a departure, not for ever.
    player = try Self.player(StagedConversation().recorded)
    player.isHeldBack = true
    _ = player.handle(.opened([127, 0, 0, 1]), at: 0)
    #expect(player.deadline == Duel.patience)
    _ = player.handle(.timePassed, at: Duel.patience)
    guard case .departed(let departure) = player.outcome else { throw Missing() }
    #expect(departure.expected == "room to say handshake")
  }

  @Test("A side that gives blocks is refused without a payload; one that takes them is not")
  func payload() throws {
    let recorded = StagedConversation().recorded
    for role in [ConversationPlayer.Role.initiator, .responder] {
      let settings = ConversationPlayer.Settings(role: role, hasPayload: false, peerIDTail: Array("aaaaaaaaaaaa".utf8))
      let make = { () throws in
        _ = try ConversationPlayer(recorded, metainfo: HeldTorrent().metainfo, settings: settings)
      }
      if role == .initiator { #expect(throws: ConversationRefusal.self, performing: make) } else { try make() }
    }
  }
}
