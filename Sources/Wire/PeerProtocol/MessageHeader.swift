/// The first bytes of a peer-wire message, at most 13: length prefix, id, and piece and begin where the message has them.
///
/// Apart from the body, so that a reader can step over payload without holding it.
public struct MessageHeader: Hashable, Sendable {
  public static let maximumSize = 13

  /// The value of the length prefix: bytes that follow the first four. 0 is a keep-alive.
  public var length: UInt32
  /// The id byte; nil for a keep-alive. May be one that `MessageID` does not know.
  public var id: UInt8?
  /// Piece index of have, suggest, allowedFast, request, piece, cancel and reject; else 0.
  public var piece: UInt32
  /// Offset within the piece, in bytes, of request, piece, cancel and reject; else 0.
  public var begin: UInt32
  /// Bytes that the header itself takes: 4 to 13.
  public var size: Int

  public var kind: MessageID? { id.flatMap(MessageID.init(rawValue:)) }

  /// Bytes of the message after the header. For request, cancel and reject these are the 4 bytes of the block's length.
  public var bodySize: Int { 4 + Int(length) - size }

  /// Reads a header from the front of `bytes`.
  ///
  /// - Returns: nil while more bytes are needed. A length that is wrong for its kind is not judged here, but a message
  ///   too short for its own header fields yields a header without them (`size` 5, `piece` and `begin` 0).
  @inlinable public static func read(_ bytes: UnsafeRawBufferPointer) -> MessageHeader? {
    guard bytes.count >= 4 else { return nil }
    let length = bigEndian(bytes, 0)
    guard length > 0 else { return MessageHeader(length: 0, id: nil, piece: 0, begin: 0, size: 4) }
    guard bytes.count >= 5 else { return nil }
    let id = bytes[4]
    let fields = min(fieldSize(id), Int(length) - 1)
    switch fields {
    case 4..<8:
      guard bytes.count >= 9 else { return nil }
      return MessageHeader(length: length, id: id, piece: bigEndian(bytes, 5), begin: 0, size: 9)
    case 8...:
      guard bytes.count >= 13 else { return nil }
      return MessageHeader(
        length: length, id: id, piece: bigEndian(bytes, 5), begin: bigEndian(bytes, 9), size: 13)
    default:
      return MessageHeader(length: length, id: id, piece: 0, begin: 0, size: 5)
    }
  }

  @inlinable static func bigEndian(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
    UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// Bytes of piece index and begin after an id; 0 where the message has neither. Over plain numbers, since this runs for
  /// every message of a capture.
  @inlinable static func fieldSize(_ id: UInt8) -> Int {
    switch id {
    case 4, 13, 17: 4  // have, suggest, allowed fast
    case 6, 7, 8, 16: 8  // request, piece, cancel, reject
    default: 0
    }
  }

  @inlinable init(length: UInt32, id: UInt8?, piece: UInt32, begin: UInt32, size: Int) {
    self.length = length
    self.id = id
    self.piece = piece
    self.begin = begin
    self.size = size
  }
}
