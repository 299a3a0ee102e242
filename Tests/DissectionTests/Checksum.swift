import PacketCapture

/// Internet checksums (RFC 1071) of Ethernet frames, put in and looked at by the book, apart from what changes them.
enum Checksum {
  /// The parts of a frame over which there are checksums.
  private struct Parts {
    var header: Range<Int>
    var isV4: Bool
    var transport: Range<Int>
    var number: UInt8
    /// Where the transport's checksum lies.
    var place: Int { transport.lowerBound + (number == 6 ? 16 : 6) }

    /// Nil for what has none, or is not whole.
    init?(_ bytes: [UInt8]) {
      guard bytes.count > 14 else { return nil }
      let packet = 14
      switch Checksum.word(bytes, 12) {
      case 0x0800:
        guard bytes.count >= packet + 20, Checksum.word(bytes, packet + 6) & 0x3fff == 0 else { return nil }
        isV4 = true
        header = packet..<packet + Int(bytes[packet] & 15) * 4
        number = bytes[packet + 9]
        let end = packet + Checksum.word(bytes, packet + 2)
        guard end >= header.upperBound, end <= bytes.count else { return nil }
        transport = header.upperBound..<end
      case 0x86dd:
        guard bytes.count >= packet + 40 else { return nil }
        isV4 = false
        header = packet..<packet + 40
        number = bytes[packet + 6]
        let end = packet + 40 + Checksum.word(bytes, packet + 4)
        guard end <= bytes.count else { return nil }
        transport = header.upperBound..<end
      default: return nil
      }
      switch number {
      case 6: guard transport.count >= 20 else { return nil }
      case 17:
        guard transport.count >= 8, Checksum.word(bytes, transport.lowerBound + 4) == transport.count else {
          return nil
        }
      default: return nil
      }
    }

    func transportSum(_ bytes: [UInt8]) -> Int {
      let start = header.lowerBound
      let addresses = isV4 ? start + 12..<start + 20 : start + 8..<start + 40
      return Checksum.sum(bytes, addresses) + Int(number) + transport.count + Checksum.sum(bytes, transport)
    }
  }

  /// Whether the header's and the transport's are right; nil for a frame without. A datagram whose checksum is 0 has none,
  /// which is right.
  static func areRight(_ bytes: [UInt8]) -> [Bool]? {
    guard let parts = Parts(bytes) else { return nil }
    let header = parts.isV4 ? fold(sum(bytes, parts.header)) == 0xffff : true
    if parts.number == 17 && word(bytes, parts.place) == 0 { return [header, true] }
    return [header, fold(parts.transportSum(bytes)) == 0xffff]
  }

  /// The frame with right checksums, where it can have any.
  static func filled(_ bytes: [UInt8]) -> [UInt8] {
    guard let parts = Parts(bytes) else { return bytes }
    var bytes = bytes
    func put(_ value: Int, at place: Int) {
      bytes[place] = UInt8(value >> 8)
      bytes[place + 1] = UInt8(value & 255)
    }
    if parts.isV4 {
      put(0, at: parts.header.lowerBound + 10)
      put(0xffff - fold(sum(bytes, parts.header)), at: parts.header.lowerBound + 10)
    }
    put(0, at: parts.place)
    let checksum = 0xffff - fold(parts.transportSum(bytes))
    put(checksum == 0 && parts.number == 17 ? 0xffff : checksum, at: parts.place)
    return bytes
  }

  private static func word(_ bytes: [UInt8], _ place: Int) -> Int { Int(bytes[place]) << 8 | Int(bytes[place + 1]) }

  private static func sum(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
    range.reduce(0) { $0 + (Int(bytes[$1]) << (($1 - range.lowerBound) % 2 == 0 ? 8 : 0)) }
  }

  private static func fold(_ sum: Int) -> Int {
    var sum = sum
    while sum >> 16 != 0 { sum = (sum & 0xffff) + (sum >> 16) }
    return sum
  }
}
