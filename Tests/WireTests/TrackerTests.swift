import Testing
import Wire

@Suite("Announce and scrape")
struct TrackerTests {
  static let infoHash: [UInt8] =
    [0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF1, 0x23, 0x45]
    + [0x67, 0x89, 0xAB, 0xCD, 0xEF, 0x12, 0x34, 0x56, 0x78, 0x9A]
  static let peerID = Array("-SL0001-abcdefghij~.".utf8)
  static let required =
    "info_hash=%124Vx%9A%BC%DE%F1%23Eg%89%AB%CD%EF%124Vx%9A&peer_id=-SL0001-abcdefghij~."
    + "&port=7000&uploaded=1&downloaded=2&left=3"

  @Test("A query is percent-encoded as the common example has it")
  func encoding() throws {
    let request = AnnounceRequest(
      infoHash: Self.infoHash, peerID: Self.peerID, port: 7000, uploaded: 1, downloaded: 2, left: 3, event: .started,
      numwant: 50, compact: true)
    let expected =
      "info_hash=%124Vx%9a%bc%de%f1%23Eg%89%ab%cd%ef%124Vx%9a&peer_id=-SL0001-abcdefghij~."
      + "&port=7000&uploaded=1&downloaded=2&left=3&event=started&numwant=50&compact=1"
    #expect(request.query == expected)
    #expect(try AnnounceRequest(query: expected) == request)
    #expect(try AnnounceRequest(query: "?" + expected) == request)
  }

  @Test("Every field survives the way", arguments: 0..<50 as Range<UInt64>)
  func roundTrip(_ seed: UInt64) throws {
    var source = Scramble(seed: seed)
    let request = AnnounceRequest(
      infoHash: source.bytes(20), peerID: source.bytes(20), port: UInt16(truncatingIfNeeded: source.next()),
      uploaded: Int64(source.next() >> 1), downloaded: 0, left: .max,
      event: AnnounceRequest.Event.allCases.randomElement(using: &source),
      numwant: source.below(2) == 0 ? nil : 0, compact: [nil, true, false].randomElement(using: &source) ?? nil,
      noPeerID: source.below(2) == 0, ip: "::1", key: "a&b=c %+ü", trackerID: "x/y")
    #expect(try AnnounceRequest(query: request.query) == request)
  }

  @Test("What BEP 3 does not require may be absent, empty or unknown")
  func lenient() throws {
    let plain = try AnnounceRequest(query: Self.required)
    #expect(plain.infoHash == Self.infoHash)
    #expect(plain.peerID == Self.peerID)
    #expect(plain.event == nil && plain.numwant == nil && plain.compact == nil && !plain.noPeerID)
    let more = try AnnounceRequest(
      query: Self.required + "&event=&numwant=-1&key=1%2b1+2&corrupt=0&supportcrypto=1&&redundant&event2=x")
    #expect(more.event == nil && more.numwant == nil)
    #expect(more.key == "1+1 2")
    #expect(try AnnounceRequest(query: Self.required + "&event=paused").event == nil)
  }

  @Test("Hashes may be percent-encoded in any form: digits of either case, and characters that need no escape escaped")
  func encodings() throws {
    let all = Self.infoHash.map { byte in
      let digits = String(byte, radix: 16)
      return "%" + (digits.count == 1 ? "0" + digits : digits)
    }.joined()
    let lower = Self.replacing("info_hash", all)
    let upper = Self.replacing("info_hash", all.uppercased())
    for query in [lower, upper, Self.required.replacing("=%124V", with: "=%12%34V")] {
      #expect(try AnnounceRequest(query: query).infoHash == Self.infoHash)
    }
  }

