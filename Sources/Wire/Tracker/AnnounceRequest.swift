/// What a peer tells a tracker (BEP 3; `compact` and `no_peer_id` of BEP 23).
public struct AnnounceRequest: Hashable, Sendable {
  public enum Event: String, Hashable, Sendable, CaseIterable {
    case started
    case completed
    case stopped
  }

  /// 20 bytes each.
  public var infoHash: [UInt8]
  public var peerID: [UInt8]
  /// Where the peer listens.
  public var port: UInt16
  /// Bytes since the peer started, and bytes still missing.
  public var uploaded: Int64
  public var downloaded: Int64
  public var left: Int64
  /// nil for an announce at the regular interval.
  public var event: Event?
  /// How many peers are wanted; nil leaves it to the tracker.
  public var numwant: Int?
  /// Whether the short form of the answer is wanted; nil leaves it to the tracker.
  public var compact: Bool?
  /// The peer ids may be left out of the long form.
  public var noPeerID: Bool
  /// The address at which the peer wishes to be known; most trackers take the connection's.
  public var ip: String?
  /// Another address at which the peer listens (BEP 7, `ipv6`): an IPv6 address as text, without a port.
  public var ipv6: String?
  /// Tells the tracker that it is the same peer, should its address change.
  public var key: String?
  /// What the tracker said before.
  public var trackerID: String?

  public init(
    infoHash: [UInt8], peerID: [UInt8], port: UInt16, uploaded: Int64 = 0, downloaded: Int64 = 0, left: Int64,
    event: Event? = nil, numwant: Int? = nil, compact: Bool? = true, noPeerID: Bool = false, ip: String? = nil,
    ipv6: String? = nil, key: String? = nil, trackerID: String? = nil
  ) {
    self.infoHash = infoHash
    self.peerID = peerID
    self.port = port
    self.uploaded = uploaded
    self.downloaded = downloaded
    self.left = left
    self.event = event
    self.numwant = numwant
    self.compact = compact
    self.noPeerID = noPeerID
    self.ip = ip
    self.ipv6 = ipv6
    self.key = key
    self.trackerID = trackerID
  }

  /// The query, without the question mark: `info_hash=…&peer_id=…`.
  public var query: String {
    var query = "info_hash=" + QueryString.encode(infoHash) + "&peer_id=" + QueryString.encode(peerID)
    query += "&port=\(port)&uploaded=\(uploaded)&downloaded=\(downloaded)&left=\(left)"
    if let event { query += "&event=" + event.rawValue }
    if let numwant { query += "&numwant=\(numwant)" }
    if let compact { query += compact ? "&compact=1" : "&compact=0" }
    if noPeerID { query += "&no_peer_id=1" }
    if let ip { query += "&ip=" + QueryString.encode(ip.utf8) }
    if let ipv6 { query += "&ipv6=" + QueryString.encode(ipv6.utf8) }
    if let key { query += "&key=" + QueryString.encode(key.utf8) }
    if let trackerID { query += "&trackerid=" + QueryString.encode(trackerID.utf8) }
    return query
  }

  /// A key out of a number, in the form that clients use: eight hexadecimal digits.
  public static func keyText(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// BEP 7 allows an address alone, or an endpoint `[address]:port`, whose port says nothing beside `port`. What is
  /// neither counts as not given, since the announce holds without it.
  private static func ipv6Address(_ text: String) -> String? {
    let address = text.hasPrefix("[") ? String(text.dropFirst().prefix { $0 != "]" }) : text
    return IPText.parseIPv6(address).map { IPText.ipv6($0[...]) }
  }

  /// Reads a query. Keys that are not known are ignored.
  ///
  /// An empty event and `paused` (BEP 21) count as none, a negative `numwant` as not given.
  /// - Throws: `TrackerQueryError` for a required key that is missing (`info_hash`, `peer_id`, `port`, `uploaded`,
  ///   `downloaded`, `left`), one given twice, or a value that makes no sense.
  public init(query: some StringProtocol) throws(TrackerQueryError) {
    let fields = QueryFields(try QueryString(query))
    infoHash = try fields.hash("info_hash")
    peerID = try fields.hash("peer_id")
    port = try fields.required("port", expected: "a port, 0 to 65535")
    uploaded = try fields.count("uploaded")
    downloaded = try fields.count("downloaded")
    left = try fields.count("left")
    let wanted: Int? = try fields.number("numwant", expected: "a whole number")
    numwant = wanted.flatMap { $0 < 0 ? nil : $0 }
    compact = try fields.flag("compact")
    noPeerID = try fields.flag("no_peer_id") ?? false
    ip = try fields.text("ip")
    ipv6 = try fields.text("ipv6").flatMap(Self.ipv6Address)
    key = try fields.text("key")
    trackerID = try fields.text("trackerid")
    switch try fields.text("event") {
    case nil, "", "paused": event = nil
    case let name?:
      guard let known = Event(rawValue: name) else { throw TrackerQueryError.unknownEvent(name) }
      event = known
    }
  }
}

/// The items of a query by name.
private struct QueryFields {
  private let items: [(name: String, value: [UInt8])]

  init(_ query: QueryString) { items = query.items }

  private func value(_ name: String) throws(TrackerQueryError) -> [UInt8]? {
    var found: [UInt8]?
    for item in items where item.name == name {
      guard found == nil else { throw TrackerQueryError.duplicate(name) }
      found = item.value
    }
    return found
  }

  func text(_ name: String) throws(TrackerQueryError) -> String? {
    try value(name).map { String(decoding: $0, as: UTF8.self) }
  }

  func hash(_ name: String) throws(TrackerQueryError) -> [UInt8] {
    guard let bytes = try value(name) else { throw TrackerQueryError.missing(name) }
    guard bytes.count == 20 else {
      throw TrackerQueryError.wrongSize(name, bytes: bytes.count, expected: 20)
    }
    return bytes
  }

  func flag(_ name: String) throws(TrackerQueryError) -> Bool? {
    guard let text = try text(name) else { return nil }
    switch text {
    case "1": return true
    case "0": return false
    default: throw TrackerQueryError.notANumber(name, found: text, expected: "0 or 1")
    }
  }

  func number<Number: FixedWidthInteger>(
    _ name: String, expected: String
  ) throws(TrackerQueryError) -> Number? {
    guard let text = try text(name) else { return nil }
    // "+5" is taken by the standard library, not by BEP 3.
    guard let number = Number(text), !text.hasPrefix("+") else {
      throw TrackerQueryError.notANumber(name, found: text, expected: expected)
    }
    return number
  }

  func required<Number: FixedWidthInteger>(
    _ name: String, expected: String
  ) throws(TrackerQueryError) -> Number {
    guard let number: Number = try number(name, expected: expected) else { throw TrackerQueryError.missing(name) }
    return number
  }

  func count(_ name: String) throws(TrackerQueryError) -> Int64 {
    let expected = "a number of bytes, at least 0"
    let number: Int64 = try required(name, expected: expected)
    guard number >= 0 else { throw TrackerQueryError.notANumber(name, found: "\(number)", expected: expected) }
    return number
  }
}
