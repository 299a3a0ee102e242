import Glibc

/// Addresses in text, replaced by text as long: offsets and lengths must stay.
extension Pseudonyms {
  /// What takes the place of an address as text: its pseudonym where that is as long, else some address that is.
  ///
  /// Nil for what is no address.
  mutating func replacement(for text: some Collection<UInt8>) -> [UInt8]? {
    let text = Array(text)
    guard let address = IPAddress(text: text) else { return nil }
    let pseudonym = of(address)
    if pseudonym == address { return text }
    let written = Array(pseudonym.text.utf8)
    if written.count == text.count { return written }
    return text.contains(UInt8(ascii: ":")) ? Self.zeroed(text) : Self.filler(text.count)
  }

  /// Replaces every address in a stretch of text, whatever stands around it, and with parts of it escaped or not
  /// (RFC 3986, section 2.1: `2001%3Adb8%3A%3A1`).
  mutating func replaceAddresses(in bytes: inout [UInt8], _ range: Range<Int>) {
    guard bytes[range].contains(UInt8(ascii: "%")) else { return replaceUnescaped(in: &bytes, range) }
    let text = EscapedText(bytes, range)
    var characters = text.characters
    replaceUnescaped(in: &characters, 0..<text.characters.count)
    for (index, place) in text.places.enumerated() where characters[index] != text.characters[index] {
      let new = characters[index]
      bytes.replaceSubrange(place, with: place.count == 1 ? [new] : EscapedText.escape(of: new))
    }
  }

  private mutating func replaceUnescaped(in bytes: inout [UInt8], _ range: Range<Int>) {
    var position = range.lowerBound
    while position < range.upperBound {
      let end = bytes[position..<range.upperBound].firstIndex { !Self.isOfAddress($0) } ?? range.upperBound
      if end > position { replaceWithin(&bytes, position..<end) }
      position = end + 1
    }
  }

  /// The place of a host (RFC 3986), its port left out: an address becomes another, a name letters that tell nothing.
  mutating func replaceHost(in bytes: inout [UInt8], _ range: Range<Int>) {
    var host = range
    if let close = bytes[range].lastIndex(of: UInt8(ascii: "]")), bytes[range].first == UInt8(ascii: "[") {
      host = range.lowerBound + 1..<close
    } else if let colon = bytes[range].firstIndex(of: UInt8(ascii: ":")),
      !bytes[(colon + 1)..<range.upperBound].contains(UInt8(ascii: ":"))
    {
      host = range.lowerBound..<colon
    }
    if bytes[host].elementsEqual("localhost".utf8) { return }
    bytes.replaceSubrange(host, with: replacement(for: bytes[host]) ?? bytes[host].map(Self.anonymous))
  }

  private mutating func replaceWithin(_ bytes: inout [UInt8], _ token: Range<Int>) {
    var token = token
    while let last = bytes[token].last, last == UInt8(ascii: ".") { token = token.lowerBound..<token.upperBound - 1 }
    if bytes[token].count(where: { $0 == UInt8(ascii: ":") }) >= 2, replaceIPv6(&bytes, token) { return }
    var position = token.lowerBound
    while position < token.upperBound {
      let end = bytes[position..<token.upperBound].firstIndex { !Self.isOfIPv4($0) } ?? token.upperBound
      replaceIPv4(&bytes, position..<end)
      position = end + 1
    }
  }

  /// A run with two colons at least: an address with the colon of what it belongs to before or behind it, or with more beside
  /// it (a name's last letters, a port). Which of its groups are the address's cannot be told then, so none stays.
  ///
  /// - Returns: false where there is none in it, as in the time of day.
  private mutating func replaceIPv6(_ bytes: inout [UInt8], _ token: Range<Int>) -> Bool {
    for start in [token.lowerBound, token.lowerBound + 1] {
      for end in [token.upperBound, token.upperBound - 1] where start < end {
        // Only a colon is left out.
        guard bytes[token.lowerBound..<start].allSatisfy({ $0 == UInt8(ascii: ":") }),
          bytes[end..<token.upperBound].allSatisfy({ $0 == UInt8(ascii: ":") })
        else { continue }
        if let replaced = replacement(for: bytes[start..<end]) {
          bytes.replaceSubrange(start..<end, with: replaced)
          return true
        }
      }
    }
    let groups = bytes[token].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard groups.count >= 8 || groups.dropFirst().dropLast().contains(where: \.isEmpty) else { return false }
    bytes.replaceSubrange(token, with: Self.zeroed(Array(bytes[token])))
    return true
  }

  /// A run of digits and dots.
  private mutating func replaceIPv4(_ bytes: inout [UInt8], _ run: Range<Int>) {
    let dot = UInt8(ascii: ".")
    guard let first = bytes[run].firstIndex(where: { $0 != dot }), let last = bytes[run].lastIndex(where: { $0 != dot })
    else { return }
    let run = first..<last + 1
    if let replaced = replacement(for: bytes[run]) {
      bytes.replaceSubrange(run, with: replaced)
    } else if bytes[run].count(where: { $0 == dot }) > 3 {
      // Such as a name for looking an address up, which has its parts and more.
      bytes.replaceSubrange(run, with: Self.zeroed(Array(bytes[run])))
    }
  }

  /// An IPv4 address of 7 to 15 characters that is nobody's: 0.0.0.0, of 10.0.0.0/8, or 100.100.100.100 (RFC 6598).
  static func filler(_ length: Int) -> [UInt8] {
    var widths = [1, 1, 1, 1]
    var left = length - 7
    let most = [left >= 8 ? 3 : 2, 3, 3, 3]
    for place in widths.indices {
      let more = min(max(0, left), most[place] - 1)
      widths[place] += more
      left -= more
    }
    return Array(widths.map { ["0", "10", "100"][$0 - 1] }.joined(separator: ".").utf8)
  }

  private static func zeroed(_ text: [UInt8]) -> [UInt8] { text.map { isHexDigit($0) ? UInt8(ascii: "0") : $0 } }

  private static func anonymous(_ byte: UInt8) -> UInt8 {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") ? byte : UInt8(ascii: "x")
  }

  private static func isOfAddress(_ byte: UInt8) -> Bool { isHexDigit(byte) || byte == 0x2e || byte == 0x3a }

  private static func isOfIPv4(_ byte: UInt8) -> Bool { isDigit(byte) || byte == 0x2e }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f"))
  }
}

extension IPAddress {
  /// Reads four decimal numbers, leading zeros or not, or an IPv6 text; nil for anything else.
  init?(text: [UInt8]) {
    if text.contains(UInt8(ascii: ":")) {
      var bytes = [UInt8](repeating: 0, count: 16)
      guard text.count < 46, inet_pton(AF_INET6, String(decoding: text, as: UTF8.self), &bytes) == 1 else { return nil }
      self = bytes.withUnsafeBytes { IPAddress(high: $0.word64(0), low: $0.word64(8)) }
      return
    }
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var address: UInt32 = 0
    for part in parts {
      guard (1...3).contains(part.count), part.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
      let value = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 0x30) }
      guard value <= 255 else { return nil }
      address = address << 8 | value
    }
    self = IPAddress(v4: address)
  }
}
