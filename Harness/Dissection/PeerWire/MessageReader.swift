import Wire

/// Finds peer-wire messages in the bytes of a stream that begins on a message boundary, however these bytes are cut.
///
/// Bodies are stepped over; kept are bitfields and the block length of request, cancel and reject.
struct MessageReader {
  struct Completed {
    var header: MessageHeader
    var firstFrame: Int32
    /// The last four bytes of a request, cancel or reject.
    var blockLength: UInt32
    /// A bitfield that came whole.
    var bitfield: [UInt8]?
    /// Bytes of the body that the capture lacks.
    var missing: Int64
    /// The body of an extended message that came whole, where it is kept.
    var extended: [UInt8]?
  }

  enum Finding {
    case message(Completed)
    /// The header cannot be one: the reader is out of step with the stream.
    case outOfStep(Completed)
  }

  /// True while nothing was guessed: message boundaries follow from the handshake. Then a wrong length is the sender's.
  var isCertain: Bool
  /// For the scrubber, which looks for addresses there.
  var keepsExtended = false

  private var partial: [UInt8] = []
  private var current: Completed?
  private(set) var remaining: Int64 = 0
  private var collected: [UInt8] = []
  private var firstFrame: Int32 = 0

  /// Longest message that is believed, in bytes after the prefix: 2 MiB.
  static let lengthLimit: UInt32 = 2 << 20

  init(isCertain: Bool) { self.isCertain = isCertain }

  var isInPiece: Bool { current?.header.kind == .piece }
  /// In a message whose body is not looked at, and no piece.
  var isInOther: Bool { current?.isOther == true }
  /// Bytes of the body being read.
  var bodySize: Int? { current?.header.bodySize }
  /// Bytes of a header that is not whole yet.
  var headerBytes: Int { partial.count }

  /// Reads on from `position` to the end of the next message; nil when the bytes are used up.
  mutating func next(_ bytes: UnsafeRawBufferPointer, _ position: inout Int, _ stamp: Stamp) -> Finding? {
    while true {
      if current != nil {
        let step = min(Int(clamping: remaining), bytes.count - position)
        collect(bytes, position, step)
        position += step
        remaining -= Int64(step)
        return remaining == 0 ? complete() : nil
      }
      guard position < bytes.count else { return nil }
      guard let header = readHeader(bytes, &position, stamp) else { return nil }
      current = Completed(header: header, firstFrame: firstFrame, blockLength: 0, bitfield: nil, missing: 0)
      remaining = Int64(header.bodySize)
      if !isBelievable(header) {
        let completed = current
        current = nil
        if var completed {
          completed.missing = remaining
          remaining = 0
          return .outOfStep(completed)
        }
      }
    }
  }

  /// Steps over `count` bytes that the capture lacks; they lie within the body being read.
  mutating func miss(_ count: Int64) -> Finding? {
    current?.missing += count
    remaining -= count
    return remaining == 0 ? complete() : nil
  }

  /// Gives up the message being read, as one whose rest is missing.
  mutating func abandon() -> Completed? {
    let rest = remaining
    guard var completed = suspend() else { return nil }
    completed.missing += rest
    return completed
  }

  /// Gives out the message being read, whose rest will be found by other means.
  mutating func suspend() -> Completed? {
    guard let completed = current else { return nil }
    current = nil
    remaining = 0
    collected = []
    partial = []
    return completed
  }

  private mutating func readHeader(
    _ bytes: UnsafeRawBufferPointer, _ position: inout Int, _ stamp: Stamp
  ) -> MessageHeader? {
    if partial.isEmpty {
      firstFrame = stamp.frame
      if let header = MessageHeader.read(UnsafeRawBufferPointer(rebasing: bytes[position...])) {
        position += header.size
        return header
      }
    }
    while position < bytes.count {
      partial.append(bytes[position])
      position += 1
      if let header = partial.withUnsafeBytes({ MessageHeader.read($0) }) {
        partial.removeAll(keepingCapacity: true)
        return header
      }
    }
    return nil
  }

  private func isBelievable(_ header: MessageHeader) -> Bool {
    guard header.length <= Self.lengthLimit else { return false }
    guard !isCertain, let id = header.id else { return true }
    guard let kind = MessageID(rawValue: id) else { return false }
    if let fixed = kind.fixedLength { return header.length == fixed }
    return kind != .piece || (header.length >= 9 && header.length <= 9 + Plausibility.longestBlock)
  }

  private mutating func collect(_ bytes: UnsafeRawBufferPointer, _ position: Int, _ step: Int) {
    switch current?.header.kind {
    case .bitfield:
      collected.append(contentsOf: bytes[position..<position + step])
    case .extended where keepsExtended:
      if current?.missing == 0 { collected.append(contentsOf: bytes[position..<position + step]) }
    case .request, .cancel, .reject:
      let missing = current?.missing ?? 0
      if missing == 0 && collected.count < 4 { collected.append(contentsOf: bytes[position..<position + min(step, 4)]) }
    default: break
    }
  }

  private mutating func complete() -> Finding? {
    guard var completed = current else { return nil }
    current = nil
    if completed.header.kind == .bitfield {
      if completed.missing == 0 { completed.bitfield = collected }
    } else if completed.header.kind == .extended {
      if keepsExtended && completed.missing == 0 { completed.extended = collected }
    } else if collected.count >= 4 {
      completed.blockLength = collected.withUnsafeBytes { $0.word32(0) }
    }
    collected.removeAll(keepingCapacity: completed.bitfield == nil && completed.extended == nil)
    return .message(completed)
  }
}

extension MessageReader.Completed {
  /// Extended, or of an id that `MessageID` does not know.
  var isOther: Bool { header.id != nil && (header.kind == nil || header.kind == .extended) }
}
