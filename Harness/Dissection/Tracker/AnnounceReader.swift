/// Reads HTTP requests of one direction and finds announces (BEP 3) among them, on whatever port.
struct AnnounceReader {
  private var head: [UInt8] = []
  private var isSkipping = false
  /// Something other than a request of a kind that we know came: nothing more is read.
  private(set) var isOver = false
  /// Whether a tracker was asked, for an announce or a scrape.
  private(set) var asksTracker = false
  /// For the scrubber: heads are kept that the last bytes ended, each with how many bytes came after it.
  var keepsHeads = false
  private(set) var heads: [(bytes: [UInt8], after: Int, isAnnounce: Bool)] = []

  /// Longest request head that is read.
  private static let headLimit = 16 << 10

  /// - Returns: the announces whose last byte is in `bytes`.
  mutating func take(
    _ bytes: UnsafeRawBufferPointer, _ stamp: Stamp, _ connection: TracedConnection, from: Int
  ) -> [TracedAnnounce] {
    if keepsHeads { heads = [] }
    guard !isOver else { return [] }
    if isSkipping {
      // After a hole a request is recognised at the start of a segment only.
      guard Opening.httpRequest.starts(Array(bytes.prefix(4))) else { return [] }
      isSkipping = false
    }
    var announces: [TracedAnnounce] = []
    var searchFrom = max(0, head.count - 3)
    head.append(contentsOf: bytes)
    while let end = Self.headEnd(head, from: searchFrom) {
      let announce = self.announce(head[..<end], stamp, connection, from: from)
      if let announce { announces.append(announce) }
      if keepsHeads { heads.append((Array(head[..<end]), head.count - end, announce != nil)) }
      head.removeFirst(end)
      searchFrom = 0
    }
    if head.count > Self.headLimit || !Opening.httpRequest.starts(head) {
      isOver = true
      head = []
    }
    return announces
  }

  mutating func miss() {
    head = []
    isSkipping = true
  }

  /// Bytes of a head whose end has not come.
  var pendingBytes: Int { head.count }

  /// What of a whole head tells that it is one and where it ends: without more the next one is found.
  static func framing(_ head: [UInt8]) -> [Range<Int>] {
    [0..<min(Opening.httpRequest.bytes.count, head.count), max(0, head.count - 4)..<head.count]
  }

  private static func headEnd(_ head: [UInt8], from start: Int) -> Int? {
    guard head.count >= 4 else { return nil }
    for index in start..<max(start, head.count - 3) where head[index] == 13 {
      if head[index + 1] == 10 && head[index + 2] == 13 && head[index + 3] == 10 { return index + 4 }
    }
    return nil
  }

  private mutating func announce(
    _ head: ArraySlice<UInt8>, _ stamp: Stamp, _ connection: TracedConnection, from: Int
  ) -> TracedAnnounce? {
    let line = head.prefix { $0 != 13 }
    let words = line.split(separator: UInt8(ascii: " "))
    guard words.count >= 2, let mark = words[1].firstIndex(of: UInt8(ascii: "?")) else { return nil }
    let path = words[1][..<mark]
    if path.suffix(6).elementsEqual("scrape".utf8) {
      asksTracker = true
      return nil
    }
    let query = TrackerQuery(words[1][(mark + 1)...])
    guard let infoHash = query["info_hash"], query["peer_id"] != nil || query["port"] != nil else { return nil }
    asksTracker = true
    return TracedAnnounce(
      time: stamp.time, frame: stamp.frame, connection: Int32(connection.id),
      source: connection.side(from).endpoint.address, infoHash: infoHash.count == 20 ? infoHash : [],
      peerID: query["peer_id"].flatMap { $0.count == 20 ? $0 : nil } ?? [],
      port: query.integer("port").flatMap(UInt16.init(exactly:)) ?? 0, uploaded: query.integer("uploaded") ?? -1,
      downloaded: query.integer("downloaded") ?? -1, left: query.integer("left") ?? -1,
      event: query["event"].map { String(decoding: $0, as: UTF8.self) } ?? "")
  }
}
