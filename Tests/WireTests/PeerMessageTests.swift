import Testing
import Wire

@Suite("Peer messages")
struct PeerMessageTests {
  static let block = Block(piece: 0x0102_0304, begin: 0x4000, length: 0x4000)

  static let examples: [(PeerMessage, [UInt8])] = [
    (.keepAlive, [0, 0, 0, 0]),
    (.choke, [0, 0, 0, 1, 0]),
    (.unchoke, [0, 0, 0, 1, 1]),
    (.interested, [0, 0, 0, 1, 2]),
    (.notInterested, [0, 0, 0, 1, 3]),
    (.have(0x0102_0304), [0, 0, 0, 5, 4, 1, 2, 3, 4]),
    (.bitfield([0xF0, 0x80]), [0, 0, 0, 3, 5, 0xF0, 0x80]),
    (.request(block), [0, 0, 0, 13, 6, 1, 2, 3, 4, 0, 0, 0x40, 0, 0, 0, 0x40, 0]),
    (.cancel(block), [0, 0, 0, 13, 8, 1, 2, 3, 4, 0, 0, 0x40, 0, 0, 0, 0x40, 0]),
    (.port(6881), [0, 0, 0, 3, 9, 0x1A, 0xE1]),
    (.suggest(7), [0, 0, 0, 5, 13, 0, 0, 0, 7]),
    (.haveAll, [0, 0, 0, 1, 14]),
    (.haveNone, [0, 0, 0, 1, 15]),
    (.reject(block), [0, 0, 0, 13, 16, 1, 2, 3, 4, 0, 0, 0x40, 0, 0, 0, 0x40, 0]),
    (.allowedFast(7), [0, 0, 0, 5, 17, 0, 0, 0, 7]),
    (
      .extendedHandshake(ExtendedHandshake(listenPort: 7000, requestQueue: 250)),
      [0, 0, 0, 29, 20, 0] + Array("d1:mde1:pi7000e4:reqqi250ee".utf8)
    ),
    (.extendedHandshake(ExtendedHandshake()), [0, 0, 0, 9, 20, 0] + Array("d1:mdee".utf8)),
    (
      .extendedHandshake(
        ExtendedHandshake(peerExchangeID: 1, client: "swarmlab 0.0.0.1", yourIPv4: 0x3031_3233)),
      [0, 0, 0, 56, 20, 0] + Array("d1:md6:ut_pexi1ee1:v16:swarmlab 0.0.0.16:yourip4:0123e".utf8)
    ),
    (
      .extendedHandshake(ExtendedHandshake(isUploadOnly: true)),
      [0, 0, 0, 26, 20, 0] + Array("d1:mde11:upload_onlyi1ee".utf8)
    ),
    (.extended(id: 3, [1, 2]), [0, 0, 0, 4, 20, 3, 1, 2]),
  ]

  @Test("Messages have the bytes of BEP 3, 6 and 10", arguments: examples)
  func encoding(_ message: PeerMessage, _ bytes: [UInt8]) throws {
    #expect(message.encoded == bytes)
    #expect(message.wireSize == Int64(bytes.count))
    #expect(try Self.decode(bytes) == message)
  }

  @Test("A header asks for more bytes until it is whole, and says how many follow", arguments: examples)
  func headerSplitting(_ message: PeerMessage, _ bytes: [UInt8]) throws {
    let whole = try #require(bytes.withUnsafeBytes { MessageHeader.read($0) })
    #expect(whole.size + whole.bodySize == bytes.count)
    for count in 0..<bytes.count {
      let part = bytes[..<count].withUnsafeBytes { MessageHeader.read($0) }
      #expect(part == (count < whole.size ? nil : whole))
    }
  }

  @Test("A piece's header is read without its payload")
  func piece() throws {
    let bytes = PeerMessage.pieceHeader(Self.block)
    #expect(bytes == [0, 0, 0x40, 9, 7, 1, 2, 3, 4, 0, 0, 0x40, 0])
    let header = try #require(bytes.withUnsafeBytes { MessageHeader.read($0) })
    #expect(header.kind == .piece)
    #expect(header.piece == Self.block.piece)
    #expect(header.begin == Self.block.begin)
    #expect(header.bodySize == Int(Self.block.length))
    #expect(try PeerMessage.decode(header, body: UnsafeRawBufferPointer(start: nil, count: 0)) == nil)
  }

