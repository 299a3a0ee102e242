/// Why a line is not JSON, and at which byte.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  package let what: String
  package let offset: Int

  package var description: String { "byte \(offset): \(what)" }
}

extension JSONValue {
  /// Parses exactly one value (RFC 8259), lists and objects at most 32 within each other, no name twice.
  ///
  /// - Throws: `JSONError`
  package init(parsing text: some StringProtocol) throws(JSONError) {
    var reader = JSONReader(bytes: Array(text.utf8))
    self = try reader.readWhole()
  }
}

private struct JSONReader {
  let bytes: [UInt8]
  var offset = 0

  static let maximumDepth = 32

  mutating func readWhole() throws(JSONError) -> JSONValue {
    let value = try readValue(depth: 0)
    skipSpace()
    guard offset == bytes.count else { throw error("expected the end") }
    return value
  }

  private mutating func readValue(depth: Int) throws(JSONError) -> JSONValue {
    skipSpace()
    switch try peek() {
    case UInt8(ascii: "{"): return try readObject(depth: depth)
    case UInt8(ascii: "["): return try readArray(depth: depth)
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "t"): return try readWord("true", .bool(true))
    case UInt8(ascii: "f"): return try readWord("false", .bool(false))
    case UInt8(ascii: "n"): return try readWord("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber()
    default: throw error("expected a value")
    }
  }

  private mutating func readObject(depth: Int) throws(JSONError) -> JSONValue {
    guard depth < Self.maximumDepth else { throw error("nested too deeply") }
    offset += 1
    var members: [JSONValue.Member] = []
    if try take(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipSpace()
      let start = offset
      guard try peek() == UInt8(ascii: "\"") else { throw error("expected a name in quotes") }
      let name = try readString()
      guard !members.contains(where: { $0.name == name }) else {
        throw JSONError(what: "the name \(String(reflecting: name)) occurs twice", offset: start)
      }
      guard try take(UInt8(ascii: ":")) else { throw error("expected a colon") }
      members.append(.init(name: name, value: try readValue(depth: depth + 1)))
    } while try take(UInt8(ascii: ","))
    guard try take(UInt8(ascii: "}")) else { throw error("expected a comma or }") }
    return .object(members)
  }

  private mutating func readArray(depth: Int) throws(JSONError) -> JSONValue {
    guard depth < Self.maximumDepth else { throw error("nested too deeply") }
    offset += 1
    var values: [JSONValue] = []
    if try take(UInt8(ascii: "]")) { return .array(values) }
    repeat { values.append(try readValue(depth: depth + 1)) } while try take(UInt8(ascii: ","))
    guard try take(UInt8(ascii: "]")) else { throw error("expected a comma or ]") }
    return .array(values)
  }

  private mutating func readWord(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    let matches = word.withUTF8Buffer { bytes[offset...].starts(with: $0) }
    guard matches else { throw error("expected \(word)") }
    offset += word.utf8CodeUnitCount
    return value
  }

  private mutating func readNumber() throws(JSONError) -> JSONValue {
    let start = offset
    if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    let first = offset
    let whole = skipDigits()
    guard whole > 0, whole == 1 || bytes[first] != UInt8(ascii: "0") else { throw error("expected a number") }
    var isInteger = true
    if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
      isInteger = false
      offset += 1
      guard skipDigits() > 0 else { throw error("expected a digit") }
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      offset += 1
      if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") { offset += 1 }
      guard skipDigits() > 0 else { throw error("expected a digit") }
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isInteger, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw JSONError(what: "the number is too large", offset: start)
    }
    return .decimal(value)
  }

  private mutating func skipDigits() -> Int {
    let start = offset
    while offset < bytes.count, bytes[offset] >= UInt8(ascii: "0"), bytes[offset] <= UInt8(ascii: "9") { offset += 1 }
    return offset - start
  }

  private mutating func readString() throws(JSONError) -> String {
    let start = offset
    offset += 1
    var output: [UInt8] = []
    while true {
      let byte = try peek()
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: output, as: UTF8.self) else {
          throw JSONError(what: "the string is no UTF-8", offset: start)
        }
        return text
      case UInt8(ascii: "\\"): try readEscape(into: &output)
      case 0..<0x20:
        throw JSONError(what: "a control character must be escaped", offset: offset - 1)
      default: output.append(byte)
      }
    }
  }

  private mutating func readEscape(into output: inout [UInt8]) throws(JSONError) {
    let byte = try peek()
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"):
      var code = try readFourDigits()
      if (0xD800..<0xDC00).contains(code) {
        guard bytes[offset...].starts(with: "\\u".utf8) else { throw error("expected the second half of a pair") }
        offset += 2
        let low = try readFourDigits()
        guard (0xDC00..<0xE000).contains(low) else { throw error("expected the second half of a pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("half of a pair") }
      output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    default:
      offset -= 1
      throw error("unknown escape")
    }
  }

  private mutating func readFourDigits() throws(JSONError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      let byte = try peek()
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: throw error("expected four hexadecimal digits")
      }
      code = code << 4 | UInt32(digit)
      offset += 1
    }
    return code
  }

  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: return
      }
    }
  }

  /// Skips space and, if it is there, `byte`.
  private mutating func take(_ byte: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    guard try peek() == byte else { return false }
    offset += 1
    return true
  }

  private func peek() throws(JSONError) -> UInt8 {
    guard offset < bytes.count else { throw error("the text ends too early") }
    return bytes[offset]
  }

  private func error(_ what: String) -> JSONError { JSONError(what: what, offset: offset) }
}
