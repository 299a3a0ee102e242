import Dissection
import Testing
import Wire

/// uTP and what else goes over UDP, in captures of other programs.
@Suite(.enabled(if: SharedCaptures.areHere, "\(SharedCaptures.reason)"))
struct UTPReferenceTests {
  @Test("Three clients that spoke uTP only: the payload is what they reported, to the byte")
  func payload() throws {
    let trace = try Dissection.trace(ofCapture: SharedCaptures.path("made/local_lt208_utp_lo.pcap"))
    #expect(trace.connections.map(\.transport) == Array(repeating: .utp, count: 4))
    #expect(trace.connections.allSatisfy { $0.start == .syn && $0.close == .fin && $0.content == .peerWire })
    #expect(trace.holes.isEmpty)
    // Whole blocks, and what came of those that the end cut off.
    var payload: Int64 = 0
    for connection in trace.connections {
      for from in 0...1 {
        let side = connection.side(from)
        let messages = trace.messages.filter { Int($0.connection) == connection.id && Int($0.from) == from }
        let whole = messages.reduce(Int64(0)) { $0 + 4 + Int64($1.prefix) }
        payload += messages.filter { $0.kind == .piece }.reduce(0) { $0 + Int64($1.length) }
        payload += max(0, side.streamBytes - 68 * (side.handshakeAt == nil ? 0 : 1) - whole - 13)
      }
    }
    #expect(payload == 4_862_846)
    #expect(trace.coverage.datagrams == ["uTP": 4222, "uTP SYN without an answer": 6])
    #expect(trace.coverage.passedOver.isEmpty)
  }

  @Test("Transmission's uTP is found among DHT, trackers and the rest, encrypted but for one handshake")
  func transmission() throws {
    let trace = try Dissection.trace(ofCapture: SharedCaptures.path("real/ndpi_bittorrent_transmission.pcapng"))
    let utp = trace.connections.filter { $0.transport == .utp }
    // tshark goes by the form of a packet, and takes 5,206 for uTP: 21 that give the reason of a close are not among them.
    #expect(trace.coverage.datagrams["uTP"] == 4734)
    #expect(trace.coverage.datagrams["uTP SYN without an answer"] == 488)
    #expect(trace.coverage.datagrams["tracker"] == 24)
    #expect(trace.coverage.passedOver == ["UDP": 14])
    #expect(utp.filter { $0.content == .peerWire }.map { $0.a.endpoint.description } == ["51.38.57.28:59549"])
    #expect(utp.count { $0.a.streamBytes > 0 && $0.b.streamBytes > 0 && $0.cipher == .unknown } == 1)
    #expect(trace.messages.isEmpty)
  }

  @Test(
    "DHT and local discovery are counted as tshark's reading of each datagram has them",
    arguments: [
      (
        "suricata_bittorrent-dht.pcap",
        [
          "DHT ping query": 2, "DHT find_node query": 1, "DHT get_peers query": 2, "DHT announce_peer query": 2,
          "DHT response": 6, "DHT error": 2,
        ]
      ),
      ("suricata_bittorrent-dht_old.pcap", ["DHT get_peers query": 5, "DHT response": 4]),
      ("arkime_bt-udp.pcap", ["DHT find_node query": 1, "DHT response": 2]),
      ("ndpi_bt_search.pcap", ["local discovery": 2]), ("ndpi_bt-dns.pcap", [:]),
      ("ndpi_lru_ipv6_caches.pcapng", ["uTP": 20, "DHT get_peers query": 5]),
      ("ndpi_bittorrent_utp.pcap", ["uTP": 88, "DHT get_peers query": 3]),
    ] as [(String, [String: Int64])])
  func datagrams(name: String, counts: [String: Int64]) throws {
    let coverage = try Dissection.trace(ofCapture: SharedCaptures.path("real/\(name)")).coverage
    #expect(coverage.datagrams == counts)
  }
}
