/// Places that the YAML parser does not tell, found in the text.
extension YAMLText {
  /// The next line on which a key stands in the same column; nil in flow style, where only the first is known.
  static func second(_ key: String, after first: Place, in text: String) -> Place? {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for number in lines.indices.dropFirst(first.line) {
      let line = lines[number]
      let indent = line.prefix { $0 == " " }.count
      guard indent == first.column - 1 else { continue }
      let rest = line.dropFirst(indent)
      for written in [key, "\"\(key)\"", "'\(key)'"] where rest.hasPrefix(written) {
        if rest.dropFirst(written.count).drop(while: { $0 == " " }).first == ":" {
          return Place(line: number + 1, column: first.column)
        }
      }
    }
    return nil
  }

  static func hasTab(_ text: String, at place: Place) -> Bool {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard lines.indices.contains(place.line - 1) else { return false }
    return lines[place.line - 1].unicodeScalars.dropFirst(place.column - 1).first == "\t"
  }

  /// Where a character with this value stands first.
  static func place(of value: Int32, in text: String) -> Place {
    var place = Place(line: 1, column: 1)
    for scalar in text.unicodeScalars {
      if Int64(scalar.value) == Int64(value) { return place }
      if scalar == "\n" {
        place = Place(line: place.line + 1, column: 1)
      } else {
        place.column += 1
      }
    }
    return Place(line: 1, column: 1)
  }

  /// How many bytes from the start are UTF-8.
  static func validPrefix(_ bytes: [UInt8]) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var count = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): count += UTF8.width(scalar)
      case .emptyInput: return count
      case .error: return min(count, bytes.count - 1)
      }
    }
  }

  static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "0x" + (digits.count == 1 ? "0" : "") + digits
  }
}
