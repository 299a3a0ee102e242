/// What a tracker answers to an announce, in the long form of BEP 3 or the short ones of BEP 23 and BEP 7.
public struct AnnounceResponse: Hashable, Sendable {
  /// Seconds until the next regular announce.
  public var interval: Int
  /// Seconds before which no announce may come but for an event.
  public var minInterval: Int?
  /// Seeds and leechers.
  public var complete: Int?
  public var incomplete: Int?
  public var peers: [TrackerPeer]
  /// For the next announces' `trackerid`.
  public var trackerID: String?
  /// A sentence for the user; the answer holds nevertheless.
  public var warning: String?
  /// Why there is no answer. All else is then without meaning.
  public var failureReason: String?

  public init(
    interval: Int, minInterval: Int? = nil, complete: Int? = nil, incomplete: Int? = nil, peers: [TrackerPeer] = [],
    trackerID: String? = nil, warning: String? = nil, failureReason: String? = nil
  ) {
    self.interval = interval
    self.minInterval = minInterval
    self.complete = complete
    self.incomplete = incomplete
    self.peers = peers
    self.trackerID = trackerID
    self.warning = warning
    self.failureReason = failureReason
  }

  public static func failure(_ reason: String) -> AnnounceResponse {
    AnnounceResponse(interval: 0, failureReason: reason)
  }

  /// The body of the answer. In the short form peer ids and host names are lost.
  public func encoded(compact: Bool) -> [UInt8] {
    var root: BencodeDictionary = [:]
    if let failureReason {
      root["failure reason"] = .text(failureReason)
      return Bencode.dictionary(root).encoded
    }
    if let complete { root["complete"] = .integer(Int64(complete)) }
    if let incomplete { root["incomplete"] = .integer(Int64(incomplete)) }
    root["interval"] = .integer(Int64(interval))
    if let minInterval { root["min interval"] = .integer(Int64(minInterval)) }
    if let trackerID { root["tracker id"] = .text(trackerID) }
    if let warning { root["warning message"] = .text(warning) }
    if compact {
      let (ipv4, ipv6) = CompactPeers.encode(peers)
      root["peers"] = .bytes(ipv4)
      if !ipv6.isEmpty { root["peers6"] = .bytes(ipv6) }
    } else {
      root["peers"] = .list(peers.map(Self.entry))
    }
    return Bencode.dictionary(root).encoded
  }

  private static func entry(_ peer: TrackerPeer) -> Bencode {
    var entry: BencodeDictionary = [:]
    entry["ip"] = .text(peer.address)
    if let peerID = peer.peerID { entry["peer id"] = .bytes(peerID) }
    entry["port"] = .integer(Int64(peer.port))
    return .dictionary(entry)
  }
}

/// Why a tracker's answer is refused.
public enum TrackerResponseError: Error, Hashable, Sendable, CustomStringConvertible {
  case notBencode(BencodeError)
  /// `place` is a key of the answer.
  case expected(String, place: String)

  public var description: String {
    switch self {
    case .notBencode(let error): "tracker's answer: \(error)"
    case .expected(let what, let place): "tracker's answer, \(place): expected \(what)"
    }
  }

  static func root(_ bytes: [UInt8]) throws(TrackerResponseError) -> BencodeDictionary {
    let value: Bencode
    do { value = try Bencode.decode(bytes, limits: .trackerResponse) } catch {
      throw TrackerResponseError.notBencode(error)
    }
    guard let root = value.dictionary else { throw TrackerResponseError.expected("a dictionary", place: "the whole") }
    return root
  }
}
