import Dissection
import Wire

/// What of a recorded message must be another for a live client.
///
/// - Handshake: info-hash, and peer id but for its first eight bytes, which name the client (BEP 20). The bit of the DHT
///   (BEP 5) is cleared: there is no node of ours.
/// - Extension handshake (BEP 10): our listening port, the live client's address; only extensions that can be played stay.
/// - Extended messages: under the id that the live client gave to the extension.
/// - Peer exchange (BEP 11): addresses of nets that nobody has (RFC 2544, RFC 3849), one for each recorded: nobody who
///   was in the recorded swarm is dialled.
struct Rewriter: Sendable {
  let mapping: PieceMapping
  let infoHash: [UInt8]
  /// 20 bytes; its first eight are the recorded peer's.
  let peerID: [UInt8]
  /// nil where we do not listen.
  let listenPort: UInt16?
  /// 4 or 16 bytes.
  var liveAddress: [UInt8] = []
  /// By recorded address, the one that is said for it: 4 or 16 bytes each.
  private var substitutes: [[UInt8]: [UInt8]] = [:]
  /// Ids of the live client, by extension.
  private(set) var liveIDs: [String: UInt8] = [:]
  /// Extensions by the ids that the recorded other side had given to them.
  private let recordedNames: [UInt8: String]

  /// Extensions whose messages can be played; others are dropped on both ways.
  static let playable: Set<String> = ["ut_pex", "lt_donthave", "upload_only"]

  init(
    _ conversation: RecordedConversation, ours: Int, mapping: PieceMapping, infoHash: [UInt8], tail: [UInt8],
    listenPort: UInt16?
  ) {
    var names: [UInt8: String] = [:]
    var front: ArraySlice<UInt8> = Array("-SL0000-".utf8)[...]
    for line in conversation.lines {
      switch line.content {
      case .extended(id: 0, let payload) where line.from != ours:
        for (name, id) in Self.ids(payload) where id != 0 { names[id] = name }
      case .handshake(let handshake) where line.from == ours: front = handshake.peerID.prefix(8)
      default: break
      }
    }
    recordedNames = names
    peerID = Array(front) + tail.prefix(12)
    self.mapping = mapping
    self.infoHash = infoHash
    self.listenPort = listenPort
  }

  func handshake(_ recorded: Handshake) -> Handshake {
    var reserved = recorded.reserved
    reserved[7] &= ~0x01
    return Handshake(infoHash: infoHash, peerID: peerID, reserved: reserved)
  }

  /// Notes what the live client's extension handshake says; 0 withdraws an extension.
  mutating func hear(extensionHandshake payload: [UInt8]) {
    for (name, id) in Self.ids(payload) { liveIDs[name] = id == 0 ? nil : id }
  }

  private static func ids(_ payload: [UInt8]) -> [(name: String, id: UInt8)] {
    let dictionary = (try? Bencode.decode(payload, limits: .extensionHandshake))?.dictionary
    return dictionary?["m"]?.dictionary?.entries.compactMap { entry in
      guard let id = entry.value.integer.flatMap(UInt8.init(exactly:)) else { return nil }
      return (String(decoding: entry.key, as: UTF8.self), id)
    } ?? []
  }

  func extensionHandshake(_ recorded: [UInt8]) -> [UInt8] {
    guard var dictionary = (try? Bencode.decode(recorded, limits: .extensionHandshake))?.dictionary else {
      return recorded
    }
    var extensions: BencodeDictionary = [:]
    for entry in dictionary["m"]?.dictionary?.entries ?? [] {
      let name = String(decoding: entry.key, as: UTF8.self)
      if Self.playable.contains(name) { extensions[name] = entry.value }
    }
    dictionary["m"] = .dictionary(extensions)
    for key in ["metadata_size", "ipv4", "ipv6", "p"] { dictionary[key] = nil }
    if let listenPort { dictionary["p"] = .integer(Int64(listenPort)) }
    if dictionary["yourip"] != nil { dictionary["yourip"] = liveAddress.isEmpty ? nil : .bytes(liveAddress) }
    return Bencode.dictionary(dictionary).encoded
  }

  /// nil where the extension cannot be played, or the live client has not got it.
  mutating func extended(id: UInt8, _ payload: [UInt8]) -> PeerMessage? {
    guard let name = recordedNames[id], Self.playable.contains(name), let live = liveIDs[name] else { return nil }
    switch name {
    case "ut_pex": return exchange(payload).map { .extended(id: live, $0) }
    case "lt_donthave":
      guard payload.count == 4 else { return nil }
      let piece = UInt32(mapping.piece(payload.reduce(0) { $0 << 8 | UInt32($1) }))
      return .extended(id: live, [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: piece >> $0) })
    default: return .extended(id: live, payload)
    }
  }

  /// Other addresses, the same for the same recorded one; ports and flags as recorded.
  private mutating func exchange(_ payload: [UInt8]) -> [UInt8]? {
    guard var dictionary = (try? Bencode.decode(payload, limits: .extensionHandshake))?.dictionary else { return nil }
    for (key, length) in [("added", 4), ("dropped", 4), ("added6", 16), ("dropped6", 16)] {
      guard let bytes = dictionary[key]?.bytes else { continue }
      let size = length + 2
      var rewritten: [UInt8] = []
      for start in stride(from: 0, to: bytes.count / size * size, by: size) {
        rewritten += substitute(for: Array(bytes[start..<start + length]))
        rewritten += bytes[start + length..<start + size]
      }
      dictionary[key] = .bytes(rewritten)
    }
    return Bencode.dictionary(dictionary).encoded
  }

  /// Numbered by appearance: a net for documentation (RFC 5737) has too few for all whom a long conversation names.
  private mutating func substitute(for recorded: [UInt8]) -> [UInt8] {
    if let known = substitutes[recorded] { return known }
    let number = substitutes.count + 1
    let low = [16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    // 198.18.0.0/15, and 2001:db8::/104.
    let front: [UInt8] = recorded.count == 4 ? [198, 18 | (low[0] & 1)] : Self.ipv6 + low.prefix(1)
    let address = front + low.suffix(2)
    substitutes[recorded] = address
    return address
  }

  private static let ipv6: [UInt8] = [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 9)
}
