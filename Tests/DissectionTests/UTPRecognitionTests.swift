import Dissection
import StagedFrames
import Testing
import Wire

/// Which datagrams are taken for uTP, and which are not.
struct UTPRecognitionTests {
  @Test("A connection seen from the middle is known once both ends were heard, and nothing before that is lost")
  func midstream() throws {
    var wire = TestWire()
    var utp = TestUTP()
    utp.got[1] = utp.next[0] &- 1
    utp.send(.server, Message.have(1) + Message.have(2), &wire)
    utp.send(.server, Message.have(3) + Message.unchoke, &wire)
    #expect(wire.trace().connections.isEmpty)
    #expect(wire.trace().coverage.passedOver == ["UDP": 2])
    utp.acknowledge(.client, &wire)
    let trace = wire.trace()
    let connection = try #require(trace.connections.first)
    #expect(connection.start == .midstream)
    // The ids tell who opened it.
    #expect(connection.a.endpoint.port == 40000)
    #expect(trace.kinds(from: 1) == ["have", "have", "have", "unchoke"])
    #expect(trace.coverage.datagrams == ["uTP": 3])
    #expect(trace.coverage.passedOver.isEmpty)
  }

  @Test("Of one end alone, three packets whose clock runs as the capture's are a connection")
  func oneEnd() {
    var wire = TestWire()
    var utp = TestUTP()
    for piece in 0..<30 { utp.send(.client, Message.have(UInt32(piece)), &wire) }
    #expect(wire.trace().kinds(from: 0).count == 30)
    #expect(wire.trace().connections.map(\.start) == [.midstream])
    // The same with a clock that stands.
    var still = TestWire()
    let packet: [UInt8] = [0x01, 0, 9, 9, 1, 2, 3, 4, 0, 0, 0, 0, 0, 16, 0, 0, 0, 7, 0, 1, 0, 0, 0, 1, 1]
    for _ in 0..<30 { Self.datagram(packet, &still) }
    #expect(still.trace().connections.isEmpty)
    #expect(still.trace().coverage.passedOver == ["UDP": 30])
  }

  @Test("A SYN without an answer is counted as one, and opens no connection")
  func unanswered() {
    var wire = TestWire()
    let utp = TestUTP()
    let bits = [UInt8](repeating: 0, count: 8)
    for _ in 0..<3 { utp.put(.syn, .client, &wire, sequence: 5, id: 77, extensions: [(type: 2, bytes: bits)]) }
    let trace = wire.trace()
    #expect(trace.connections.isEmpty)
    #expect(trace.coverage.datagrams == ["uTP SYN without an answer": 3])
    #expect(trace.coverage.passedOver.isEmpty)
  }

  @Test("Extensions are stepped over, known or not; an answer to another SYN is none")
  func extensions() {
    var wire = TestWire()
    var utp = TestUTP()
    utp.open(&wire)
    utp.put(
      .data, .client, &wire, Message.handshake(peer: 1), sequence: utp.next[0],
      extensions: [(type: 1, bytes: [1, 0, 0, 0]), (type: 99, bytes: [7]), (type: 3, bytes: [0, 0, 0, 1])])
    #expect(wire.trace().connections.map { $0.a.handshakeFrame } == [3])
    var other = TestWire()
    let stranger = TestUTP()
    stranger.put(.syn, .client, &other, sequence: 5, id: 77)
    stranger.put(.state, .server, &other, sequence: 900, id: 78)
    stranger.put(.state, .server, &other, sequence: 900, id: 77)
    #expect(other.trace().connections.isEmpty)
    #expect(other.trace().coverage.datagrams == ["uTP SYN without an answer": 1])
  }

  @Test(
    "Names, tables of hashes, trackers, calls and noise are not taken for uTP",
    arguments: [
      // A DNS query and its answer whose id looks like a packet of version 1.
      [
        [0x41, 0x00, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 119, 119, 119, 0, 0, 1, 0, 1],
        [0x41, 0x00, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 3, 119, 119, 119, 0, 0, 1, 0, 1],
      ],
      [Array("d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q4:ping1:t2:aa1:y1:qe".utf8)],
      // A success response of STUN.
      [[1, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42] + [UInt8](repeating: 5, count: 20)],
      // A short header of QUIC.
      [[0x41, 0, 9, 9] + [UInt8](repeating: 0x77, count: 16)],
      [UDPTrackerResponse.connect(transaction: 5, connection: 9).encoded(.ipv4)],
      [[UInt8](repeating: 0x01, count: 19)], [[]], [[UInt8](repeating: 0x21, count: 1200)],
    ] as [[[UInt8]]])
  func others(datagrams: [[UInt8]]) {
    var wire = TestWire()
    for _ in 0..<6 {
      for (place, datagram) in datagrams.enumerated() { Self.datagram(datagram, back: place % 2 == 1, &wire) }
    }
    let trace = wire.trace()
    #expect(trace.connections.isEmpty)
    #expect(trace.coverage.datagrams["uTP"] == nil)
  }

  @Test("Datagrams that may be uTP and never turn out to be are held within a bound")
  func bounded() {
    var wire = TestWire()
    var random = SeededGenerator(state: 3)
    for port in 0..<6000 {
      var packet = (0..<1000).map { _ in UInt8.random(in: 0...255, using: &random) }
      packet.replaceSubrange(0..<2, with: [0x01, 0])
      Self.datagram(packet, from: UInt16(10_000 + port), &wire)
    }
    var dissector = Dissector(sink: TraceCollector())
    var most = 0
    wire.forEachFrame {
      dissector.add($0)
      most = max(most, dissector.heldBytes)
    }
    // Two generations of 2 MiB, and the datagram that is one too many.
    #expect(most > 3 << 20 && most < (4 << 20) + 4096)
    dissector.finish()
    #expect(dissector.heldBytes == 0)
    #expect(dissector.coverage.passedOver == ["UDP": 6000])
  }

  private static func datagram(
    _ payload: [UInt8], back: Bool = false, from port: UInt16 = 40000, _ wire: inout TestWire
  ) {
    let ends: [[UInt8]] = [[10, 0, 0, 1], [10, 0, 0, 2]]
    wire.add(
      TestWire.ethernet(
        TestWire.udp(
          payload, from: ends[back ? 1 : 0], back ? 53 : port, to: ends[back ? 0 : 1], back ? port : 53)))
  }
}