  @Test(
    "A message too short for its fields has a header without them, and is refused",
    arguments: [
      ([0, 0, 0, 1, 4], 5), ([0, 0, 0, 4, 4, 1, 2, 3], 5), ([0, 0, 0, 1, 7], 5), ([0, 0, 0, 5, 6, 1, 2, 3, 4], 9),
    ] as [([UInt8], Int)])
  func shortFields(_ bytes: [UInt8], _ size: Int) throws {
    let header = try #require(bytes.withUnsafeBytes { MessageHeader.read($0) })
    #expect(header.size == size)
    #expect(throws: PeerMessageError.self) { try PeerMessage.check(header, pieceCount: nil) }
    #expect(throws: PeerMessageError.self) { try Self.decode(bytes) }
  }

  @Test("The largest length does not overflow")
  func largestLength() throws {
    let bytes: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 7, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
    let header = try #require(bytes.withUnsafeBytes { MessageHeader.read($0) })
    #expect(header.bodySize == Int(UInt32.max) - 9)
    #expect(throws: PeerMessageError.self) { try PeerMessage.check(header, pieceCount: 9) }
  }

  @Test(
    "Lengths are checked before a body is read",
    arguments: [
      (0, 1, nil, true), (0, 2, nil, false), (4, 5, nil, true), (4, 6, nil, false), (6, 13, nil, true),
      (6, 12, nil, false), (9, 3, nil, true), (9, 5, nil, false), (14, 1, nil, true), (14, 5, nil, false),
      (5, 1, nil, true), (5, 2 << 20, nil, true), (5, 2 << 20 + 1, nil, false), (5, 3, 9, true), (5, 3, 16, true),
      (5, 3, 17, false), (5, 2, 9, false), (5, 1, 0, true), (7, 8, nil, false), (7, 9, nil, true),
      (7, 9 + 131072, nil, true), (7, 10 + 131072, nil, false), (20, 1, nil, false), (20, 2, nil, true),
      (20, 2 << 20, nil, true), (20, 2 << 20 + 1, nil, false), (99, 1, nil, true), (99, 2 << 20 + 1, nil, false),
    ] as [(UInt8, UInt32, Int?, Bool)])
  func lengths(_ id: UInt8, _ length: UInt32, _ pieceCount: Int?, _ isAllowed: Bool) throws {
    let prefix = withUnsafeBytes(of: length.bigEndian) { Array($0) }
    let bytes = prefix + [id] + [UInt8](repeating: 0, count: 8)
    let header = try #require(bytes.withUnsafeBytes { MessageHeader.read($0) })
    if isAllowed {
      #expect(throws: Never.self) { try PeerMessage.check(header, pieceCount: pieceCount) }
    } else {
      #expect(throws: PeerMessageError.self) { try PeerMessage.check(header, pieceCount: pieceCount) }
    }
  }

  @Test("Every known id is checked and encoded; an unknown one is stepped over")
  func unknown() throws {
    #expect(Set(MessageID.allCases.map(\.rawValue)) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 20])
    #expect(try Self.decode([0, 0, 0, 3, 99, 1, 2]) == nil)
  }

  @Test(
    "An extension handshake may say more, and nonsense counts as not said",
    arguments: [
      ("d1:md11:ut_metadatai2ee13:metadata_sizei99e1:pi6881e4:reqqi500e1:v4:teste", 500, 6881),
      ("d4:reqqi500e1:mdee", 500, nil), ("d1:pi0e4:reqqi0ee", nil, nil), ("d1:pi65536e4:reqqi-1ee", nil, nil),
      ("d1:p1:x4:reqqlee", nil, nil),
      ("de", nil, nil),
    ] as [(String, Int?, UInt16?)])
  func extendedHandshake(_ text: String, _ queue: Int?, _ port: UInt16?) throws {
    let body = Array(text.utf8)
    let bytes = [0, 0, 0, UInt8(body.count + 2), 20, 0] + body
    guard case .extendedHandshake(let handshake)? = try Self.decode(bytes) else {
      Issue.record("no extension handshake")
      return
    }
    #expect(handshake.requestQueue == queue)
    #expect(handshake.listenPort == port)
  }

  @Test("An extension handshake names the sender, and no name grows beyond its bound")
  func extendedHandshakeWords() throws {
    func heard(_ text: String) throws -> ExtendedHandshake? {
      let body = Array(text.utf8)
      let message = try Self.decode([0, 0, 0, UInt8(body.count + 2), 20, 0] + body)
      if case .extendedHandshake(let handshake)? = message { return handshake }
      return nil
    }
    let full = try #require(try heard("d1:md6:ut_pexi2ee1:v4:test6:yourip4:0123e"))
    #expect(full == ExtendedHandshake(peerExchangeID: 2, client: "test", yourIPv4: 0x3031_3233))
    #expect(try heard("d1:md6:ut_pexi0eee")?.peerExchangeID == 0)
    #expect(try heard("d1:md6:ut_pexi256eee")?.peerExchangeID == nil)
    #expect(try heard("d6:yourip3:012e")?.yourIPv4 == nil)
    #expect(try heard("d11:upload_onlyi0ee")?.isUploadOnly == false)
    #expect(try heard("d11:upload_onlyi2ee")?.isUploadOnly == true)
    #expect(try heard("d11:upload_only1:1e")?.isUploadOnly == nil)
    #expect(try heard("de")?.isUploadOnly == nil)
    #expect(try heard("d1:v100:" + String(repeating: "x", count: 100) + "e")?.client?.utf8.count == 64)
  }

