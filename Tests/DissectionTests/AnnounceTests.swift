import Dissection
import Testing

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

  @Test("A missing number is not zero")
  func missingLeft() {
    let trace = trace(["GET /announce?info_hash=aaaaaaaaaaaaaaaaaaaa&port=7000 HTTP/1.0\r\n\r\n"])
    #expect(trace.announces.map(\.left) == [-1])
    #expect(trace.announces.map(\.event) == [""])
  }
}
