import Dissection
import StagedFrames
import Testing
import Wire

/// Announces over HTTP, on whatever port.
struct AnnounceTests {
  private static let query =
    "info_hash=%01%02%03%04%05%06%07%08%09%0a%0B%0c%0d%0e%0f%10%11%12%20a&peer_id=-XX0001-123456789012&port=7000"
    + "&uploaded=12&downloaded=34&left=0&event=completed&compact=1"

  private func trace(_ parts: [String], port: UInt16 = 31313) -> Trace {
    var wire = TestWire()
    var tcp = TestConnection(ports: [40000, port])
    tcp.open(&wire)
    for part in parts { tcp.send(.client, Array(part.utf8), &wire) }
    tcp.send(.server, Array("HTTP/1.0 200 OK\r\n\r\nde".utf8), &wire)
    return wire.trace()
  }

  @Test("An announce is read whole and timed by its last segment")
  func announce() throws {
    let text = "GET /announce?\(Self.query) HTTP/1.1\r\nHost: 127.63.0.1\r\n\r\n"
    let trace = trace([String(text.prefix(2)), String(text.dropFirst(2).prefix(50)), String(text.dropFirst(52))])
    let announce = try #require(trace.announces.first)
    #expect(trace.announces.count == 1)
    #expect(announce.frame == 6)
    #expect(announce.source == "127.64.1.1")
    #expect(announce.infoHash == Array(1...18) + [32, 97])
    #expect(announce.peerID == Array("-XX0001-123456789012".utf8))
    #expect([announce.port == 7000, announce.uploaded == 12, announce.downloaded == 34].allSatisfy { $0 })
    #expect(announce.left == 0)
    #expect(announce.event == "completed")
    #expect(trace.connections[0].content == .http)
    #expect(trace.segments.isEmpty)
  }

  @Test("Requests on a kept connection are read one after the other; scrapes and other pages are no announces")
  func several() {
    let head = " HTTP/1.1\r\n\r\n"
    let trace = trace([
      "GET /announce?\(Self.query)\(head)GET /scrape?info_hash=aaaaaaaaaaaaaaaaaaaa&port=1\(head)GET /a?",
      "\(Self.query)\(head)GET /stats\(head)",
    ])
    #expect(trace.announces.count == 2)
  }

  // MARK: UDP

  private static let peer: [UInt8] = [127, 64, 1, 1]
  private static let tracker: [UInt8] = [127, 63, 0, 1]
  private static let connect = UDPTrackerRequest.connect(transaction: 5).encoded
  private static let announce = UDPTrackerRequest.announce(
    connection: 9, transaction: 6,
    AnnounceRequest(
      infoHash: [UInt8](1...20), peerID: Array("-XX0001-123456789012".utf8), port: 7000, uploaded: 12, downloaded: 34,
      left: 0, event: .completed)
  ).encoded

  /// From peer to tracker, or back, on whatever port the tracker has.
  private static func datagram(
    _ payload: [UInt8], back: Bool = false, cutTo captured: Int? = nil, to wire: inout TestWire
  ) {
    wire.add(
      TestWire.ethernet(
        TestWire.udp(
          payload, from: back ? tracker : peer, back ? 31313 : 40000, to: back ? peer : tracker, back ? 40000 : 31313)),
      cutTo: captured.map { 14 + 20 + 8 + $0 })
  }

  @Test("An announce over UDP is read like one over HTTP, at an address that somebody connected to before")
  func overUDP() throws {
    var wire = TestWire()
    Self.datagram(Self.announce, to: &wire)
    Self.datagram(Self.connect, to: &wire)
    Self.datagram(UDPTrackerResponse.connect(transaction: 5, connection: 9).encoded(.ipv4), back: true, to: &wire)
    Self.datagram(Self.announce, to: &wire)
    Self.datagram([0, 0, 0, 1] + [UInt8](repeating: 1, count: 116), back: true, to: &wire)
    // Sent again, with an option of BEP 41 behind it.
    Self.datagram(Self.announce + [2, 1, 0x2F], to: &wire)
    let trace = wire.trace()
    let expected = TracedAnnounce(
      time: 1_004_000_000, frame: 4, connection: -1, source: "127.64.1.1", infoHash: [UInt8](1...20),
      peerID: Array("-XX0001-123456789012".utf8), port: 7000, uploaded: 12, downloaded: 34, left: 0,
      event: "completed")
    #expect(trace.announces.first == expected)
    #expect(trace.announces.map(\.frame) == [4, 6])
    // The first frame came before anybody could know.
    #expect(trace.coverage.passedOver == ["UDP": 1])
    #expect(trace.coverage.datagrams == ["tracker": 5])
    #expect(trace.connections.isEmpty)
  }

  @Test("Numbers below zero are told as they are, and scrapes, errors and short or cut datagrams are no announces")
  func oddDatagrams() {
    var wire = TestWire()
    Self.datagram(Self.connect, to: &wire)
    var unknown = Self.announce
    unknown.replaceSubrange(64..<72, with: [UInt8](repeating: 255, count: 8))
    unknown[83] = 77
    Self.datagram(unknown, to: &wire)
    for size in 0..<98 { Self.datagram(Array(Self.announce.prefix(size)), to: &wire) }
    Self.datagram(Self.announce, cutTo: 97, to: &wire)
    Self.datagram(Self.announce.prefix(11) + [2] + Self.announce.dropFirst(12), to: &wire)
    Self.datagram(Self.announce, back: true, to: &wire)
    let trace = wire.trace()
    #expect(trace.announces.map(\.left) == [-1])
    #expect(trace.announces.map(\.event) == [""])
    // What has not the length of what its action says is none of a tracker's.
    #expect(trace.coverage.passedOver == ["cut by the snaplen": 1, "UDP": 98])
  }

  @Test("Who was sent a connect request and speaks uTP from that port is heard all the same")
  func noTracker() {
    var wire = TestWire()
    var utp = TestUTP()
    wire.add(TestWire.ethernet(TestWire.udp(Self.connect, from: utp.addresses[0], 40000, to: utp.addresses[1], 7000)))
    utp.openPeerWire(&wire)
    utp.send(.server, Message.unchoke, &wire)
    utp.acknowledge(.client, &wire)
    let trace = wire.trace()
    #expect(trace.kinds(from: 1) == ["unchoke"])
    #expect(trace.coverage.datagrams == ["tracker": 1, "uTP": Int64(wire.frames.count - 1)])
  }

  @Test("A missing number is not zero")
  func missingLeft() {
    let trace = trace(["GET /announce?info_hash=aaaaaaaaaaaaaaaaaaaa&port=7000 HTTP/1.0\r\n\r\n"])
    #expect(trace.announces.map(\.left) == [-1])
    #expect(trace.announces.map(\.event) == [""])
  }
}