  @Test("A broken extension handshake is refused", arguments: ["", "le", "d", "d1:ai1e1:ai1ee", "de1"])
  func brokenHandshake(_ text: String) throws {
    let body = Array(text.utf8)
    #expect(throws: PeerMessageError.self) { try Self.decode([0, 0, 0, UInt8(body.count + 2), 20, 0] + body) }
  }

  @Test("A body that is cut short is refused")
  func cutShort() throws {
    let error = try #require(throws: PeerMessageError.self) { try Self.decode([0, 0, 0, 9, 5, 1, 2]) }
    #expect(error.reason == .truncated(bytes: 2, expected: 8))
    #expect(error.description == "bitfield: 2 bytes of 8")
  }

  @Test("Errors name the message and the lengths that would do")
  func errorText() throws {
    let error = try #require(throws: PeerMessageError.self) { try Self.decode([0, 0, 0, 2, 1, 0]) }
    #expect(error.description == "unchoke: the length is 2, expected 1")
  }

  @Test("Random bytes never trap, and what they give encodes to themselves", arguments: 0..<8 as Range<UInt64>)
  func noise(_ seed: UInt64) throws {
    var source = Scramble(seed: seed)
    for _ in 0..<2000 {
      let count = source.below(24)
      let bytes = [0, 0, 0, UInt8(source.below(20)), UInt8(source.below(24))] + source.bytes(count)
      guard let header = bytes.withUnsafeBytes({ MessageHeader.read($0) }) else { continue }
      let end = header.size + header.bodySize
      guard let message = try? Self.decode(bytes), end <= bytes.count else { continue }
      if case .extendedHandshake = message { continue }
      #expect(message.encoded == Array(bytes[..<end]))
    }
  }

  static func decode(_ bytes: [UInt8]) throws -> PeerMessage? {
    try bytes.withUnsafeBytes { raw in
      guard let header = MessageHeader.read(raw) else { return nil }
      return try PeerMessage.decode(header, body: UnsafeRawBufferPointer(rebasing: raw[header.size...]))
    }
  }
}

@Suite("Handshake")
struct HandshakeTests {
  static let infoHash = [UInt8](1...20)
  static let peerID = Array("-SL0001-abcdefghijkl".utf8)

  @Test("It has 68 bytes, and offers BEP 6 and BEP 10")
  func bytes() throws {
    let handshake = Handshake(infoHash: Self.infoHash, peerID: Self.peerID)
    let expected =
      [19] + Array("BitTorrent protocol".utf8) + [0, 0, 0, 0, 0, 0x10, 0, 0x04] + Self.infoHash + Self.peerID
    #expect(handshake.encoded == expected)
    #expect(handshake.encoded.count == Handshake.size)
    let parsed = try #require(handshake.encoded.withUnsafeBytes { Handshake(parsing: $0) })
    #expect(parsed == handshake)
    #expect(parsed.supportsFast)
    #expect(parsed.supportsExtensions)
    let slow = Handshake(infoHash: Self.infoHash, peerID: Self.peerID, offersFast: false)
    #expect(!slow.supportsFast && slow.supportsExtensions)
    let plain = Handshake(infoHash: Self.infoHash, peerID: Self.peerID, reserved: [UInt8](repeating: 0, count: 8))
    #expect(!plain.supportsFast)
    #expect(!plain.supportsExtensions)
  }

  @Test("What follows is left alone; what is short or foreign is refused, the foreign at its first bytes")
  func refused() {
    let encoded = Handshake(infoHash: Self.infoHash, peerID: Self.peerID).encoded
    #expect((encoded + [1, 2]).withUnsafeBytes { Handshake(parsing: $0) } != nil)
    #expect(encoded[..<67].withUnsafeBytes { Handshake(parsing: $0) } == nil)
    for count in 0...68 { #expect(encoded[..<count].withUnsafeBytes { Handshake.isPossible($0) }) }
    for position in 0..<20 {
      var foreign = encoded
      foreign[position] ^= 0x20
      #expect(foreign.withUnsafeBytes { Handshake(parsing: $0) } == nil)
      #expect(!foreign[...position].withUnsafeBytes { Handshake.isPossible($0) })
    }
  }
}
