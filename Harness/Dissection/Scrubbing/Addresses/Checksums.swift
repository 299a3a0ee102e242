import PacketCapture

/// Keeps the checksums of a changed frame as right, or as wrong, as they were: they are not computed anew, but told of what
/// changed (RFC 1624, equation 3). So one that the sender's network card was to fill in stays unfilled.
enum Checksums {
  /// - Parameter bytes: the frame as it is written, whose headers are as long as they were.
  static func follow(_ frame: Frame, into bytes: inout [UInt8]) {
    guard case .packet(let packet) = LinkHeader.read(frame) else { return }
    let isV4 = frame.bytes[packet] >> 4 == 4
    let headerLength = isV4 ? Int(frame.bytes[packet] & 15) * 4 : 40
    guard headerLength >= 20, bytes.count >= packet + (isV4 ? 20 : 40) else { return }
    if isV4 {
      var header = ChecksumChange()
      header.note(frame.bytes, bytes, packet..<min(packet + headerLength, bytes.count))
      header.apply(to: &bytes, at: packet + 10)
    }
    guard case .transport(let transport) = NetworkHeader.read(frame) else { return }
    let place = transport.offset + (transport.ipProtocol == 6 ? 16 : 6)
    guard transport.ipProtocol == 6 || transport.ipProtocol == 17, bytes.count >= place + 2 else { return }
    var end = min(transport.end, bytes.count)
    let isUDP = transport.ipProtocol == 17
    if isUDP { end = min(end, transport.offset + Int(frame.bytes.word16(transport.offset + 4))) }
    // RFC 768: none was computed.
    if isUDP && frame.bytes.word16(place) == 0 { return }
    var change = ChecksumChange()
    // Both are over the addresses too.
    change.note(frame.bytes, bytes, isV4 ? packet + 12..<packet + 20 : packet + 8..<packet + 40)
    if end > transport.offset { change.note(frame.bytes, bytes, transport.offset..<end) }
    change.apply(to: &bytes, at: place)
    if isUDP && bytes[place] == 0 && bytes[place + 1] == 0 {
      bytes[place] = 0xff
      bytes[place + 1] = 0xff
    }
  }
}

/// What words of 16 bits that became others do to a checksum over them.
private struct ChecksumChange {
  private var sum: UInt64 = 0

  /// Counts the words of a range, the last of which may lack its second byte.
  mutating func note(_ old: UnsafeRawBufferPointer, _ new: [UInt8], _ range: Range<Int>) {
    var position = range.lowerBound
    while position < range.upperBound {
      let isWhole = position + 1 < range.upperBound
      let before = UInt16(old[position]) << 8 | (isWhole ? UInt16(old[position + 1]) : 0)
      let after = UInt16(new[position]) << 8 | (isWhole ? UInt16(new[position + 1]) : 0)
      if before != after { sum += UInt64(~before) + UInt64(after) }
      position += 2
    }
  }

  func apply(to bytes: inout [UInt8], at place: Int) {
    guard sum > 0 else { return }
    let old = UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1])
    var total = sum + UInt64(~old)
    while total >> 16 != 0 { total = (total & 0xffff) + (total >> 16) }
    let new = ~UInt16(truncatingIfNeeded: total)
    bytes[place] = UInt8(truncatingIfNeeded: new >> 8)
    bytes[place + 1] = UInt8(truncatingIfNeeded: new)
  }
}
