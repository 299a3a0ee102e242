extension PeerMessage {
  /// The largest block that is accepted, in bytes: 128 KiB, what the oldest clients asked for.
  public static let largestBlock: UInt32 = 128 << 10
  /// The largest value of the length prefix for a bitfield of unknown size, an extended or an unknown message: 2 MiB.
  public static let largestLength: UInt32 = 2 << 20

  /// Judges the length prefix of a message before its body is read.
  ///
  /// - Parameter pieceCount: of the torrent, where known: it settles the length of a bitfield.
  /// - Throws: `PeerMessageError` with the lengths that would do.
  public static func check(_ header: MessageHeader, pieceCount: Int?) throws(PeerMessageError) {
    guard let id = header.id else { return }
    let allowed = allowedLengths(id, pieceCount: pieceCount)
    guard allowed.contains(header.length) else {
      throw PeerMessageError(id: id, reason: .length(header.length, allowed: allowed))
    }
  }

  private static func allowedLengths(_ id: UInt8, pieceCount: Int?) -> ClosedRange<UInt32> {
    guard let kind = MessageID(rawValue: id) else { return 1...largestLength }
    if let exact = kind.fixedLength { return exact...exact }
    switch kind {
    case .piece: return 9...9 + largestBlock
    case .extended: return 2...largestLength
    default:
      guard let pieceCount else { return 1...largestLength }
      let exact = UInt32(clamping: 1 + (pieceCount + 7) / 8)
      return exact...exact
    }
  }

  /// Makes a message of its header and of the `header.bodySize` bytes that follow it.
  ///
  /// - Returns: nil for an id that is not known. Not for `piece`, whose payload is no part of a value: it gives nil too.
  /// - Throws: `PeerMessageError` when the length is wrong for the kind, the body is cut short, or an extension
  ///   handshake is not strict bencode.
  public static func decode(
    _ header: MessageHeader, body: UnsafeRawBufferPointer
  ) throws(PeerMessageError) -> PeerMessage? {
    guard let id = header.id else { return .keepAlive }
    guard let kind = MessageID(rawValue: id) else { return nil }
    try check(header, pieceCount: nil)
    if kind == .piece { return nil }
    guard body.count >= header.bodySize else {
      throw PeerMessageError(id: id, reason: .truncated(bytes: body.count, expected: header.bodySize))
    }
    switch kind {
    case .choke: return .choke
    case .unchoke: return .unchoke
    case .interested: return .interested
    case .notInterested: return .notInterested
    case .haveAll: return .haveAll
    case .haveNone: return .haveNone
    case .have: return .have(header.piece)
    case .suggest: return .suggest(header.piece)
    case .allowedFast: return .allowedFast(header.piece)
    case .request: return .request(block(header, body))
    case .cancel: return .cancel(block(header, body))
    case .reject: return .reject(block(header, body))
    case .port: return .port(UInt16(body[0]) << 8 | UInt16(body[1]))
    case .bitfield: return .bitfield([UInt8](UnsafeRawBufferPointer(rebasing: body[..<header.bodySize])))
    case .extended:
      let payload = UnsafeRawBufferPointer(rebasing: body[1..<header.bodySize])
      return body[0] == 0 ? try extendedHandshake(payload) : .extended(id: body[0], [UInt8](payload))
    case .piece: return nil
    }
  }

  private static func block(_ header: MessageHeader, _ body: UnsafeRawBufferPointer) -> Block {
    Block(piece: header.piece, begin: header.begin, length: MessageHeader.bigEndian(body, 0))
  }

  private static func extendedHandshake(_ bytes: UnsafeRawBufferPointer) throws(PeerMessageError) -> PeerMessage {
    let value: Bencode
    do { value = try Bencode.decode(bytes, limits: .extensionHandshake) } catch {
      throw PeerMessageError(id: MessageID.extended.rawValue, reason: .extendedHandshake(error))
    }
    guard let dictionary = value.dictionary else {
      throw PeerMessageError(id: MessageID.extended.rawValue, reason: .extendedHandshake(nil))
    }
    return .extendedHandshake(ExtendedHandshake(dictionary))
  }
}
