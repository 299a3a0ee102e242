/// The query of a tracker's address: percent-encoded bytes, since hashes and peer ids are no text.
struct QueryString {
  /// Names and decoded values, in the order in which they came.
  private(set) var items: [(name: String, value: [UInt8])] = []

  /// Decodes `name=value&…`; a `?` before it is skipped, a plus sign is a space.
  ///
  /// - Throws: `TrackerQueryError.badEncoding` for a percent sign without two hexadecimal digits, or a name that is no
  ///   UTF-8.
  init(_ query: some StringProtocol) throws(TrackerQueryError) {
    var bytes = Array(query.utf8)[...]
    if bytes.first == UInt8(ascii: "?") { bytes = bytes.dropFirst() }
    for item in bytes.split(separator: UInt8(ascii: "&")) {
      let end = item.firstIndex(of: UInt8(ascii: "=")) ?? item.endIndex
      let name = try Self.decode(item[..<end])
      let value = end < item.endIndex ? try Self.decode(item[(end + 1)...]) : []
      guard let name = String(validating: name, as: UTF8.self) else {
        throw TrackerQueryError.badEncoding(String(decoding: item, as: UTF8.self))
      }
      items.append((name, value))
    }
  }

  private static func decode(_ bytes: ArraySlice<UInt8>) throws(TrackerQueryError) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      switch bytes[index] {
      case UInt8(ascii: "%"):
        guard index + 2 < bytes.endIndex, let high = nibble(bytes[index + 1]), let low = nibble(bytes[index + 2])
        else { throw TrackerQueryError.badEncoding(String(decoding: bytes, as: UTF8.self)) }
        output.append(high << 4 | low)
        index += 3
      case UInt8(ascii: "+"):
        output.append(UInt8(ascii: " "))
        index += 1
      case let byte:
        output.append(byte)
        index += 1
      }
    }
    return output
  }

  private static func nibble(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  private static let digits = Array("0123456789abcdef".utf8)

  /// Percent-encodes all but RFC 3986's unreserved characters.
  static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var output: [UInt8] = []
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        output.append(byte)
      default:
        output.append(UInt8(ascii: "%"))
        output.append(digits[Int(byte >> 4)])
        output.append(digits[Int(byte & 15)])
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}

/// Why a tracker refuses a query; the description is fit for a `failure reason`.
public enum TrackerQueryError: Error, Hashable, Sendable, CustomStringConvertible {
  case badEncoding(String)
  case missing(String)
  case duplicate(String)
  case wrongSize(String, bytes: Int, expected: Int)
  case notANumber(String, found: String, expected: String)
  case unknownEvent(String)

  public var description: String {
    switch self {
    case .badEncoding(let text): "bad percent-encoding in \(String(reflecting: text.prefix(80)))"
    case .missing(let name): "\(name) is missing"
    case .duplicate(let name): "\(name) is given twice"
    case .wrongSize(let name, let bytes, let expected): "\(name) has \(bytes) bytes, expected \(expected)"
    case .notANumber(let name, let found, let expected):
      "\(name) is \(String(reflecting: found.prefix(80))), expected \(expected)"
    case .unknownEvent(let event):
      "event is \(String(reflecting: event.prefix(80))), expected started, completed, stopped or nothing"
    }
  }
}
