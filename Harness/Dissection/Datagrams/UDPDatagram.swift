/// One UDP datagram as it lies in a frame.
struct UDPDatagram: Addressed {
  var source: IPAddress
  var destination: IPAddress
  var sourcePort: UInt16
  var destinationPort: UInt16
  /// Offset in the frame of the first payload byte.
  var payloadOffset: Int
  /// Payload bytes that were sent.
  var payloadLength: Int
  /// Payload bytes that the capture holds.
  var payload: UnsafeRawBufferPointer

  /// - Parameters:
  ///   - offset: of the UDP header.
  ///   - end: of the IP packet; padding of short Ethernet frames lies behind it.
  /// - Returns: nil for a header that is cut off, or a length that contradicts the packet's.
  init?(_ bytes: UnsafeRawBufferPointer, at offset: Int, end: Int, from source: IPAddress, to destination: IPAddress) {
    guard bytes.count >= offset + 8 else { return nil }
    let length = Int(bytes.word16(offset + 4))
    guard length >= 8, offset + length <= end else { return nil }
    self.source = source
    self.destination = destination
    sourcePort = bytes.word16(offset)
    destinationPort = bytes.word16(offset + 2)
    payloadOffset = offset + 8
    payloadLength = length - 8
    let captured = max(0, min(offset + length, bytes.count) - (offset + 8))
    payload =
      captured > 0
      ? UnsafeRawBufferPointer(rebasing: bytes[(offset + 8)..<(offset + 8 + captured)])
      : UnsafeRawBufferPointer(start: nil, count: 0)
  }
}
