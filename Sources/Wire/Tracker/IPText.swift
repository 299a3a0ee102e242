#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// IP addresses between bytes and text.
enum IPText {
  static func ipv4(_ bytes: ArraySlice<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(15)
    for byte in bytes {
      if !text.isEmpty { text.append(UInt8(ascii: ".")) }
      text.appendDecimal(Int64(byte))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Four decimal numbers, nothing else: no leading zeros, no shortened forms.
  static func parseIPv4(_ text: String) -> UInt32? {
    var address: UInt32 = 0
    var parts = 0
    for part in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard !part.isEmpty, part.count <= 3, part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
      var value: UInt32 = 0
      for byte in part {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        value = value * 10 + UInt32(byte - UInt8(ascii: "0"))
      }
      guard value <= 255, parts < 4 else { return nil }
      address = address << 8 | value
      parts += 1
    }
    return parts == 4 ? address : nil
  }

  /// As RFC 5952 has it: lower case, the longest run of zeros shortened.
  static func ipv6(_ bytes: ArraySlice<UInt8>) -> String {
    let source = Array(bytes)
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(AF_INET6, source, &text, socklen_t(text.count)) != nil else { return "::" }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  static func parseIPv6(_ text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
  }
}
