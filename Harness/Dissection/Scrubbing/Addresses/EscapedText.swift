/// Text of a URL, each character with its place, where it may stand as an escape of three bytes (RFC 3986,
/// section 2.1).
struct EscapedText {
  private(set) var characters: [UInt8] = []
  /// Of each character: one byte or three.
  private(set) var places: [Range<Int>] = []

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    var position = range.lowerBound
    while position < range.upperBound {
      if bytes[position] == UInt8(ascii: "%"), position + 2 < range.upperBound,
        let high = Self.digit(bytes[position + 1]), let low = Self.digit(bytes[position + 2])
      {
        characters.append(high << 4 | low)
        places.append(position..<position + 3)
      } else {
        characters.append(bytes[position])
        places.append(position..<position + 1)
      }
      position = places[places.count - 1].upperBound
    }
  }

  static func escape(of character: UInt8) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    return [UInt8(ascii: "%"), digits[Int(character >> 4)], digits[Int(character & 15)]]
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}
