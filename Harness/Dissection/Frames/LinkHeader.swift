import PacketCapture

/// What a frame begins with: Ethernet (with VLAN tags), Linux cooked, null, loop or nothing.
enum LinkHeader {
  /// An IP packet begins at this offset in the frame, in which there is a byte of it at least.
  case packet(Int)
  /// Headers that were understood end at `from`.
  case passedOver(PassedOver, from: Int)

  static func read(_ frame: Frame) -> LinkHeader {
    let bytes = frame.bytes
    var offset = 0
    switch frame.linkType {
    case .ethernet:
      guard bytes.count >= 14 else { return .passedOver(.malformed, from: 0) }
      var type = bytes.word16(12)
      offset = 14
      while type == 0x8100 || type == 0x88a8 || type == 0x9100 {
        guard bytes.count >= offset + 4 else { return .passedOver(.malformed, from: offset) }
        type = bytes.word16(offset + 2)
        offset += 4
      }
      guard type == 0x0800 || type == 0x86dd else { return .passedOver(.notIP, from: offset) }
    case .linuxCooked:
      guard bytes.count >= 16 else { return .passedOver(.malformed, from: 0) }
      offset = 16
      guard bytes.word16(14) == 0x0800 || bytes.word16(14) == 0x86dd else { return .passedOver(.notIP, from: offset) }
    case .linuxCooked2:
      guard bytes.count >= 20 else { return .passedOver(.malformed, from: 0) }
      offset = 20
      guard bytes.word16(0) == 0x0800 || bytes.word16(0) == 0x86dd else { return .passedOver(.notIP, from: offset) }
    case .null, .loop:
      offset = 4
    case .raw, .ipv4, .ipv6, LinkType(rawValue: 14), LinkType(rawValue: 101):
      offset = 0
    default:
      return .passedOver(.linkType, from: 0)
    }
    guard bytes.count > offset else { return .passedOver(.malformed, from: bytes.count) }
    return .packet(offset)
  }
}
