/// Addresses in what peers and trackers tell each other, replaced by pseudonyms of the same size. What is not known to be
/// something else than an address is overwritten, so all lengths stay.
extension Pseudonyms {
  /// No address that we know, and taken for nothing.
  private static let blankByte: UInt8 = 0xff

  /// The body of an extended message (BEP 10): a handshake, peer exchange (BEP 11), or metadata (BEP 9), which tell of no other
  /// address; of any other nothing is left but its id.
  mutating func rewritten(extended body: [UInt8]) -> [UInt8] {
    guard let id = body.first else { return body }
    let content = Array(body.dropFirst())
    guard let strings = BencodedStrings(content) else { return [id] + Self.blanks(content.count) }
    var bytes = content
    if id != 0 && strings.keys.isSuperset(of: ["msg_type", "piece"]) { return body }
    for place in strings.places {
      switch (id == 0, place.path) {
      case (true, ["yourip"]), (true, ["ipv4"]), (true, ["ipv6"]): replaceAddress(in: &bytes, place.range)
      case (true, ["v"]): replaceAddresses(in: &bytes, place.range)
      case (false, ["added"]), (false, ["dropped"]): replaceCompact(in: &bytes, place.range, addressSize: 4)
      case (false, ["added6"]), (false, ["dropped6"]): replaceCompact(in: &bytes, place.range, addressSize: 16)
      case (false, ["added.f"]), (false, ["added6.f"]): break
      default: Self.blank(&bytes, place.range)
      }
    }
    Self.blank(&bytes, strings.end..<bytes.count)
    return [id] + bytes
  }

  /// The body of a tracker's answer over HTTP (BEP 3, 7, 23, 24); nil for what is none. Nothing of failures and
  /// warnings stays: they are free text, which may name hosts in any form.
  mutating func rewritten(trackerAnswer body: [UInt8]) -> [UInt8]? {
    guard let strings = BencodedStrings(body) else { return nil }
    var bytes = body
    for place in strings.places {
      switch place.path {
      case ["peers"]: replaceCompact(in: &bytes, place.range, addressSize: 4)
      case ["peers6"]: replaceCompact(in: &bytes, place.range, addressSize: 16)
      case ["peers", "*", "ip"]: replaceHost(in: &bytes, place.range)
      case ["external ip"]: replaceAddress(in: &bytes, place.range)
      case ["peers", "*", "peer id"], ["tracker id"]: break
      default: Self.blank(&bytes, place.range)
      }
    }
    Self.blank(&bytes, strings.end..<bytes.count)
    return bytes
  }

  /// What was sent to a tracker over UDP (BEP 15).
  mutating func rewritten(trackerRequest payload: [UInt8]) -> [UInt8] {
    var bytes = payload
    guard bytes.count >= 16 else { return Self.blanks(payload.count) }
    switch bytes[8...11].reduce(UInt32(0), { $0 << 8 | UInt32($1) }) {
    case 1 where bytes.count >= 98:
      replaceAddress(in: &bytes, 84..<88)
      // Options, such as the URL that was asked for (BEP 41).
      Self.blank(&bytes, 98..<bytes.count)
    case 2: break
    default: Self.blank(&bytes, 16..<bytes.count)
    }
    return bytes
  }

  /// What a tracker answered over UDP: peers of the IP version by which it was sent.
  mutating func rewritten(trackerReply payload: [UInt8], overIPv4: Bool) -> [UInt8] {
    var bytes = payload
    guard bytes.count >= 8 else { return Self.blanks(payload.count) }
    switch bytes[0...3].reduce(UInt32(0), { $0 << 8 | UInt32($1) }) {
    case 1 where bytes.count >= 20: replaceCompact(in: &bytes, 20..<bytes.count, addressSize: overIPv4 ? 4 : 16)
    case 2: break
    case 0: Self.blank(&bytes, min(16, bytes.count)..<bytes.count)
    default: Self.blank(&bytes, 8..<bytes.count)
    }
    return bytes
  }

  /// A message of the distributed hash table (BEP 5). Its node ids may be made from addresses (BEP 42), so what is left is what
  /// kind of message it is.
  func rewritten(hashTable payload: [UInt8]) -> [UInt8] {
    var bytes = payload
    for place in BencodedStrings(payload)?.places ?? [] where ![["t"], ["y"], ["q"], ["v"]].contains(place.path) {
      Self.blank(&bytes, place.range)
    }
    return bytes
  }

  // MARK: Parts

  /// Addresses with ports behind each other; what is left over is overwritten.
  private mutating func replaceCompact(in bytes: inout [UInt8], _ range: Range<Int>, addressSize size: Int) {
    var position = range.lowerBound
    while position + size + 2 <= range.upperBound {
      replaceAddress(in: &bytes, position..<position + size)
      position += size + 2
    }
    Self.blank(&bytes, position..<range.upperBound)
  }

  /// Replaces one of 4 or 16 bytes; what has another size is overwritten.
  mutating func replaceAddress(in bytes: inout [UInt8], _ range: Range<Int>) {
    switch range.count {
    case 4:
      let address = of(IPAddress(v4: bytes.withUnsafeBytes { $0.word32(range.lowerBound) }))
      bytes.replaceSubrange(range, with: address.bytes.suffix(4))
    case 16:
      let address = bytes.withUnsafeBytes {
        IPAddress(high: $0.word64(range.lowerBound), low: $0.word64(range.lowerBound + 8))
      }
      bytes.replaceSubrange(range, with: of(address).bytes)
    default: Self.blank(&bytes, range)
    }
  }

  static func blanks(_ count: Int) -> [UInt8] { [UInt8](repeating: blankByte, count: count) }

  private static func blank(_ bytes: inout [UInt8], _ range: Range<Int>) {
    for place in range { bytes[place] = blankByte }
  }
}

extension IPAddress {
  /// All 16, in the order of the wire.
  var bytes: [UInt8] {
    withUnsafeBytes(of: high.bigEndian) { Array($0) } + withUnsafeBytes(of: low.bigEndian) { Array($0) }
  }
}
