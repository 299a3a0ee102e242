import PacketCapture

/// What lies before a frame's transport header: that of its link, then IPv4 or IPv6.
enum NetworkHeader {
  struct Transport {
    var ipProtocol: UInt8
    /// Offset in the frame of the transport header.
    var offset: Int
    /// Offset in the frame of the end of the IP packet, also where the capture cut the frame before it.
    var end: Int
    var source: IPAddress
    var destination: IPAddress
  }

  case transport(Transport)
  /// Headers that were understood end at `from`.
  case passedOver(PassedOver, from: Int)

  static func read(_ frame: Frame) -> NetworkHeader {
    switch LinkHeader.read(frame) {
    case .passedOver(let reason, let offset): return .passedOver(reason, from: offset)
    case .packet(let offset):
      // The version nibble, since the address family of null and loop headers differs from system to system.
      switch frame.bytes[offset] >> 4 {
      case 4: return ipv4(frame, offset)
      case 6: return ipv6(frame, offset)
      // The nibble says so.
      default: return .passedOver(.notIP, from: offset + 1)
      }
    }
  }

  private static func ipv4(_ frame: Frame, _ offset: Int) -> NetworkHeader {
    let bytes = frame.bytes
    guard bytes.count >= offset + 20 else { return .passedOver(.malformed, from: bytes.count) }
    let headerLength = Int(bytes[offset] & 15) * 4
    guard headerLength >= 20 else { return .passedOver(.malformed, from: offset + 20) }
    if bytes.word16(offset + 6) & 0x3fff != 0 { return .passedOver(.fragment, from: offset + headerLength) }
    // 0 where the kernel left the length to segmentation offload.
    let total = Int(bytes.word16(offset + 2))
    return .transport(
      Transport(
        ipProtocol: bytes[offset + 9], offset: offset + headerLength,
        end: total == 0 ? frame.originalLength : offset + total, source: IPAddress(v4: bytes.word32(offset + 12)),
        destination: IPAddress(v4: bytes.word32(offset + 16))))
  }

  private static func ipv6(_ frame: Frame, _ offset: Int) -> NetworkHeader {
    let bytes = frame.bytes
    guard bytes.count >= offset + 40 else { return .passedOver(.malformed, from: bytes.count) }
    let payload = Int(bytes.word16(offset + 4))
    var next = bytes[offset + 6]
    var position = offset + 40
    // Hop-by-hop, routing and destination options; a fragment header is left unread.
    while next == 0 || next == 43 || next == 60 {
      guard bytes.count >= position + 8 else { return .passedOver(.malformed, from: bytes.count) }
      next = bytes[position]
      position += 8 + Int(bytes[position + 1]) * 8
    }
    if next == 44 { return .passedOver(.fragment, from: position) }
    return .transport(
      Transport(
        ipProtocol: next, offset: position, end: payload == 0 ? frame.originalLength : offset + 40 + payload,
        source: IPAddress(high: bytes.word64(offset + 8), low: bytes.word64(offset + 16)),
        destination: IPAddress(high: bytes.word64(offset + 24), low: bytes.word64(offset + 32))))
  }
}
