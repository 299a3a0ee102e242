import PacketCapture

/// Why a frame carried nothing for us.
enum PassedOver: Int, CaseIterable {
  case notIP, udp, otherProtocol, fragment, malformed, linkType, cut

  var text: String {
    switch self {
    case .notIP: "not IP"
    case .udp: "UDP"
    case .otherProtocol: "neither TCP nor UDP"
    case .fragment: "IP fragment"
    case .malformed: "malformed"
    case .linkType: "unknown link type"
    case .cut: "cut by the snaplen"
    }
  }
}

/// One TCP segment as it lies in a frame. Checksums are not looked at: on `lo` nobody fills them in.
struct TCPSegment: Addressed {
  var source: IPAddress
  var destination: IPAddress
  var sourcePort: UInt16
  var destinationPort: UInt16
  var sequence: UInt32
  var acknowledgement: UInt32
  var flags: UInt8
  /// Offset in the frame of the first payload byte.
  var payloadOffset: Int
  /// Payload bytes that were sent.
  var payloadLength: Int
  /// Payload bytes that the capture holds.
  var payload: UnsafeRawBufferPointer

  var isSYN: Bool { flags & 0x02 != 0 }
  var isFIN: Bool { flags & 0x01 != 0 }
  var isRST: Bool { flags & 0x04 != 0 }
  var isACK: Bool { flags & 0x10 != 0 }

  enum Reading {
    case segment(TCPSegment)
    case datagram(UDPDatagram)
    case passedOver(PassedOver)
  }

  /// Finds the segment, or UDP datagram, behind Ethernet (with VLAN tags), Linux cooked, null, loop or raw headers and IPv4 or IPv6.
  static func read(_ frame: Frame) -> Reading {
    let bytes = frame.bytes
    var offset = 0
    switch frame.linkType {
    case .ethernet:
      guard bytes.count >= 14 else { return .passedOver(.malformed) }
      var type = bytes.word16(12)
      offset = 14
      while type == 0x8100 || type == 0x88a8 || type == 0x9100 {
        guard bytes.count >= offset + 4 else { return .passedOver(.malformed) }
        type = bytes.word16(offset + 2)
        offset += 4
      }
      guard type == 0x0800 || type == 0x86dd else { return .passedOver(.notIP) }
    case .linuxCooked:
      guard bytes.count >= 16 else { return .passedOver(.malformed) }
      guard bytes.word16(14) == 0x0800 || bytes.word16(14) == 0x86dd else { return .passedOver(.notIP) }
      offset = 16
    case .linuxCooked2:
      guard bytes.count >= 20 else { return .passedOver(.malformed) }
      guard bytes.word16(0) == 0x0800 || bytes.word16(0) == 0x86dd else { return .passedOver(.notIP) }
      offset = 20
    case .null, .loop:
      offset = 4
    case .raw, .ipv4, .ipv6, LinkType(rawValue: 14), LinkType(rawValue: 101):
      offset = 0
    default:
      return .passedOver(.linkType)
    }
    guard bytes.count > offset else { return .passedOver(.malformed) }
    // The version nibble, since the address family of null and loop headers differs from system to system.
    switch bytes[offset] >> 4 {
    case 4: return readIPv4(frame, offset)
    case 6: return readIPv6(frame, offset)
    default: return .passedOver(.notIP)
    }
  }

  private static func readIPv4(_ frame: Frame, _ offset: Int) -> Reading {
    let bytes = frame.bytes
    guard bytes.count >= offset + 20 else { return .passedOver(.malformed) }
    let headerLength = Int(bytes[offset] & 15) * 4
    guard headerLength >= 20 else { return .passedOver(.malformed) }
    if bytes.word16(offset + 6) & 0x3fff != 0 { return .passedOver(.fragment) }
    // 0 where the kernel left the length to segmentation offload.
    let total = Int(bytes.word16(offset + 2))
    let end = total == 0 ? frame.originalLength : offset + total
    return readTransport(
      frame, bytes[offset + 9], offset + headerLength, end, IPAddress(v4: bytes.word32(offset + 12)),
      IPAddress(v4: bytes.word32(offset + 16)))
  }

  private static func readIPv6(_ frame: Frame, _ offset: Int) -> Reading {
    let bytes = frame.bytes
    guard bytes.count >= offset + 40 else { return .passedOver(.malformed) }
    let payload = Int(bytes.word16(offset + 4))
    let end = payload == 0 ? frame.originalLength : offset + 40 + payload
    var next = bytes[offset + 6]
    var position = offset + 40
    // Hop-by-hop, routing and destination options; a fragment header is left unread.
    while next == 0 || next == 43 || next == 60 {
      guard bytes.count >= position + 8 else { return .passedOver(.malformed) }
      next = bytes[position]
      position += 8 + Int(bytes[position + 1]) * 8
    }
    if next == 44 { return .passedOver(.fragment) }
    return readTransport(
      frame, next, position, end, IPAddress(high: bytes.word64(offset + 8), low: bytes.word64(offset + 16)),
      IPAddress(high: bytes.word64(offset + 24), low: bytes.word64(offset + 32)))
  }

  private static func readTransport(
    _ frame: Frame, _ ipProtocol: UInt8, _ offset: Int, _ end: Int, _ source: IPAddress, _ destination: IPAddress
  ) -> Reading {
    let bytes = frame.bytes
    if ipProtocol == 17 {
      let datagram = UDPDatagram(bytes, at: offset, end: end, from: source, to: destination)
      return datagram.map(Reading.datagram) ?? .passedOver(.udp)
    }
    guard ipProtocol == 6 else { return .passedOver(.otherProtocol) }
    guard bytes.count >= offset + 20 else { return .passedOver(.malformed) }
    let headerLength = Int(bytes[offset + 12] >> 4) * 4
    let payloadOffset = offset + headerLength
    guard headerLength >= 20, end >= payloadOffset, end <= frame.originalLength else { return .passedOver(.malformed) }
    let captured = max(0, min(end, bytes.count) - payloadOffset)
    let payload =
      captured > 0
      ? UnsafeRawBufferPointer(rebasing: bytes[payloadOffset..<payloadOffset + captured])
      : UnsafeRawBufferPointer(start: nil, count: 0)
    return .segment(
      TCPSegment(
        source: source, destination: destination, sourcePort: bytes.word16(offset),
        destinationPort: bytes.word16(offset + 2), sequence: bytes.word32(offset + 4),
        acknowledgement: bytes.word32(offset + 8), flags: bytes[offset + 13], payloadOffset: payloadOffset,
        payloadLength: end - payloadOffset, payload: payload))
  }
}

extension UnsafeRawBufferPointer {
  func word16(_ offset: Int) -> UInt16 { UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self)) }
  func word32(_ offset: Int) -> UInt32 { UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
  func word64(_ offset: Int) -> UInt64 { UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
}

/// Where bytes came from.
struct Stamp: Hashable {
  /// Realtime nanoseconds.
  var time: Int64
  var frame: Int32
  /// Bytes of the whole frame, as it was on the wire.
  var frameBytes: Int32
}
