package import NIOCore
package import Wire

/// Cuts a stream of bytes, in whatever portions it comes, into peer messages and blocks.
///
/// Lengths are judged before a byte of the body is kept, and a body grows only as its bytes arrive, so that what a
/// remote can make us hold is bounded by what it really sends: 128 KiB and a header at most. A block that lies whole in a
/// portion is not copied: its payload is a slice of the portion.
package struct MessageParser {
  package enum Event {
    case message(PeerMessage)
    /// A whole piece message and its payload.
    case block(Block, ByteBuffer)
  }

  private enum State {
    case header
    case body(MessageHeader)
    case payload(MessageHeader)
    case skipping(Int)
  }

  /// Extended messages above this are stepped over unread: a BEP 10 handshake is a few hundred bytes.
  private static let largestExtended = 16384

  private let pieceCount: Int
  private let allocator = ByteBufferAllocator()
  private var state = State.header
  /// The header's or body's bytes as far as they came in earlier portions.
  private var carried: [UInt8] = []
  /// The same of a block's payload.
  private var carriedPayload = ByteBuffer()

  package init(pieceCount: Int) { self.pieceCount = pieceCount }

  /// The next event in `bytes` from `cursor` on, which is moved past what was used; nil when more bytes are needed.
  ///
  /// - Parameter portion: the buffer whose readable bytes these are.
  /// - Throws: `PeerMessageError` for a length that no message of its kind has; the connection is of no use then.
  package mutating func next(
    _ bytes: UnsafeRawBufferPointer, of portion: ByteBuffer, _ cursor: inout Int
  ) throws(PeerMessageError) -> Event? {
    while true {
      switch state {
      case .header:
        guard let header = header(bytes, &cursor) else { return nil }
        try PeerMessage.check(header, pieceCount: pieceCount)
        enter(header)
      case .body(let header):
        guard let event = try body(header, bytes, &cursor) else { return nil }
        state = .header
        if case .some(let message) = event { return .message(message) }
      case .payload(let header):
        guard let payload = payload(header, bytes, of: portion, &cursor) else { return nil }
        state = .header
        return .block(Block(piece: header.piece, begin: header.begin, length: UInt32(header.bodySize)), payload)
      case .skipping(let left):
        let taken = min(left, bytes.count - cursor)
        cursor += taken
        guard taken == left else {
          state = .skipping(left - taken)
          return nil
        }
        state = .header
      }
    }
  }

  private mutating func header(_ bytes: UnsafeRawBufferPointer, _ cursor: inout Int) -> MessageHeader? {
    if carried.isEmpty, let header = MessageHeader.read(rest(bytes, cursor)) {
      cursor += header.size
      return header
    }
    while cursor < bytes.count {
      carried.append(bytes[cursor])
      cursor += 1
      if let header = carried.withUnsafeBytes({ MessageHeader.read($0) }) {
        carried.removeAll(keepingCapacity: true)
        return header
      }
    }
    return nil
  }

  private mutating func enter(_ header: MessageHeader) {
    switch header.kind {
    case .piece: state = .payload(header)
    case .extended where header.bodySize > Self.largestExtended: state = .skipping(header.bodySize)
    case .none where header.id != nil: state = .skipping(header.bodySize)
    default: state = .body(header)
    }
  }

  /// - Returns: nil when bytes are lacking; `.some(nil)` for a message that means nothing to us.
  private mutating func body(
    _ header: MessageHeader, _ bytes: UnsafeRawBufferPointer, _ cursor: inout Int
  ) throws(PeerMessageError) -> PeerMessage?? {
    let lacking = header.bodySize - carried.count
    let taken = min(lacking, bytes.count - cursor)
    let portion = UnsafeRawBufferPointer(rebasing: bytes[cursor..<cursor + taken])
    cursor += taken
    if carried.isEmpty, taken == lacking { return .some(try PeerMessage.decode(header, body: portion)) }
    carried.append(contentsOf: portion)
    guard taken == lacking else { return nil }
    let whole = carried
    carried = []
    return .some(try Self.decode(header, whole))
  }

  private static func decode(_ header: MessageHeader, _ body: [UInt8]) throws(PeerMessageError) -> PeerMessage? {
    let result = body.withUnsafeBytes { bytes in
      Result { () throws(PeerMessageError) in try PeerMessage.decode(header, body: bytes) }
    }
    return try result.get()
  }

  /// - Returns: nil while it is not whole.
  private mutating func payload(
    _ header: MessageHeader, _ bytes: UnsafeRawBufferPointer, of portion: ByteBuffer, _ cursor: inout Int
  ) -> ByteBuffer? {
    let begun = carriedPayload.readableBytes
    let taken = min(header.bodySize - begun, bytes.count - cursor)
    defer { cursor += taken }
    if taken == header.bodySize { return portion.getSlice(at: portion.readerIndex + cursor, length: taken) }
    if begun == 0 { carriedPayload = allocator.buffer(capacity: min(header.bodySize, Int(Block.standardLength))) }
    carriedPayload.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[cursor..<cursor + taken]))
    guard carriedPayload.readableBytes == header.bodySize else { return nil }
    defer { carriedPayload = ByteBuffer() }
    return carriedPayload
  }

  private func rest(_ bytes: UnsafeRawBufferPointer, _ cursor: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[cursor...])
  }
}
