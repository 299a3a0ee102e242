import Dissection
import Replaying
import Staging
import Testing
import Wire

@Suite("The first departure of a live client from the recording")
struct DepartureTests {
  /// The leecher (side 1) says what it is told; the seed (side 0) is the player that judges it.
  private func judge(
    _ staged: StagedConversation = StagedConversation(), _ tamper: @escaping (Int, [UInt8]) -> [UInt8]
  ) throws -> Departure? {
    var duel = try Duel(staged.recorded, HeldTorrent())
    duel.tamper = tamper
    try duel.run()
    return duel.departure(0)
  }

  private static func id(_ bytes: [UInt8]) -> UInt8? { bytes.count > 4 && bytes.count != 68 ? bytes[4] : nil }

  @Test("Silence where something is waited for: what, in which frame, and for how long")
  func silence() throws {
    let departure = try #require(try judge { $0 == 1 && Self.id($1) == 2 ? [] : $1 })
    #expect(departure.expected == "interested" && departure.found == .nothing(within: Duel.patience))
    #expect(departure.frame == 7 && departure.before == "have none")
  }

  @Test("Requests that do not come are missed where the recording answered one")
  func noRequests() throws {
    let departure = try #require(try judge { $0 == 1 && Self.id($1) == 6 ? [] : $1 })
    #expect(departure.expected.hasPrefix("a request, ") && departure.found == .nothing(within: Duel.patience))
  }

  @Test("A leecher is not unchoked, or does not get what it asked for")
  func seedFaults() throws {
    for (id, expected) in [(1, "unchoke"), (7, "piece 0, 16384 bytes from 0")] as [(UInt8, String)] {
      var staged = StagedConversation()
      staged.seedOpens = false
      var duel = try Duel(staged.recorded, HeldTorrent())
      duel.tamper = { $0 == 1 && Self.id($1) == id ? [] : $1 }
      try duel.run()
      let departure = try #require(duel.departure(0))
      #expect(departure.expected == expected && departure.found == .nothing(within: Duel.patience))
    }
  }

  @Test("Bytes that do not have their hash")
  func damage() throws {
    var staged = StagedConversation()
    staged.seedOpens = false
    var duel = try Duel(staged.recorded, HeldTorrent())
    duel.tamper = { side, bytes in
      guard side == 1, Self.id(bytes) == 7 else { return bytes }
      return bytes.dropLast() + [bytes[bytes.count - 1] ^ 1]
    }
    try duel.run()
    #expect(duel.departure(0)?.found == .heard("the last block of piece 0, whose bytes do not have its SHA-1"))
  }

  @Test("A block that comes twice, though it was asked for once")
  func twice() throws {
    var staged = StagedConversation()
    staged.seedOpens = false
    var duel = try Duel(staged.recorded, HeldTorrent())
    duel.tamper = { $0 == 1 && Self.id($1) == 7 ? $1 + $1 : $1 }
    try duel.run()
    #expect(duel.departure(0)?.found == .heard("piece 0, 16384 bytes from 0, which nobody asked for"))
  }

  @Test(
    "Messages that nothing allows, each named",
    arguments: [
      (PeerMessage.have(8), "have 8, of 8 pieces"),
      (.bitfield([0xff, 0]), "a bitfield of 2 bytes, where 8 pieces take 1"),
      (.request(Block(piece: 0, begin: 0, length: 1 << 18)), "request of piece 0, 262144 bytes from 0, which is no"),
      (.request(Block(piece: 0, begin: 32768, length: 1)), "request of piece 0, 1 bytes from 32768, which is no"),
      (.reject(Block(piece: 0, begin: 0, length: 16384)), "reject of piece 0, 16384 bytes from 0, which nobody"),
    ])
  func rules(_ message: PeerMessage, _ text: String) throws {
    // In place of its interest.
    let departure = try #require(try judge { $0 == 1 && Self.id($1) == 2 ? message.encoded : $1 })
    guard case .heard(let found) = departure.found else { throw Unexpected(departure: departure) }
    #expect(found.hasPrefix(text))
  }

  private struct Unexpected: Error { let departure: Departure }

  @Test("A request while choked, a block unasked, another torrent's handshake, the fast extension unasked")
  func states() throws {
    let block = Block(piece: 1, begin: 0, length: 16384)
    let early = try judge { $0 == 1 && Self.id($1) == 2 ? PeerMessage.request(block).encoded : $1 }
    #expect(early?.found == .heard("request of piece 1, 16384 bytes from 0, while choked"))
    let bytes = PeerMessage.pieceHeader(block) + [UInt8](repeating: 0, count: 16384)
    let unasked = try judge { $0 == 1 && Self.id($1) == 2 ? bytes : $1 }
    #expect(unasked?.found == .heard("piece 1, 16384 bytes from 0, which nobody asked for"))
    let other = try judge { $0 == 1 && $1.count == 68 ? Array($1[..<28]) + [UInt8](repeating: 1, count: 40) : $1 }
    #expect(other?.found == .heard("a handshake with another info-hash"))
    var plain = StagedConversation()
    plain.isFast = false
    let fast = try judge(plain) { $0 == 1 && Self.id($1) == 2 ? PeerMessage.haveNone.encoded : $1 }
    #expect(fast?.found == .heard("have none, though BEP 6 was not agreed on"))
  }

  @Test("The end of the connection, unless neither side has anything left to do")
  func ends() throws {
    let recorded = StagedConversation().recorded
    var player = try PlayTests.player(recorded)
    _ = player.handle(.opened([127, 0, 0, 1]), at: 0)
    _ = player.handle(.closed, at: 1)
    guard case .departed(let departure) = player.outcome else { throw NotDeparted() }
    #expect(departure.expected == "handshake" && departure.found == .closed && departure.before == nil)
    // Two that have everything may part.
    player = try PlayTests.player(recorded)
    _ = player.handle(.opened([127, 0, 0, 1]), at: 0)
    let peer = Handshake(infoHash: HeldTorrent().metainfo.infoHash, peerID: Array("-XX0000-bbbbbbbbbbbb".utf8))
    _ = player.handle(.heard(.handshake(peer)), at: 0)
    _ = player.handle(.heard(.extended(id: 0, Array("de".utf8))), at: 0)
    _ = player.handle(.heard(.message(.haveAll)), at: 0)
    _ = player.handle(.closed, at: 1)
    #expect(player.outcome == .played)
  }

  private struct NotDeparted: Error {}

  @Test("What a client is free to do is no departure: HAVEs, keep-alives, chokes, a choke in mid-way, another order")
  func tolerance() throws {
    var staged = StagedConversation()
    staged.more = [.keepAlive, .port(6881), .suggest(3), .have(0), .cancel(Block(piece: 0, begin: 0, length: 16384))]
    var duel = try Duel(StagedConversation().recorded, HeldTorrent(), other: staged.recorded)
    try duel.run()
    #expect(duel.departure(0) == nil && duel.departure(1) == nil)
    #expect(duel.players[0].account.rows.first { $0.kind == "suggest" }?.theirs == .init(recorded: 0, live: 1))
  }
}
