/// Where the byte strings of a bencoded value lie (BEP 3), and under which keys.
///
/// Lenient, as those are who read it: keys may come in any order.
struct BencodedStrings {
  struct Place {
    /// Keys from the outermost dictionary on; `*` for an element of a list.
    var path: [String]
    var range: Range<Int>
  }

  /// Ascending.
  private(set) var places: [Place] = []
  /// Keys of the outermost dictionary.
  private(set) var keys: Set<String> = []
  /// Where the value ends; other bytes may follow.
  private(set) var end = 0
  private let bytes: [UInt8]

  private static let deepest = 16

  /// Nil for what does not begin with a dictionary.
  init?(_ bytes: [UInt8]) {
    self.bytes = bytes
    guard bytes.first == UInt8(ascii: "d"), read([]) else { return nil }
  }

  private mutating func read(_ path: [String]) -> Bool {
    guard path.count <= Self.deepest, end < bytes.count else { return false }
    switch bytes[end] {
    case UInt8(ascii: "i"):
      guard let stop = bytes[end...].firstIndex(of: UInt8(ascii: "e")) else { return false }
      end = stop + 1
      return true
    case UInt8(ascii: "l"):
      end += 1
      while end < bytes.count && bytes[end] != UInt8(ascii: "e") {
        guard read(path + ["*"]) else { return false }
      }
    case UInt8(ascii: "d"):
      end += 1
      while end < bytes.count && bytes[end] != UInt8(ascii: "e") {
        guard let key = readString() else { return false }
        let name = String(decoding: bytes[key], as: UTF8.self)
        if path.isEmpty { keys.insert(name) }
        guard read(path + [name]) else { return false }
      }
    default:
      guard let range = readString() else { return false }
      places.append(Place(path: path, range: range))
      return true
    }
    guard end < bytes.count else { return false }
    end += 1
    return true
  }

  private mutating func readString() -> Range<Int>? {
    var length = 0
    var position = end
    while position < bytes.count, position - end < 9, bytes[position] >= 0x30, bytes[position] <= 0x39 {
      length = length * 10 + Int(bytes[position] - 0x30)
      position += 1
    }
    guard position > end, position < bytes.count, bytes[position] == UInt8(ascii: ":"),
      length <= bytes.count - position - 1
    else { return nil }
    end = position + 1 + length
    return position + 1..<end
  }
}
