import PacketCapture

/// The addresses in a frame's headers: of its link, of ARP, and of IPv4 or IPv6 with their options.
struct FrameAddresses {
  /// The frame as it was captured.
  let frame: Frame
  /// What is written in its place.
  var bytes: [UInt8]

  /// Gives pseudonyms to all of them, and zeros or no-operations to options that may hold more. Checksums are left as they are.
  mutating func remap(_ pseudonyms: inout Pseudonyms, keepsARP: Bool) {
    remapLink(&pseudonyms)
    switch LinkHeader.read(frame) {
    case .packet(let offset):
      if frame.bytes[offset] >> 4 == 4 { remapIPv4(at: offset, &pseudonyms) }
      if frame.bytes[offset] >> 4 == 6 { remapIPv6(at: offset, &pseudonyms) }
      clean()
    case .passedOver(_, let offset): if keepsARP { remapARP(at: offset, &pseudonyms) }
    }
  }

  // MARK: Links

  private mutating func remapLink(_ pseudonyms: inout Pseudonyms) {
    switch frame.linkType {
    case .ethernet where bytes.count >= 14:
      remapHardware(at: 0, &pseudonyms)
      remapHardware(at: 6, &pseudonyms)
    case .linuxCooked where bytes.count >= 16: remapCooked(length: frame.bytes.word16(4), at: 6, &pseudonyms)
    case .linuxCooked2 where bytes.count >= 20: remapCooked(length: UInt16(frame.bytes[11]), at: 12, &pseudonyms)
    default: break
    }
  }

  /// The sender's address in eight bytes; in a tunnel it is an IP address.
  private mutating func remapCooked(length: UInt16, at offset: Int, _ pseudonyms: inout Pseudonyms) {
    if length == 6 {
      remapHardware(at: offset, &pseudonyms)
      fill(offset + 6, upTo: offset + 8)
    } else {
      fill(offset, upTo: offset + 8)
    }
  }

  private mutating func remapHardware(at offset: Int, _ pseudonyms: inout Pseudonyms) {
    let old = UInt64(frame.bytes.word16(offset)) << 32 | UInt64(frame.bytes.word32(offset + 2))
    let new = pseudonyms.of(hardware: old)
    put(UInt16(truncatingIfNeeded: new >> 32), at: offset)
    put(UInt32(truncatingIfNeeded: new), at: offset + 2)
  }

  /// RFC 826, for IPv4 over Ethernet: of both ends the hardware's address and the IP address.
  private mutating func remapARP(at offset: Int, _ pseudonyms: inout Pseudonyms) {
    let type = frame.linkType == .linuxCooked2 ? 0 : offset - 2
    guard type >= 0, frame.linkType == .ethernet || frame.linkType == .linuxCooked || frame.linkType == .linuxCooked2,
      bytes.count >= offset + 28, frame.bytes.word16(type) == 0x0806, frame.bytes.word32(offset) == 0x0001_0800,
      frame.bytes.word16(offset + 4) == 0x0604
    else { return }
    for place in offset..<offset + 8 { bytes[place] = frame.bytes[place] }
    for end in [offset + 8, offset + 18] {
      remapHardware(at: end, &pseudonyms)
      remapIP(end + 6..<end + 10, &pseudonyms)
    }
  }

  // MARK: IP

  private mutating func remapIPv4(at offset: Int, _ pseudonyms: inout Pseudonyms) {
    let headerLength = Int(frame.bytes[offset] & 15) * 4
    guard bytes.count >= offset + 20, headerLength >= 20 else {
      // Malformed, whatever else is in it.
      return fill(offset + 1, upTo: offset + 20, with: 0xff)
    }
    remapIP(offset + 12..<offset + 16, &pseudonyms)
    remapIP(offset + 16..<offset + 20, &pseudonyms)
    // Routes taken or to be taken, and other options: no operation (RFC 791, 3.1).
    fill(offset + 20, upTo: offset + headerLength, with: 1)
  }

  private mutating func remapIPv6(at offset: Int, _ pseudonyms: inout Pseudonyms) {
    guard bytes.count >= offset + 40 else { return fill(offset + 1, upTo: offset + 40, with: 0xff) }
    remapIP(offset + 8..<offset + 24, &pseudonyms)
    remapIP(offset + 24..<offset + 40, &pseudonyms)
    var next = frame.bytes[offset + 6]
    var position = offset + 40
    while next == 0 || next == 43 || next == 60, bytes.count >= position + 8 {
      let end = position + 8 + Int(frame.bytes[position + 1]) * 8
      // Addresses of routes (RFC 8200, 4.4), and options, which become padding (4.2).
      fill(position + (next == 43 ? 8 : 2), upTo: end)
      next = frame.bytes[position]
      position = end
    }
  }

  private mutating func remapIP(_ range: Range<Int>, _ pseudonyms: inout Pseudonyms) {
    for place in range { bytes[place] = frame.bytes[place] }
    pseudonyms.replaceAddress(in: &bytes, range)
  }

  /// Takes away what lies behind the packet, and addresses that Multipath TCP tells of (RFC 8684, 3.4).
  private mutating func clean() {
    guard case .transport(let transport) = NetworkHeader.read(frame) else { return }
    if transport.end > transport.offset { fill(transport.end, upTo: bytes.count) }
    guard transport.ipProtocol == 6, bytes.count >= transport.offset + 20 else { return }
    let end = min(transport.offset + Int(frame.bytes[transport.offset + 12] >> 4) * 4, bytes.count)
    var position = transport.offset + 20
    while position + 1 < end, frame.bytes[position] != 0 {
      let length = frame.bytes[position] == 1 ? 1 : Int(frame.bytes[position + 1])
      guard length > 0 else { return }
      if frame.bytes[position] == 30 { fill(position + 2, upTo: min(position + length, end)) }
      position += length
    }
  }

  // MARK: Bytes

  /// As far as the capture holds them.
  private mutating func fill(_ start: Int, upTo end: Int, with byte: UInt8 = 0) {
    var place = start
    while place < min(end, bytes.count) {
      bytes[place] = byte
      place += 1
    }
  }

  private mutating func put(_ value: some FixedWidthInteger, at offset: Int) {
    withUnsafeBytes(of: value.bigEndian) { new in
      for place in new.indices { bytes[offset + place] = new[place] }
    }
  }
}
