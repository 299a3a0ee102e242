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

  static func ipv4(_ address: UInt32) -> String {
    ipv4([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: address >> $0) }[...])
  }

  /// Four decimal numbers, nothing else: no leading zeros, no shortened forms.
  static func parseIPv4(_ text: String) -> UInt32? {
    var address: UInt32 = 0
    var part: UInt32 = 0
    var digits = 0
    var dots = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        guard digits == 0 || part > 0 else { return nil }
        part = part * 10 + UInt32(byte - UInt8(ascii: "0"))
        digits += 1
        guard part <= 255 else { return nil }
      case UInt8(ascii: "."):
        guard digits > 0, dots < 3 else { return nil }
        address = address << 8 | part
        part = 0
        digits = 0
        dots += 1
      default: return nil
      }
    }
    return digits > 0 && dots == 3 ? address << 8 | part : nil
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
