import Wire

extension FuzzTarget {
  /// A handshake is possible as long as its front is, and taken exactly when it is whole.
  static let handshake = FuzzTarget(
    name: "handshake", summary: "the 68 bytes before all messages", longestInput: 80
  ) { bytes throws(BrokenRule) in
    let possible = (0...bytes.count).map { size in bytes[..<size].withUnsafeBytes(Handshake.isPossible) }
    for (shorter, longer) in zip(possible, possible.dropFirst()) {
      try require(shorter || !longer, "impossible, and possible with a byte more")
    }
    guard bytes.count >= Handshake.size else { return }
    let front = Array(bytes[..<Handshake.size])
    guard let handshake = front.withUnsafeBytes({ Handshake(parsing: $0) }) else { return }
    try require(possible[Handshake.size], "taken, though impossible")
    try require(handshake.encoded == front, "another handshake when encoded")
  }

  /// A stream of messages: the same whether its bytes come at once or one by one, and each encodes to what came.
  static let messages = FuzzTarget(
    name: "messages", summary: "a stream of peer-wire messages", longestInput: 1024
  ) { bytes throws(BrokenRule) in
    var source = ByteSource(bytes)
    let pieceCount = source.flag() ? Int(source.byte()) * 7 + 1 : nil
    let stream = source.bytes(atMost: bytes.count)
    var place = 0
    while place < stream.count {
      guard let header = try header(stream[place...]) else { return }
      guard (try? PeerMessage.check(header, pieceCount: pieceCount)) != nil else { return }
      try require(header.bodySize >= 0, "a body of \(header.bodySize) bytes")
      try require(Int(header.length) <= 9 + (2 << 20), "a length of \(header.length) was taken")
      let body = Array(stream[(place + header.size)...].prefix(header.bodySize))
      let decoded = decode(header, body)
      guard body.count == header.bodySize else {
        // Keep-alives and messages of no known kind have no body to miss.
        try require(decoded == nil, "a message cut short was taken")
        return
      }
      let size = header.size + body.count
      if let message = decoded {
        try require(message.encoded.count == Int(message.wireSize), "\(message): its size is another")
        if case .extendedHandshake = message {
        } else {
          try require(message.encoded == Array(stream[place..<place + size]), "\(message) encodes to other bytes")
        }
      }
      place += size
    }
  }

  /// The header is the same from just enough bytes and from more.
  private static func header(_ stream: ArraySlice<UInt8>) throws(BrokenRule) -> MessageHeader? {
    let whole = stream.withUnsafeBytes { MessageHeader.read($0) }
    guard let whole else { return nil }
    for size in 0..<whole.size {
      let early = stream.prefix(size).withUnsafeBytes { MessageHeader.read($0) }
      try require(early == nil, "a header of \(whole.size) bytes was read from \(size)")
    }
    let exact = stream.prefix(whole.size).withUnsafeBytes { MessageHeader.read($0) }
    try require(exact == whole, "a header that depends on what follows it")
    return whole
  }

  /// Peer exchange (BEP 11), and the claims of peer ids (BEP 20).
  static let peerExchange = FuzzTarget(
    name: "exchange", summary: "messages of peer exchange", longestInput: 512
  ) { bytes throws(BrokenRule) in
    if let name = ClientName(peerID: Array(bytes.prefix(20))) {
      try require(!name.description.isEmpty && name.description.utf8.count < 100, "an odd name: \(name)")
    }
    guard let exchange = PeerExchange(parsing: bytes) else { return }
    let most = PeerExchange.mostAccepted
    try require(exchange.added.count <= most && exchange.dropped.count <= most, "more contacts than are read")
    try require(PeerExchange(parsing: exchange.encoded) == exchange, "another exchange when encoded")
  }

  /// nil for what is refused and for what means nothing to us.
  private static func decode(_ header: MessageHeader, _ body: [UInt8]) -> PeerMessage? {
    body.withUnsafeBytes { body in try? PeerMessage.decode(header, body: body) }
  }

  /// The body of an extension handshake (BEP 10).
  static let extensionHandshake = FuzzTarget(
    name: "extension", summary: "extended messages", longestInput: 512
  ) { bytes throws(BrokenRule) in
    let front: [UInt8] = [20, 0]
    let length = UInt32(front.count + bytes.count)
    let message = (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32($0))) } + front + bytes
    guard let header = message.withUnsafeBytes({ MessageHeader.read($0) }) else {
      throw BrokenRule("no header")
    }
    let decoded = decode(header, Array(message[header.size...]))
    guard case .extendedHandshake(let handshake)? = decoded else { return }
    try require(handshake.requestQueue ?? 1 > 0, "a queue of \(handshake.requestQueue ?? 0)")
    try require(handshake.listenPort ?? 1 > 0, "port 0")
    try require(handshake.client?.count ?? 0 <= ExtendedHandshake.longestClient, "a long name is kept")
    let again = PeerMessage.extendedHandshake(handshake)
    guard let header = again.encoded.withUnsafeBytes({ MessageHeader.read($0) }) else { throw BrokenRule("no header") }
    try require(again.encoded.count == Int(again.wireSize), "its size is another")
    try require(decode(header, Array(again.encoded[header.size...])) != nil, "refused when encoded")
  }
}
