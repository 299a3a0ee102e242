import Wire

extension FuzzTarget {
  static let announceAnswer = FuzzTarget(
    name: "announce", summary: "a tracker's answers to announces", longestInput: 1024
  ) { bytes throws(BrokenRule) in
    guard let answer = try? AnnounceResponse(parsing: bytes) else { return }
    guard answer.failureReason == nil else { return }
    try require(answer.interval >= 0 && answer.minInterval ?? 0 >= 0, "an interval below zero")
    try require(answer.peers.count * 6 <= bytes.count, "more peers than bytes")
    for peer in answer.peers { try require(peer.peerID?.count ?? 20 == 20, "a peer id of another length") }
    guard let again = try? AnnounceResponse(parsing: answer.encoded(compact: false)) else {
      throw BrokenRule("refused when encoded")
    }
    try require(again == answer, "another answer when encoded")
  }

  static let scrapeAnswer = FuzzTarget(
    name: "scrape", summary: "a tracker's answers to scrapes", longestInput: 1024
  ) { bytes throws(BrokenRule) in
    guard let answer = try? ScrapeResponse(parsing: bytes), answer.failureReason == nil else { return }
    guard let again = try? ScrapeResponse(parsing: answer.encoded) else { throw BrokenRule("refused when encoded") }
    try require(again == answer, "another answer when encoded")
  }

  /// Datagrams of BEP 15 in both directions: what is taken is taken again when encoded.
  static let udpTracker = FuzzTarget(
    name: "udp", summary: "datagrams to and from a tracker", longestInput: 256
  ) { bytes throws(BrokenRule) in
    if let request = try? UDPTrackerRequest(parsing: bytes) {
      try require((try? UDPTrackerRequest(parsing: request.encoded)) == request, "another request when encoded")
    }
    for family in [UDPTrackerResponse.Family.ipv4, .ipv6] {
      guard let answer = try? UDPTrackerResponse(parsing: bytes, family) else { continue }
      let again = try? UDPTrackerResponse(parsing: answer.encoded(family), family)
      try require(again == answer, "another answer when encoded")
    }
  }

  /// What a tracker is asked: announces and scrapes alike.
  static let trackerQuery = FuzzTarget(
    name: "query", summary: "queries to a tracker", longestInput: 512
  ) { bytes throws(BrokenRule) in
    let text = String(decoding: bytes, as: UTF8.self)
    if let request = try? AnnounceRequest(query: text) {
      try require(request.infoHash.count == 20 && request.peerID.count == 20, "hashes of another length")
      try require(min(request.uploaded, request.downloaded, request.left) >= 0, "a number below zero")
      try require((try? AnnounceRequest(query: request.query)) == request, "another announce when encoded")
    }
    if let request = try? ScrapeRequest(query: text) {
      try require((try? ScrapeRequest(query: request.query)) == request, "another scrape when encoded")
    }
  }
}
