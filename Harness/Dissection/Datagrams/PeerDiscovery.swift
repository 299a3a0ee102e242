import Wire

/// Tells datagrams by which peers find each other without a tracker, on whatever port.
enum PeerDiscovery {
  static func kind(of datagram: UDPDatagram) -> DatagramKind? {
    let bytes = datagram.payload
    if bytes.starts(with: localDiscovery) { return .localDiscovery }
    // Nearly everything else ends here.
    guard bytes.count >= shortest, bytes.first == UInt8(ascii: "d"), bytes.last == UInt8(ascii: "e") else { return nil }
    return dht(bytes)
  }

  /// A message of the distributed hash table (BEP 5): a dictionary with `y`, `t`, and what `y` says.
  ///
  /// What is cut by the snaplen is not recognised, nor what is no bencoding.
  private static func dht(_ bytes: UnsafeRawBufferPointer) -> DatagramKind? {
    guard let message = (try? Bencode.decode(bytes, limits: limits))?.dictionary, message["t"]?.bytes != nil
    else { return nil }
    switch message["y"]?.text {
    case "q":
      guard let method = message["q"]?.text, message["a"]?.dictionary != nil else { return nil }
      return queries[method] ?? .dhtOther
    case "r": return message["r"]?.dictionary == nil ? nil : .dhtResponse
    case "e": return message["e"] == nil ? nil : .dhtError
    default: return nil
    }
  }

  /// Methods of BEP 5; those of later ones are others.
  private static let queries: [String: DatagramKind] = [
    "ping": .dhtPing, "find_node": .dhtFindNode, "get_peers": .dhtGetPeers, "announce_peer": .dhtAnnouncePeer,
  ]

  /// BEP 14.
  private static let localDiscovery = Array("BT-SEARCH * HTTP/1.1\r\n".utf8)
  /// `d1:rde1:t0:1:y1:re`, whatever it lacks then.
  private static let shortest = 18
  private static let limits = BencodeLimits(size: 1 << 16, depth: 8, values: 1 << 12, allowsAnyKeyOrder: true)
}
