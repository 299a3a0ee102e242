extension PeerMessage {
  /// Appends the message as it goes over the wire, length prefix included.
  public func encode(into output: inout [UInt8]) {
    switch self {
    case .keepAlive: output.appendBigEndian(UInt32(0))
    case .choke: Self.append(.choke, to: &output)
    case .unchoke: Self.append(.unchoke, to: &output)
    case .interested: Self.append(.interested, to: &output)
    case .notInterested: Self.append(.notInterested, to: &output)
    case .haveAll: Self.append(.haveAll, to: &output)
    case .haveNone: Self.append(.haveNone, to: &output)
    case .have(let piece): Self.append(.have, piece, to: &output)
    case .suggest(let piece): Self.append(.suggest, piece, to: &output)
    case .allowedFast(let piece): Self.append(.allowedFast, piece, to: &output)
    case .request(let block): Self.append(.request, block, to: &output)
    case .cancel(let block): Self.append(.cancel, block, to: &output)
    case .reject(let block): Self.append(.reject, block, to: &output)
    case .bitfield(let bytes):
      Self.append(.bitfield, length: UInt32(1 + bytes.count), to: &output)
      output.append(contentsOf: bytes)
    case .port(let port):
      Self.append(.port, length: 3, to: &output)
      output.appendBigEndian(port)
    case .extendedHandshake(let handshake): Self.append(extended: 0, handshake.encoded, to: &output)
    case .extended(let id, let payload): Self.append(extended: id, payload, to: &output)
    }
  }

  public var encoded: [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(Int(wireSize))
    encode(into: &output)
    return output
  }

  /// The 13 bytes before the payload of a `piece` message that carries `block`.
  public static func pieceHeader(_ block: Block) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(MessageHeader.maximumSize)
    append(.piece, length: 9 + block.length, to: &output)
    output.appendBigEndian(block.piece)
    output.appendBigEndian(block.begin)
    return output
  }

  private static func append(_ id: MessageID, length: UInt32 = 1, to output: inout [UInt8]) {
    output.appendBigEndian(length)
    output.append(id.rawValue)
  }

  private static func append(_ id: MessageID, _ piece: UInt32, to output: inout [UInt8]) {
    append(id, length: 5, to: &output)
    output.appendBigEndian(piece)
  }

  private static func append(_ id: MessageID, _ block: Block, to output: inout [UInt8]) {
    append(id, length: 13, to: &output)
    output.appendBigEndian(block.piece)
    output.appendBigEndian(block.begin)
    output.appendBigEndian(block.length)
  }

  private static func append(extended id: UInt8, _ payload: [UInt8], to output: inout [UInt8]) {
    append(.extended, length: UInt32(2 + payload.count), to: &output)
    output.append(id)
    output.append(contentsOf: payload)
  }
}
