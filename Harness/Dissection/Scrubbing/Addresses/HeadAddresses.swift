/// Addresses in the heads of HTTP requests and responses (RFC 9112), of trackers and of files, and in local discovery (BEP 14).
extension Pseudonyms {
  /// A head as long, without the addresses in it; nor has it the host that was asked, if only by name.
  mutating func rewritten(head: [UInt8]) -> [UInt8] {
    var bytes = head
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex { $0 == 13 || $0 == 10 } ?? bytes.count
      if start == 0 && Opening.httpRequest.starts(Array(bytes.prefix(4))) {
        rewriteRequest(&bytes, start..<end)
      } else {
        rewriteField(&bytes, start..<end)
      }
      start = end + 1
    }
    return bytes
  }

  private mutating func rewriteField(_ bytes: inout [UInt8], _ line: Range<Int>) {
    guard let colon = bytes[line].firstIndex(of: UInt8(ascii: ":")),
      String(decoding: bytes[line.lowerBound..<colon], as: UTF8.self).lowercased() == "host"
    else { return replaceAddresses(in: &bytes, line) }
    let value = bytes[(colon + 1)..<line.upperBound]
    guard let first = value.firstIndex(where: { !Self.isSpace($0) }),
      let last = value.lastIndex(where: { !Self.isSpace($0) })
    else { return }
    replaceHost(in: &bytes, first..<last + 1)
  }

  private mutating func rewriteRequest(_ bytes: inout [UInt8], _ line: Range<Int>) {
    let targetEnd = bytes[line].dropFirst(4).firstIndex(of: UInt8(ascii: " ")) ?? line.upperBound
    let target = min(line.lowerBound + 4, targetEnd)..<targetEnd
    let mark = bytes[target].firstIndex(of: UInt8(ascii: "?")) ?? target.upperBound
    rewritePath(&bytes, target.lowerBound..<mark)
    var start = mark
    while start < target.upperBound {
      start += 1
      let end = bytes[start..<target.upperBound].firstIndex(of: UInt8(ascii: "&")) ?? target.upperBound
      if let equals = bytes[start..<end].firstIndex(of: UInt8(ascii: "=")) {
        let key = String(decoding: bytes[start..<equals], as: UTF8.self)
        rewriteValue(&bytes, equals + 1..<end, of: key)
      }
      start = end
    }
  }

  /// `/announce`, or a whole address of it, as proxies are asked.
  private mutating func rewritePath(_ bytes: inout [UInt8], _ path: Range<Int>) {
    var path = path
    if bytes[path].first != UInt8(ascii: "/"), let colon = bytes[path].firstIndex(of: UInt8(ascii: ":")),
      bytes[colon..<path.upperBound].starts(with: "://".utf8)
    {
      let host = colon + 3
      let end = bytes[host..<path.upperBound].firstIndex(of: UInt8(ascii: "/")) ?? path.upperBound
      replaceHost(in: &bytes, host..<end)
      path = end..<path.upperBound
    }
    replaceAddresses(in: &bytes, path)
  }

  private mutating func rewriteValue(_ bytes: inout [UInt8], _ value: Range<Int>, of key: String) {
    // What the trace tells of, in which no address is.
    if Self.toldKeys.contains(key) { return }
    guard key.hasPrefix("ip") || key.hasSuffix("ip") else { return replaceAddresses(in: &bytes, value) }
    bytes.replaceSubrange(value, with: replacement(for: bytes[value]) ?? Self.emptied(Array(bytes[value])))
  }

  /// A value that is said to be an address, and has a form that we do not read: only the marks between its parts stay.
  private static func emptied(_ value: [UInt8]) -> [UInt8] {
    var result = value
    var position = 0
    while position < value.count {
      let isEscape =
        value[position] == UInt8(ascii: "%") && position + 2 < value.count && isHexDigit(value[position + 1])
        && isHexDigit(value[position + 2])
      if isEscape {
        let digits = position + 1..<position + 3
        let escaped = String(decoding: value[digits], as: UTF8.self).lowercased()
        if !["2e", "3a", "5b", "5d"].contains(escaped) { result.replaceSubrange(digits, with: "30".utf8) }
        position += 3
      } else {
        if ![0x2e, 0x3a, 0x5b, 0x5d].contains(value[position]) { result[position] = UInt8(ascii: "0") }
        position += 1
      }
    }
    return result
  }

  private static let toldKeys: Set<String> = [
    "info_hash", "peer_id", "port", "uploaded", "downloaded", "left", "event",
  ]

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
