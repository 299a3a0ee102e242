extension Bencode {
  /// The canonical encoding.
  public var encoded: [UInt8] {
    var output: [UInt8] = []
    encode(into: &output)
    return output
  }

  public func encode(into output: inout [UInt8]) {
    switch self {
    case .integer(let value):
      output.append(UInt8(ascii: "i"))
      output.appendDecimal(value)
      output.append(UInt8(ascii: "e"))
    case .bytes(let bytes): output.appendBencoded(bytes)
    case .list(let values):
      output.append(UInt8(ascii: "l"))
      for value in values { value.encode(into: &output) }
      output.append(UInt8(ascii: "e"))
    case .dictionary(let dictionary):
      output.append(UInt8(ascii: "d"))
      for entry in dictionary.entries {
        output.appendBencoded(entry.key)
        entry.value.encode(into: &output)
      }
      output.append(UInt8(ascii: "e"))
    }
  }
}

extension [UInt8] {
  mutating func appendBencoded(_ bytes: [UInt8]) {
    appendDecimal(Int64(bytes.count))
    append(UInt8(ascii: ":"))
    append(contentsOf: bytes)
  }

  /// The decimal digits of a number, without a detour over a String.
  mutating func appendDecimal(_ value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    let start = count
    repeat {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    var low = start
    var high = count - 1
    while low < high {
      swapAt(low, high)
      low += 1
      high -= 1
    }
  }

  mutating func appendBigEndian(_ value: UInt64) {
    appendBigEndian(UInt32(truncatingIfNeeded: value >> 32))
    appendBigEndian(UInt32(truncatingIfNeeded: value))
  }

  mutating func appendBigEndian(_ value: UInt32) {
    append(UInt8(truncatingIfNeeded: value >> 24))
    append(UInt8(truncatingIfNeeded: value >> 16))
    append(UInt8(truncatingIfNeeded: value >> 8))
    append(UInt8(truncatingIfNeeded: value))
  }

  mutating func appendBigEndian(_ value: UInt16) {
    append(UInt8(truncatingIfNeeded: value >> 8))
    append(UInt8(truncatingIfNeeded: value))
  }
}