  @Test(
    "A second address (BEP 7) is an IPv6 address alone or with a port, and otherwise not given",
    arguments: [
      ("2001:db8::7", "2001:db8::7"), ("2001:0DB8:0::7", "2001:db8::7"), ("%5B2001:db8::7%5D:6881", "2001:db8::7"),
      ("[::1]:1", "::1"), ("127.0.0.1", nil), ("", nil), ("[", nil), ("host", nil),
    ] as [(String, String?)])
  func secondAddress(_ text: String, _ address: String?) throws {
    let request = try AnnounceRequest(query: Self.required + "&ipv6=" + text)
    #expect(request.ipv6 == address)
    if address != nil { #expect(try AnnounceRequest(query: request.query) == request) }
  }

  static let zeros = String(repeating: "0", count: 20)

  static let refusals: [(String, TrackerQueryError)] = [
    ("", .missing("info_hash")),
    ("info_hash=%1", .badEncoding("%1")),
    ("info_hash=%zz", .badEncoding("%zz")),
    ("info_hash=%+1", .badEncoding("%+1")),
    ("%ff=1", .badEncoding("%ff=1")),
    ("info_hash=abc", .wrongSize("info_hash", bytes: 3, expected: 20)),
    ("info_hash", .wrongSize("info_hash", bytes: 0, expected: 20)),
    (required + "x", .notANumber("left", found: "3x", expected: "a number of bytes, at least 0")),
    (required + "&port=1", .duplicate("port")),
    (required + "&info_hash=abc", .duplicate("info_hash")),
    (required + "&event=begun", .unknownEvent("begun")),
    (required + "&compact=yes", .notANumber("compact", found: "yes", expected: "0 or 1")),
    (required + "&numwant=1e3", .notANumber("numwant", found: "1e3", expected: "a whole number")),
    (required + "&numwant=1" + zeros, .notANumber("numwant", found: "1" + zeros, expected: "a whole number")),
    (replacing("port", "65536"), .notANumber("port", found: "65536", expected: "a port, 0 to 65535")),
    (replacing("port", "-1"), .notANumber("port", found: "-1", expected: "a port, 0 to 65535")),
    (replacing("port", "+80"), .notANumber("port", found: " 80", expected: "a port, 0 to 65535")),
    (replacing("port", "%2b80"), .notANumber("port", found: "+80", expected: "a port, 0 to 65535")),
    (replacing("left", "-1"), .notANumber("left", found: "-1", expected: "a number of bytes, at least 0")),
    (replacing("uploaded", ""), .notANumber("uploaded", found: "", expected: "a number of bytes, at least 0")),
    (replacing("peer_id", "abc"), .wrongSize("peer_id", bytes: 3, expected: 20)),
    (removing("left"), .missing("left")), (removing("port"), .missing("port")),
    (removing("peer_id"), .missing("peer_id")), (removing("downloaded"), .missing("downloaded")),
  ]

  static func replacing(_ name: String, _ value: String) -> String {
    required.split(separator: "&").map { $0.hasPrefix(name + "=") ? "\(name)=\(value)" : String($0) }
      .joined(separator: "&")
  }

  static func removing(_ name: String) -> String {
    required.split(separator: "&").filter { !$0.hasPrefix(name + "=") }.joined(separator: "&")
  }

  @Test("A query that makes no sense is refused with the reason", arguments: refusals)
  func refused(_ query: String, _ expected: TrackerQueryError) throws {
    let error = try #require(throws: TrackerQueryError.self) { try AnnounceRequest(query: query) }
    #expect(error == expected)
  }

  static let peers = [
    TrackerPeer(address: "127.64.0.1", port: 7000, peerID: peerID), TrackerPeer(address: "255.0.10.9", port: 65535),
  ]

  @Test("The short form has six bytes for each peer")
  func compact() throws {
    let response = AnnounceResponse(interval: 1800, minInterval: 60, complete: 1, incomplete: 8, peers: Self.peers)
    let encoded = response.encoded(compact: true)
    let peers: [UInt8] = [127, 64, 0, 1, 0x1B, 0x58, 255, 0, 10, 9, 0xFF, 0xFF]
    let head = "d8:completei1e10:incompletei8e8:intervali1800e12:min intervali60e5:peers12:"
    #expect(encoded == Array(head.utf8) + peers + [UInt8(ascii: "e")])
    var parsed = response
    parsed.peers[0].peerID = nil
    #expect(try AnnounceResponse(parsing: encoded) == parsed)
  }

  @Test("The long form keeps peer ids, and everything else there is")
  func dictionaries() throws {
    var response = AnnounceResponse(interval: 60, peers: Self.peers, trackerID: "x", warning: "slow")
    response.peers.append(TrackerPeer(address: "host.example", port: 1))
    let encoded = response.encoded(compact: false)
    #expect(try AnnounceResponse(parsing: encoded) == response)
    // A host's name has no short form.
    #expect(try AnnounceResponse(parsing: response.encoded(compact: true)).peers.count == 2)
  }

  @Test("IPv6 peers travel in peers6, 18 bytes each")
  func ipv6() throws {
    let response = AnnounceResponse(
      interval: 1, peers: [TrackerPeer(address: "1.2.3.4", port: 5), TrackerPeer(address: "2001:db8::7", port: 6)])
    let encoded = response.encoded(compact: true)
    #expect(try AnnounceResponse(parsing: encoded) == response)
    #expect(try Bencode.decode(encoded).dictionary?["peers6"]?.bytes?.count == 18)
  }

  @Test("A failure is an answer, and nothing else is looked at")
  func failure() throws {
    #expect(AnnounceResponse.failure("no").encoded(compact: true) == Array("d14:failure reason2:noe".utf8))
    #expect(try AnnounceResponse(parsing: Array("d14:failure reason2:no5:peersi1ee".utf8)).failureReason == "no")
  }

  @Test(
    "An answer that makes no sense is refused",
    arguments: [
      "", "<html>", "le", "de", "d8:interval1:5e", "d8:intervali-1ee", "d8:intervali1e5:peers5:12345e",
      "d8:intervali1e5:peersi1ee", "d8:intervali1e5:peersli1eee", "d8:intervali1e5:peersld2:ip1:aeee",
      "d8:intervali1e5:peersld2:ip1:a4:porti65536eeee", "d8:intervali1e5:peersld2:ip1:a7:peer id1:x4:porti1eeee",
      "d8:intervali1e6:peers617:01234567890123456e", "d8:intervali1e6:peers6lee", "d8:completei-1e8:intervali1ee",
      "d8:intervali1ee ",
    ])
  func refusedAnswer(_ text: String) {
    #expect(throws: TrackerResponseError.self) { try AnnounceResponse(parsing: Array(text.utf8)) }
  }

  @Test("An answer with its keys in another order than BEP 3's is read, since some trackers write them so")
  func anyKeyOrder() throws {
    let response = try AnnounceResponse(parsing: Array("d5:peers0:8:intervali1e8:completei2ee".utf8))
    #expect(response.interval == 1 && response.complete == 2)
    let long = try AnnounceResponse(parsing: Array("d8:intervali1e5:peersld4:porti5e2:ip7:1.2.3.4eee".utf8))
    #expect(long.peers == [TrackerPeer(address: "1.2.3.4", port: 5)])
    let scrape = try ScrapeResponse(
      parsing: Array("d5:filesd20:12345678901234567890d10:incompletei1e8:completei2eeee".utf8))
    #expect(scrape.files.map(\.complete) == [2])
  }

  @Test("An answer without peers has none")
  func noPeers() throws {
    #expect(try AnnounceResponse(parsing: Array("d8:intervali1ee".utf8)).peers == [])
    #expect(try AnnounceResponse(parsing: Array("d8:intervali1e5:peers0:e".utf8)).peers == [])
  }

  @Test("Scrapes ask for any number of torrents, and get figures for those that are known")
  func scrape() throws {
    let request = ScrapeRequest(infoHashes: [Self.infoHash, Self.peerID])
    #expect(try ScrapeRequest(query: request.query) == request)
    #expect(try ScrapeRequest(query: "").infoHashes == [])
    #expect(throws: TrackerQueryError.self) { try ScrapeRequest(query: "info_hash=abc") }
    let response = ScrapeResponse(files: [
      .init(infoHash: Self.infoHash, complete: 1, downloaded: 2, incomplete: 3),
      .init(infoHash: Self.peerID, complete: 4, downloaded: 5, incomplete: 6),
    ])
    #expect(try ScrapeResponse(parsing: response.encoded) == response)
    let failure = ScrapeResponse(files: [], failureReason: "no")
    #expect(try ScrapeResponse(parsing: failure.encoded) == failure)
    for text in ["de", "d5:filesd1:adee", "d5:filesd20:12345678901234567890deee", "le"] {
      #expect(throws: TrackerResponseError.self) { try ScrapeResponse(parsing: Array(text.utf8)) }
    }
  }

  @Test(
    "The scrape address follows from the announce address",
    arguments: [
      ("http://t/announce", "http://t/scrape"), ("http://t/x/announce.php?k=1", "http://t/x/scrape.php?k=1"),
      ("http://t/a", nil), ("http://t/announce/x", nil), ("announce", nil),
    ] as [(String, String?)])
  func scrapeAddress(_ announce: String, _ scrape: String?) {
    #expect(ScrapeRequest.address(forAnnounce: announce) == scrape)
  }
}

@Suite("Addresses of the short form")
struct CompactAddressTests {
  @Test(
    "Only four decimal numbers are an IPv4 address; what is none is left out",
    arguments: [
      ("0.0.0.0", [0, 0, 0, 0]), ("255.255.255.255", [255, 255, 255, 255]), ("1.20.254.3", [1, 20, 254, 3]),
      ("256.1.1.1", nil), ("1.2.3", nil), ("1.2.3.4.5", nil), ("1.2.3.", nil), (".1.2.3", nil), ("1..2.3", nil),
      ("01.2.3.4", nil), ("1.2.3.00", nil), ("1.2.3.4 ", nil), ("+1.2.3.4", nil), ("1.2.3.0x4", nil), ("", nil),
      ("host.example", nil), ("99999999999999999999.1.1.1", nil),
    ] as [(String, [UInt8]?)])
  func ipv4(_ text: String, _ bytes: [UInt8]?) throws {
    let response = AnnounceResponse(interval: 1, peers: [TrackerPeer(address: text, port: 258)])
    let peers = try Bencode.decode(response.encoded(compact: true)).dictionary?["peers"]?.bytes
    #expect(peers == bytes.map { $0 + [1, 2] } ?? [])
  }
}
