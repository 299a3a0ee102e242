import Glibc

/// An IPv4 or IPv6 address in 16 bytes; IPv4 is mapped (::ffff:a.b.c.d, RFC 4291).
struct IPAddress: Hashable, Comparable {
  var high: UInt64
  var low: UInt64

  init(v4 address: UInt32) {
    high = 0
    low = 0xffff_0000_0000 | UInt64(address)
  }

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  static func < (a: IPAddress, b: IPAddress) -> Bool { (a.high, a.low) < (b.high, b.low) }

  /// `127.64.0.1`, or an IPv6 text as RFC 5952 has it.
  var text: String {
    if high == 0 && low >> 32 == 0xffff {
      return "\(low >> 24 & 255).\(low >> 16 & 255).\(low >> 8 & 255).\(low & 255)"
    }
    var bytes = in6_addr()
    withUnsafeMutableBytes(of: &bytes) {
      $0.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
      $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count)) != nil else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// What goes from one port to another.
protocol Addressed {
  var source: IPAddress { get }
  var destination: IPAddress { get }
  var sourcePort: UInt16 { get }
  var destinationPort: UInt16 { get }
}

/// The two ends of a conversation in an order that does not depend on who sent.
struct FlowKey: Hashable {
  var lower: IPAddress
  var upper: IPAddress
  var lowerPort: UInt16
  var upperPort: UInt16

  /// One word for the hasher, which is asked for nearly every frame: the low halves and the ports tell flows apart.
  func hash(into hasher: inout Hasher) {
    let ports = UInt64(lowerPort) << 48 | UInt64(upperPort) << 32
    hasher.combine((lower.low &* 0x9e37_79b9_7f4a_7c15 &+ upper.low) ^ ports)
  }

  /// - Returns: also whether the source is the upper end.
  static func of(_ segment: some Addressed) -> (key: FlowKey, sourceIsUpper: Bool) {
    let upper =
      segment.source == segment.destination
      ? segment.sourcePort > segment.destinationPort : segment.source > segment.destination
    let key =
      upper
      ? FlowKey(
        lower: segment.destination, upper: segment.source, lowerPort: segment.destinationPort,
        upperPort: segment.sourcePort)
      : FlowKey(
        lower: segment.source, upper: segment.destination, lowerPort: segment.sourcePort,
        upperPort: segment.destinationPort)
    return (key, upper)
  }
}
