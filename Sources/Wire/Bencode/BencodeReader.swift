/// A strict decoder: canonical integers and lengths, keys strictly ascending (unless the limits allow any order), nothing
/// after the value.
///
/// Recursion is bounded by `BencodeLimits.depth`. Strings are copied only once their length is known to be there, so a
/// huge length costs nothing.
struct BencodeReader {
  private let bytes: UnsafeRawBufferPointer
  private let limits: BencodeLimits
  private var offset = 0
  private var valueCount = 0

  init(_ bytes: UnsafeRawBufferPointer, limits: BencodeLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  mutating func readWhole() throws(BencodeError) -> Bencode {
    guard bytes.count <= limits.size else {
      throw BencodeError(reason: .tooLarge(limit: limits.size), offset: limits.size)
    }
    let value = try readValue(depth: 0)
    guard offset == bytes.count else { throw error(.trailingBytes(count: bytes.count - offset)) }
    return value
  }

  private mutating func readValue(depth: Int) throws(BencodeError) -> Bencode {
    valueCount += 1
    guard valueCount <= limits.values else { throw error(.tooManyValues(limit: limits.values)) }
    switch try peek() {
    case UInt8(ascii: "i"): return .integer(try readInteger())
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return .bytes(try readBytes())
    case UInt8(ascii: "l"): return .list(try readList(depth: depth))
    case UInt8(ascii: "d"): return .dictionary(try readDictionary(depth: depth))
    case let byte: throw error(.unexpectedByte(byte))
    }
  }

  private mutating func readInteger() throws(BencodeError) -> Int64 {
    offset += 1
    let start = offset
    let isNegative = try peek() == UInt8(ascii: "-")
    if isNegative { offset += 1 }
    // Gathered below zero, since the lowest Int64 has no counterpart above.
    let magnitude = try readDigits(until: UInt8(ascii: "e"))
    guard isNegative else {
      guard magnitude != .min else { throw error(.integerOverflow, at: start) }
      return -magnitude
    }
    guard magnitude != 0 else { throw error(.negativeZero, at: start) }
    return magnitude
  }

  private mutating func readBytes() throws(BencodeError) -> [UInt8] {
    let start = offset
    let negated = try readDigits(until: UInt8(ascii: ":"))
    guard let length = Int(exactly: 0 - max(negated, -Int64.max)), length <= bytes.count - offset else {
      let length = Int(clamping: 0 - max(negated, -Int64.max))
      throw error(.lengthBeyondEnd(length: length, remaining: bytes.count - offset), at: start)
    }
    let value = [UInt8](UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length]))
    offset += length
    return value
  }

  /// Reads a canonical decimal number and its terminator; the number comes back negated.
  private mutating func readDigits(until terminator: UInt8) throws(BencodeError) -> Int64 {
    let start = offset
    var negated: Int64 = 0
    while true {
      let byte = try peek()
      if byte == terminator { break }
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { throw error(.unexpectedByte(byte)) }
      let (product, overflowed) = negated.multipliedReportingOverflow(by: 10)
      let (sum, overflowedToo) = product.subtractingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
      guard !overflowed, !overflowedToo else { throw error(.integerOverflow, at: start) }
      negated = sum
      offset += 1
    }
    guard offset > start else { throw error(.integerEmpty) }
    guard offset == start + 1 || bytes[start] != UInt8(ascii: "0") else { throw error(.leadingZero, at: start) }
    offset += 1
    return negated
  }

  private mutating func readList(depth: Int) throws(BencodeError) -> [Bencode] {
    try enter(depth)
    var values: [Bencode] = []
    while try peek() != UInt8(ascii: "e") { values.append(try readValue(depth: depth + 1)) }
    offset += 1
    return values
  }

  private mutating func readDictionary(depth: Int) throws(BencodeError) -> BencodeDictionary {
    try enter(depth)
    let dictionaryStart = offset - 1
    var entries: [BencodeDictionary.Entry] = []
    var isSorted = true
    while true {
      let start = offset
      switch try peek() {
      case UInt8(ascii: "e"):
        offset += 1
        if !isSorted { try sort(&entries, at: dictionaryStart) }
        return BencodeDictionary(sorted: entries)
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let key = try readBytes()
        if let last = entries.last, !last.key.lexicographicallyPrecedes(key) {
          guard limits.allowsAnyKeyOrder, last.key != key else {
            throw error(last.key == key ? .duplicateKey : .keysOutOfOrder, at: start)
          }
          isSorted = false
        }
        entries.append(.init(key: key, value: try readValue(depth: depth + 1)))
      default: throw error(.keyNotBytes)
      }
    }
  }

  private func sort(_ entries: inout [BencodeDictionary.Entry], at start: Int) throws(BencodeError) {
    entries.sort { $0.key.lexicographicallyPrecedes($1.key) }
    for (entry, next) in zip(entries, entries.dropFirst()) where entry.key == next.key {
      throw error(.duplicateKey, at: start)
    }
  }

  private mutating func enter(_ depth: Int) throws(BencodeError) {
    guard depth < limits.depth else { throw error(.tooDeep(limit: limits.depth)) }
    offset += 1
  }

  private func peek() throws(BencodeError) -> UInt8 {
    guard offset < bytes.count else { throw error(.truncated) }
    return bytes[offset]
  }

  private func error(_ reason: BencodeError.Reason, at offset: Int? = nil) -> BencodeError {
    BencodeError(reason: reason, offset: offset ?? self.offset)
  }
}
