public import Wire

/// One thing that a side of a peer-wire conversation says, with its content.
public enum Spoken: Hashable, Sendable {
  case handshake(Handshake)
  /// Anything but piece and extended messages.
  case message(PeerMessage)
  /// BEP 10, as it came: 0 is the extension handshake.
  case extended(id: UInt8, [UInt8])
  /// A piece message; its payload where the reader keeps it, else empty.
  case block(Block, payload: [UInt8])
  /// An id that `MessageID` does not know.
  case unknown(id: UInt8)
}

/// Why bytes are not what a side of a peer-wire conversation says.
public enum SpokenError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The first bytes, at most 20.
  case noHandshake([UInt8])
  case message(PeerMessageError)

  public var description: String {
    switch self {
    case .noHandshake(let bytes):
      let digits = bytes.prefix(8).map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }
      return "no handshake of BEP 3: the first bytes are \(digits.joined(separator: " "))"
    case .message(let error): return "\(error)"
    }
  }
}

/// Cuts the bytes of one side, from its handshake on, into what it says.
///
/// Holds at most one message that is not whole; of a piece message nothing, unless it keeps payload.
public struct SpokenReader: Sendable {
  private var bytes: [UInt8] = []
  private var start = 0
  private var hasShakenHands = false
  private var stepping: (block: Block, left: Int64)?
  private let keepsPayload: Bool
  private let mayPrecede: Int

  /// - Parameters:
  ///   - keepsPayload: whether blocks come with their bytes.
  ///   - mayPrecede: so many bytes may come before the handshake, as those of an encryption exchange that chose plaintext.
  public init(keepsPayload: Bool, mayPrecede: Int = 0) {
    self.keepsPayload = keepsPayload
    self.mayPrecede = mayPrecede
  }

  public mutating func append(_ new: UnsafeRawBufferPointer) {
    guard !new.isEmpty else { return }
    // The payload of a block that is stepped over is not held.
    var rest = new[...]
    if let left = stepping?.left, start == bytes.count {
      let step = Int(min(left, Int64(rest.count)))
      stepping?.left -= Int64(step)
      rest = rest.dropFirst(step)
    }
    if start > 0 {
      bytes.removeFirst(start)
      start = 0
    }
    bytes.append(contentsOf: rest)
  }

  /// Passes over bytes that a capture lacks.
  ///
  /// - Returns: false where they are more than the payload of a block that is being stepped over: messages may be lost.
  public mutating func skip(_ count: Int64) -> Bool {
    guard let left = stepping?.left, start == bytes.count, left >= count else { return false }
    stepping?.left -= count
    return true
  }

  /// The next thing said; nil while more bytes are needed.
  ///
  /// - Throws: `SpokenError`, after which nothing more can be read.
  public mutating func next() throws(SpokenError) -> Spoken? {
    guard hasShakenHands else { return try handshake() }
    if stepping != nil { return steppedOver() }
    let found: (header: MessageHeader, end: Int)? = bytes.withUnsafeBytes { all in
      MessageHeader.read(UnsafeRawBufferPointer(rebasing: all[start...])).map { ($0, start + 4 + Int($0.length)) }
    }
    guard let (header, end) = found else { return nil }
    do throws(PeerMessageError) {
      try PeerMessage.check(header, pieceCount: nil)
      if header.kind == .piece && !keepsPayload {
        start += header.size
        let length = UInt32(clamping: header.bodySize)
        stepping = (Block(piece: header.piece, begin: header.begin, length: length), Int64(length))
        return steppedOver()
      }
      guard bytes.count >= end else { return nil }
      let body = Array(bytes[start + header.size..<end])
      start = end
      return try Self.content(header, body)
    } catch {
      throw SpokenError.message(error)
    }
  }

  private static func content(_ header: MessageHeader, _ body: [UInt8]) throws(PeerMessageError) -> Spoken {
    switch header.kind {
    case .piece:
      let block = Block(piece: header.piece, begin: header.begin, length: UInt32(clamping: body.count))
      return .block(block, payload: body)
    case .extended: return .extended(id: body[0], Array(body.dropFirst()))
    case nil where header.id != nil: return .unknown(id: header.id ?? 0)
    default:
      let result: Result<PeerMessage?, PeerMessageError> = body.withUnsafeBytes { raw in
        Result { () throws(PeerMessageError) in try PeerMessage.decode(header, body: raw) }
      }
      return try result.get().map(Spoken.message) ?? .unknown(id: header.id ?? 0)
    }
  }

  private mutating func steppedOver() -> Spoken? {
    guard let (block, left) = stepping else { return nil }
    let step = min(left, Int64(bytes.count - start))
    start += Int(step)
    stepping?.left -= step
    guard left == step else { return nil }
    stepping = nil
    return .block(block, payload: [])
  }

  private mutating func handshake() throws(SpokenError) -> Spoken? {
    let front = Array(bytes[start..<min(bytes.count, start + Opening.handshakeSize + mayPrecede)])
    guard let position = Opening.handshake.starts(front) ? 0 : Opening.handshake.find(in: front) else {
      if front.count > mayPrecede { throw .noHandshake(Array(front.prefix(20))) }
      return nil
    }
    guard position <= mayPrecede else { throw .noHandshake(Array(front.prefix(20))) }
    guard let read = front[position...].withUnsafeBytes({ Handshake(parsing: $0) }) else { return nil }
    start += position + Handshake.size
    hasShakenHands = true
    return .handshake(read)
  }
}
