/// One packet of the Micro Transport Protocol (BEP 29) as it lies in a UDP datagram.
struct UTPPacket {
  enum Kind: UInt8 { case data, fin, state, reset, syn }

  var kind: Kind
  /// From the side that opened, one more than in its SYN; from the other, as in that SYN. Of a RESET, either.
  var connectionID: UInt16
  /// The sender's clock as it sent, modulo 2^32.
  var microseconds: UInt32
  /// Number of this packet; of a STATE, which has none, that of the next one.
  var sequence: UInt16
  /// The last packet that the sender has received with all before it.
  var acknowledgement: UInt16
  /// Selective acknowledgement: bit n tells whether packet `acknowledgement + 2 + n` was received.
  var selective: UnsafeRawBufferPointer
  /// Only extensions that are in use: selective acknowledgement, extension bits, the reason of a close.
  var hasKnownExtensions: Bool
  /// Offset in the frame of the first payload byte.
  var payloadOffset: Int
  /// Payload bytes that were sent.
  var payloadLength: Int
  /// Payload bytes that the capture holds.
  var payload: UnsafeRawBufferPointer

  private static let headerSize = 20
  private static let version: UInt8 = 1
  private static let mostExtensions = 8

  /// - Returns: nil for what cannot be a uTP packet by its form, or is cut within its header.
  init?(_ datagram: UDPDatagram) {
    let bytes = datagram.payload
    guard bytes.count >= Self.headerSize, bytes[0] & 15 == Self.version, let kind = Kind(rawValue: bytes[0] >> 4)
    else { return nil }
    self.kind = kind
    connectionID = bytes.word16(2)
    microseconds = bytes.word32(4)
    sequence = bytes.word16(16)
    acknowledgement = bytes.word16(18)
    selective = UnsafeRawBufferPointer(start: nil, count: 0)
    hasKnownExtensions = true
    var offset = Self.headerSize
    var next = bytes[1]
    var extensions = 0
    while next != 0 {
      guard extensions < Self.mostExtensions, bytes.count >= offset + 2 else { return nil }
      let length = Int(bytes[offset + 1])
      guard bytes.count >= offset + 2 + length else { return nil }
      switch next {
      case 1: selective = UnsafeRawBufferPointer(rebasing: bytes[offset + 2..<offset + 2 + length])
      case 2, 3: break
      default: hasKnownExtensions = false
      }
      next = bytes[offset]
      offset += 2 + length
      extensions += 1
    }
    payloadOffset = datagram.payloadOffset + offset
    payloadLength = datagram.payloadLength - offset
    payload = UnsafeRawBufferPointer(rebasing: bytes[offset...])
    // Only these carry bytes of the stream.
    if payloadLength > 0 && kind != .data && kind != .fin { return nil }
  }

  func hasSelectively(_ sequence: UInt16) -> Bool {
    let bit = Int(sequence &- acknowledgement &- 2)
    return bit < selective.count * 8 && selective[bit / 8] >> UInt8(bit % 8) & 1 == 1
  }
}
