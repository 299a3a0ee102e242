import Dissection
package import PacketCapture
package import Wire

/// A conversation between a seed and a leecher as a capture would hold it: of any torrent, in either direction of the
/// connection, with or without the fast extension and the extension protocol.
package struct StagedConversation {
  package var pieces = 8
  package var pieceLength: UInt32 = 32768
  package var seedOpens = true
  package var isFast = true
  /// Blocks asked for before the first answer.
  package var pipeline = 4
  /// What the leecher says besides, once it has half of the pieces.
  package var more: [PeerMessage] = []

  package init() {}

  package static let infoHash = [UInt8](repeating: 0xaa, count: 20)
  package static let leecherExtensions: [String: Int64] = ["ut_pex": 7, "ut_metadata": 9]
  package static let seedExtensions: [String: Int64] = ["ut_pex": 3, "lt_donthave": 5]

  private var seed: Int { seedOpens ? 0 : 1 }

  /// What is said: 0 by the side that opens.
  package var lines: [(from: Int, bytes: [UInt8])] {
    let leecher = 1 - seed
    var lines: [(from: Int, bytes: [UInt8])] = []
    for from in 0...1 {
      let front = Array((from == seed ? "-SD0001-" : "-LE0002-").utf8)
      let handshake = Handshake(infoHash: Self.infoHash, peerID: front + Array("recorded-one".utf8), offersFast: isFast)
      lines.append((from, handshake.encoded))
    }
    func say(_ from: Int, _ message: PeerMessage) { lines.append((from, message.encoded)) }
    say(seed, .extended(id: 0, Self.extensionHandshake(Self.seedExtensions)))
    say(leecher, .extended(id: 0, Self.extensionHandshake(Self.leecherExtensions)))
    let whole: [UInt8] = (0..<(pieces + 7) / 8).map { pieces - $0 * 8 >= 8 ? 0xff : 0xff << UInt8(8 - pieces % 8) }
    say(seed, isFast ? .haveAll : .bitfield(whole))
    if isFast { say(leecher, .haveNone) }
    say(leecher, .interested)
    say(seed, .extended(id: 7, PeerExchange(added: [.init(ipv4: 0x0a01_0203, port: 6881)]).encoded))
    say(seed, .unchoke)
    let all = (0..<UInt32(pieces)).flatMap { piece in
      stride(from: 0, to: pieceLength, by: Int(Block.standardLength)).map {
        Block(piece: piece, begin: $0, length: min(Block.standardLength, pieceLength - $0))
      }
    }
    for (index, block) in all.enumerated() {
      if index == 0 { for block in all.prefix(pipeline) { say(leecher, .request(block)) } }
      lines.append((seed, PeerMessage.pieceHeader(block) + [UInt8](repeating: 0, count: Int(block.length))))
      if index + pipeline < all.count { say(leecher, .request(all[index + pipeline])) }
      if index == all.count - 1 || all[index + 1].piece != block.piece { say(leecher, .have(block.piece)) }
      if index == all.count / 2 { for message in more { say(leecher, message) } }
    }
    say(leecher, .notInterested)
    return lines
  }

  private static func extensionHandshake(_ ids: [String: Int64]) -> [UInt8] {
    var extensions: BencodeDictionary = [:]
    for (name, id) in ids.sorted(by: { $0.key < $1.key }) { extensions[name] = .integer(id) }
    let handshake: BencodeDictionary = [
      "m": .dictionary(extensions), "metadata_size": 1234, "p": 6881, "reqq": 100, "v": "Recorded 1.0",
      "yourip": .bytes([10, 1, 2, 3]),
    ]
    return Bencode.dictionary(handshake).encoded
  }

  /// Writes it as one TCP stream, a segment for each line, each acknowledged by the next of the other side.
  ///
  /// - Parameters:
  ///   - skipping: so many frames are left out from the front: a capture that began too late.
  ///   - lacking: places of lines whose segments are left out, though they are acknowledged: a capture with holes.
  package func write(to path: String, skipping: Int = 0, lacking: [Int] = []) throws(CaptureError) {
    var stream = WrittenStream()
    stream.open()
    for line in lines { stream.send(line.from, line.bytes) }
    stream.close()
    let writer = try CaptureWriter(path: path, linkType: .ethernet)
    let lacked = Set(lacking.map { 3 + $0 * 2 })
    for (index, bytes) in stream.frames.enumerated().dropFirst(skipping) where !lacked.contains(index) {
      let result: Result<Void, CaptureError> = bytes.withUnsafeBytes { raw in
        Result { () throws(CaptureError) in
          try writer.write(
            Frame(
              index: index + 1, timeNanoseconds: 1_700_000_000_000_000_000 + Int64(index) * 1_000_000,
              originalLength: bytes.count, linkType: .ethernet, bytes: raw))
        }
      }
      try result.get()
    }
    try writer.close()
  }
}

/// Frames of one TCP connection from 127.64.1.1:40000 to 127.64.2.1:7000 over Ethernet and IPv4.
private struct WrittenStream {
  private(set) var frames: [[UInt8]] = []
  private var next: [UInt32] = [1000, 5000]

  private static let (fin, syn, ack): (UInt8, UInt8, UInt8) = (1, 2, 16)

  mutating func open() {
    put(0, Self.syn, [], acknowledging: false)
    next[0] += 1
    put(1, Self.syn | Self.ack, [])
    next[1] += 1
    put(0, Self.ack, [])
  }

  mutating func send(_ from: Int, _ bytes: [UInt8]) {
    put(from, Self.ack, bytes)
    next[from] &+= UInt32(bytes.count)
    put(1 - from, Self.ack, [])
  }

  mutating func close() {
    for from in 0...1 {
      put(from, Self.fin | Self.ack, [])
      next[from] += 1
    }
    put(0, Self.ack, [])
  }

  private mutating func put(_ from: Int, _ flags: UInt8, _ bytes: [UInt8], acknowledging: Bool = true) {
    let ports: [UInt16] = [40000, 7000]
    let addresses: [[UInt8]] = [[127, 64, 1, 1], [127, 64, 2, 1]]
    let other = 1 - from
    let segment =
      Self.big(ports[from]) + Self.big(ports[other]) + Self.big(next[from])
      + Self.big(acknowledging ? next[other] : 0) + [0x50, flags, 0xff, 0xff, 0, 0, 0, 0] + bytes
    let packet =
      [0x45, 0] + Self.big(UInt16(segment.count + 20)) + [0, 0, 0x40, 0, 64, 6, 0, 0] + addresses[from]
      + addresses[other] + segment
    frames.append([UInt8](repeating: 0, count: 12) + [0x08, 0x00] + packet)
  }

  private static func big(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
}
