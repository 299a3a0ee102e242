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

  /// Finds the segment, or UDP datagram, behind link and IP headers.
  static func read(_ frame: Frame) -> Reading {
    switch NetworkHeader.read(frame) {
    case .transport(let transport): read(frame, transport)
    case .passedOver(let reason, _): .passedOver(reason)
    }
  }

  /// Where, in a frame that was passed over, the headers end by which it was.
  static func contentOffset(of frame: Frame) -> Int {
    switch NetworkHeader.read(frame) {
    case .passedOver(_, let offset): offset
    case .transport(let transport):
      transport.offset + (transport.ipProtocol == 6 ? 20 : transport.ipProtocol == 17 ? 8 : 0)
    }
  }

  private static func read(_ frame: Frame, _ network: NetworkHeader.Transport) -> Reading {
    let bytes = frame.bytes
    let (offset, end) = (network.offset, network.end)
    if network.ipProtocol == 17 {
      let datagram = UDPDatagram(bytes, at: offset, end: end, from: network.source, to: network.destination)
      return datagram.map(Reading.datagram) ?? .passedOver(.udp)
    }
    guard network.ipProtocol == 6 else { return .passedOver(.otherProtocol) }
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
        source: network.source, destination: network.destination, sourcePort: bytes.word16(offset),
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
