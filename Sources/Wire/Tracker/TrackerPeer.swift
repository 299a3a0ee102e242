/// A peer as a tracker names it.
public struct TrackerPeer: Hashable, Sendable {
  /// An IPv4 or IPv6 address as text; in the long form (BEP 3) it may be a host's name.
  public var address: String
  public var port: UInt16
  /// 20 bytes; absent from the short forms and when the asker wanted none.
  public var peerID: [UInt8]?

  public init(address: String, port: UInt16, peerID: [UInt8]? = nil) {
    self.address = address
    self.port = port
    self.peerID = peerID
  }
}

/// The short forms of addresses: 6 bytes for IPv4 (BEP 23), 18 for IPv6 (BEP 7), port last and big-endian.
enum CompactPeers {
  static func decodeIPv4(_ bytes: [UInt8]) -> [TrackerPeer]? {
    guard bytes.count % 6 == 0 else { return nil }
    return stride(from: 0, to: bytes.count, by: 6).map { start in
      TrackerPeer(address: IPText.ipv4(bytes[start..<start + 4]), port: port(bytes, start + 4))
    }
  }

  static func decodeIPv6(_ bytes: [UInt8]) -> [TrackerPeer]? {
    guard bytes.count % 18 == 0 else { return nil }
    return stride(from: 0, to: bytes.count, by: 18).map { start in
      TrackerPeer(address: IPText.ipv6(bytes[start..<start + 16]), port: port(bytes, start + 16))
    }
  }

  private static func port(_ bytes: [UInt8], _ offset: Int) -> UInt16 {
    UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
  }

  /// Both strings of the short form. A peer known by a host's name only has no short form and is left out.
  static func encode(_ peers: [TrackerPeer]) -> (ipv4: [UInt8], ipv6: [UInt8]) {
    var ipv4: [UInt8] = []
    var ipv6: [UInt8] = []
    ipv4.reserveCapacity(peers.count * 6)
    for peer in peers {
      if let address = IPText.parseIPv4(peer.address) {
        ipv4.appendBigEndian(address)
        ipv4.appendBigEndian(peer.port)
      } else if let address = IPText.parseIPv6(peer.address) {
        ipv6.append(contentsOf: address)
        ipv6.appendBigEndian(peer.port)
      }
    }
    return (ipv4, ipv6)
  }
}
