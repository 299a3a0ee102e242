extension AnnounceResponse {
  /// Reads the body of an answer: `peers` long or short, `peers6` after them.
  ///
  /// - Throws: `TrackerResponseError` where it is not strict bencode, has no interval, or peers of no known form. A
  ///   failure reason is no error: see `failureReason`.
  public init(parsing bytes: [UInt8]) throws(TrackerResponseError) {
    let root = try TrackerResponseError.root(bytes)
    self.init(interval: 0)
    if let reason = root["failure reason"] {
      failureReason = String(decoding: reason.bytes ?? [], as: UTF8.self)
      return
    }
    guard let interval = root["interval"]?.integer, interval >= 0 else {
      throw TrackerResponseError.expected("a number of seconds", place: "interval")
    }
    self.interval = Int(clamping: interval)
    minInterval = try Self.count(root, "min interval")
    complete = try Self.count(root, "complete")
    incomplete = try Self.count(root, "incomplete")
    trackerID = root["tracker id"]?.bytes.map { String(decoding: $0, as: UTF8.self) }
    warning = root["warning message"]?.bytes.map { String(decoding: $0, as: UTF8.self) }
    peers = try Self.peers(root["peers"])
    if let value = root["peers6"] {
      guard let bytes = value.bytes, let more = CompactPeers.decodeIPv6(bytes) else {
        throw TrackerResponseError.expected("a byte string of 18 bytes for each peer", place: "peers6")
      }
      peers += more
    }
  }

  private static func count(_ root: BencodeDictionary, _ key: String) throws(TrackerResponseError) -> Int? {
    guard let value = root[key] else { return nil }
    guard let number = value.integer, number >= 0 else {
      throw TrackerResponseError.expected("a whole number, at least 0", place: key)
    }
    return Int(clamping: number)
  }

  private static func peers(_ value: Bencode?) throws(TrackerResponseError) -> [TrackerPeer] {
    switch value {
    case nil: return []
    case .bytes(let bytes):
      guard let peers = CompactPeers.decodeIPv4(bytes) else {
        throw TrackerResponseError.expected("a byte string of 6 bytes for each peer", place: "peers")
      }
      return peers
    case .list(let entries):
      var peers: [TrackerPeer] = []
      peers.reserveCapacity(entries.count)
      for entry in entries {
        guard let entry = entry.dictionary, let address = entry["ip"]?.text,
          let port = entry["port"]?.integer.flatMap({ UInt16(exactly: $0) })
        else { throw TrackerResponseError.expected("dictionaries with ip and port", place: "peers") }
        let peerID = entry["peer id"]?.bytes
        guard peerID == nil || peerID?.count == 20 else {
          throw TrackerResponseError.expected("20 bytes", place: "peers, peer id")
        }
        peers.append(TrackerPeer(address: address, port: port, peerID: peerID))
      }
      return peers
    default: throw TrackerResponseError.expected("a byte string or a list", place: "peers")
    }
  }
}
