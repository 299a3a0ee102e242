import Testing
import Wire

@Suite("The tracker protocol over UDP")
struct UDPTrackerTests {
  static let infoHash = [UInt8](1...20)
  static let peerID = Array("-SL0001-abcdefghijkl".utf8)

  static let request = AnnounceRequest(
    infoHash: infoHash, peerID: peerID, port: 7000, uploaded: 3, downloaded: 1, left: 2, event: .started, numwant: 50,
    compact: nil, ip: "1.2.3.4", key: "00abcdef")

  /// As the tables of BEP 15 have it.
  static let announce: [UInt8] =
    [0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 7] + infoHash + peerID
    + [
      0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 2, 1, 2, 3, 4, 0, 0xAB, 0xCD,
      0xEF,
    ]
    + [0, 0, 0, 50, 0x1B, 0x58]

  @Test("Questions have the bytes of BEP 15")
  func requests() throws {
    let connect: [UInt8] = [0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80, 0, 0, 0, 0, 0, 0, 0, 7]
    #expect(UDPTrackerRequest.connect(transaction: 7).encoded == connect)
    #expect(try UDPTrackerRequest(parsing: connect) == .connect(transaction: 7))
    #expect(UDPTrackerRequest.announce(connection: 9, transaction: 7, Self.request).encoded == Self.announce)
    #expect(Self.announce.count == 98)
    #expect(
      try UDPTrackerRequest(parsing: Self.announce) == .announce(connection: 9, transaction: 7, Self.request))
    let scrape = UDPTrackerRequest.scrape(connection: 9, transaction: 7, ScrapeRequest(infoHashes: [Self.infoHash]))
    #expect(scrape.encoded == [0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 2, 0, 0, 0, 7] + Self.infoHash)
    #expect(try UDPTrackerRequest(parsing: scrape.encoded) == scrape)
  }

  @Test("Answers have the bytes of BEP 15")
  func responses() throws {
    let connect: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 9]
    #expect(UDPTrackerResponse.connect(transaction: 7, connection: 9).encoded(.ipv4) == connect)
    #expect(try UDPTrackerResponse(parsing: connect, .ipv4) == .connect(transaction: 7, connection: 9))
    let response = AnnounceResponse(
      interval: 1800, complete: 2, incomplete: 1, peers: [TrackerPeer(address: "127.64.0.1", port: 7000)])
    let announce: [UInt8] =
      [0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 7, 8, 0, 0, 0, 1, 0, 0, 0, 2] + [127, 64, 0, 1, 0x1B, 0x58]
    #expect(UDPTrackerResponse.announce(transaction: 7, response).encoded(.ipv4) == announce)
    #expect(try UDPTrackerResponse(parsing: announce, .ipv4) == .announce(transaction: 7, response))
    let scrape = UDPTrackerResponse.scrape(transaction: 7, [.init(complete: 1, downloaded: 2, incomplete: 3)])
    #expect(scrape.encoded(.ipv4) == [0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3])
    #expect(try UDPTrackerResponse(parsing: scrape.encoded(.ipv4), .ipv4) == scrape)
    let error = UDPTrackerResponse.error(transaction: 7, "no")
    #expect(error.encoded(.ipv4) == [0, 0, 0, 3, 0, 0, 0, 7, 0x6E, 0x6F])
    #expect(try UDPTrackerResponse(parsing: error.encoded(.ipv4), .ipv4) == error)
  }

  @Test("An answer holds peers of the asker's address family only, 18 bytes each for IPv6")
  func families() throws {
    let peers = [TrackerPeer(address: "127.64.0.1", port: 1), TrackerPeer(address: "::1", port: 2)]
    let answer = UDPTrackerResponse.announce(transaction: 1, AnnounceResponse(interval: 1, peers: peers))
    for (family, size, peer) in [(UDPTrackerResponse.Family.ipv4, 26, peers[0]), (.ipv6, 38, peers[1])] {
      let bytes = answer.encoded(family)
      #expect(bytes.count == size)
      guard case .announce(_, let read) = try UDPTrackerResponse(parsing: bytes, family) else {
        Issue.record("no announce")
        continue
      }
      #expect(read.peers == [peer])
    }
  }

  @Test("What is left out travels as BEP 15's zeros and minus one, and comes back as left out")
  func absent() throws {
    var request = Self.request
    request.event = nil
    request.numwant = nil
    request.ip = nil
    request.key = nil
    let bytes = UDPTrackerRequest.announce(connection: 1, transaction: 1, request).encoded
    #expect(Array(bytes[80..<96]) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255])
    #expect(try UDPTrackerRequest(parsing: bytes) == .announce(connection: 1, transaction: 1, request))
    request.ip = "tracker.example"
    request.key = "not hexadecimal"
    #expect(UDPTrackerRequest.announce(connection: 1, transaction: 1, request).encoded == bytes)
  }

  @Test(
    "Options behind an announce (BEP 41) are ignored, also broken ones", arguments: [[2, 1, 0x2F], [0], [2, 255]])
  func options(_ options: [UInt8]) throws {
    #expect(
      try UDPTrackerRequest(parsing: Self.announce + options) == .announce(connection: 9, transaction: 7, Self.request))
  }

  @Test("A question that is cut anywhere is refused, with its size", arguments: 0..<98)
  func short(_ size: Int) {
    let error = #expect(throws: UDPTrackerError.self) { try UDPTrackerRequest(parsing: Self.announce.prefix(size)) }
    #expect(error == .size(size, expected: size < 16 ? "16 at least" : "98 at least"))
  }

  private static func changed(_ offset: Int, _ byte: UInt8) -> [UInt8] {
    var bytes = announce
    bytes[offset] = byte
    return bytes
  }

  @Test("Unknown actions and events, another protocol and numbers below zero are refused")
  func refusals() {
    func error(_ bytes: [UInt8]) -> UDPTrackerError? {
      do throws(UDPTrackerError) {
        _ = try UDPTrackerRequest(parsing: bytes)
        return nil
      } catch { return error }
    }
    #expect(error(Self.changed(11, 4)) == .unknownAction(4))
    #expect(error(Self.changed(11, 3)) == .unknownAction(3))
    #expect(error(Self.changed(83, 4)) == .unknownEvent(4))
    #expect(error(Self.changed(11, 0)) == .otherProtocol(9))
    for offset in [56, 64, 72] { #expect(error(Self.changed(offset, 0x80)) == .negativeCount) }
  }

  @Test("A scrape asks about one hash to seventy-four", arguments: [0, 1, 19, 20, 21, 74 * 20, 75 * 20])
  func scrapes(_ size: Int) throws {
    let bytes = Self.announce.prefix(11) + [2, 0, 0, 0, 7] + [UInt8](repeating: 1, count: size)
    if size == 20 || size == 1480 {
      guard case .scrape(9, 7, let request) = try UDPTrackerRequest(parsing: bytes) else {
        Issue.record("no scrape")
        return
      }
      #expect(request.infoHashes.count == size / 20)
    } else {
      #expect(throws: UDPTrackerError.self) { try UDPTrackerRequest(parsing: bytes) }
    }
  }

  @Test("An answer that ends within a number, a peer or figures is refused")
  func shortAnswers() {
    let whole = AnnounceResponse(interval: 1, peers: [TrackerPeer(address: "1.2.3.4", port: 5)])
    let announce = UDPTrackerResponse.announce(transaction: 1, whole).encoded(.ipv4)
    for size in Array(0..<20) + [21, 25] {
      #expect(throws: UDPTrackerError.self) { try UDPTrackerResponse(parsing: announce.prefix(size), .ipv4) }
    }
    #expect(throws: UDPTrackerError.self) { try UDPTrackerResponse(parsing: announce, .ipv6) }
    let connect = UDPTrackerResponse.connect(transaction: 1, connection: 2).encoded(.ipv4)
    #expect(throws: UDPTrackerError.self) { try UDPTrackerResponse(parsing: connect.prefix(15), .ipv4) }
    #expect(throws: UDPTrackerError.self) {
      try UDPTrackerResponse(parsing: [0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1], .ipv4)
    }
    #expect(throws: UDPTrackerError.unknownAction(4)) {
      try UDPTrackerResponse(parsing: [0, 0, 0, 4, 0, 0, 0, 1], .ipv4)
    }
  }

  @Test(
    "Bytes of any kind are read or refused, and what is read is written back the same",
    arguments: 0..<50 as Range<UInt64>)
  func anything(_ seed: UInt64) {
    var source = Scramble(seed: seed)
    for _ in 0..<200 {
      var bytes = source.bytes(source.below(130))
      // Half of them with an action that is known.
      if bytes.count > 11, source.below(2) == 0 {
        bytes.replaceSubrange(8..<12, with: [0, 0, 0, UInt8(source.below(4))])
      }
      if let request = try? UDPTrackerRequest(parsing: bytes) {
        #expect(request.encoded == Array(bytes.prefix(request.encoded.count)))
      }
      _ = try? UDPTrackerResponse(parsing: bytes, source.below(2) == 0 ? .ipv4 : .ipv6)
    }
  }
}
