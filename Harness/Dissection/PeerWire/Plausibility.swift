import Wire

/// Whether bytes could be the header of a message, and whether a chain of such headers starts somewhere.
enum Plausibility {
  /// Longest block that anybody sends: 128 KiB.
  static let longestBlock: UInt32 = 128 << 10
  /// So many headers in a row are taken for messages; keep-alives do not count, since zeros look like them.
  static let chainLength = 3

  enum Chain {
    case holds, broken
    /// So many bytes must be there before more can be told.
    case needsMore(Int)
  }

  /// Follows headers from `start`. `pieces` is an upper bound of piece indices where one is known.
  static func chain(_ bytes: UnsafeRawBufferPointer, from start: Int, pieces: UInt32?) -> Chain {
    var position = start
    var found = 0
    var keepAlives = 0
    while found < chainLength {
      guard position < bytes.count else { return .needsMore(position + 1) }
      guard let header = MessageHeader.read(UnsafeRawBufferPointer(rebasing: bytes[position...])) else {
        // What there is of the prefix must not rule it out already.
        return bytes[position] == 0 ? .needsMore(bytes.count + 1) : .broken
      }
      if header.id == nil {
        keepAlives += 1
        guard found > 0 && keepAlives <= 2 else { return .broken }
      } else {
        keepAlives = 0
        guard isPlausible(header, bytes, position, pieces) else { return .broken }
        found += 1
      }
      position += 4 + Int(header.length)
    }
    return .holds
  }

  /// Whether `bytes` are whole messages from first to last, at least one of them no keep-alive.
  static func areWholeMessages(_ bytes: UnsafeRawBufferPointer, pieces: UInt32?) -> Bool {
    var position = 0
    var found = 0
    while position < bytes.count {
      guard let header = MessageHeader.read(UnsafeRawBufferPointer(rebasing: bytes[position...])) else { return false }
      if header.id != nil {
        guard isPlausible(header, bytes, position, pieces) else { return false }
        found += 1
      }
      position += 4 + Int(header.length)
    }
    return found > 0 && position == bytes.count
  }

  private static func isPlausible(
    _ header: MessageHeader, _ bytes: UnsafeRawBufferPointer, _ position: Int, _ pieces: UInt32?
  ) -> Bool {
    guard let kind = header.kind else { return false }
    if let fixed = kind.fixedLength, header.length != fixed { return false }
    if header.piece >= pieces ?? 1 << 26 { return false }
    switch kind {
    case .piece: return header.length > 9 && header.length <= 9 + longestBlock
    case .request, .cancel, .reject:
      guard bytes.count >= position + 17 else { return true }
      let length = bytes.word32(position + 13)
      return length > 0 && length <= longestBlock
    case .bitfield, .extended: return header.length >= 2 && header.length <= MessageReader.lengthLimit
    default: return true
    }
  }
}
