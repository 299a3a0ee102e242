import Dissection
import StagedFrames
import Testing
import Wire

/// uTP: packets put in order, and what is in them read as over TCP.
struct UTPStreamTests {
  @Test("A conversation is read like one over TCP, over the turn of the packet numbers, and closed by two FINs")
  func conversation() throws {
    var wire = TestWire()
    var utp = TestUTP()
    utp.openPeerWire(&wire)
    utp.send(.client, Message.interested, &wire)
    utp.send(.server, Message.unchoke, &wire)
    utp.send(.client, (0..<3).flatMap { Message.request(0, UInt32($0) * 16384) }, &wire)
    utp.send(.server, (0..<3).flatMap { Message.piece(0, UInt32($0) * 16384) }, each: 1400, &wire)
    utp.acknowledge(.client, &wire)
    utp.close(.client, &wire)
    utp.close(.server, &wire)
    let trace = wire.trace()
    let connection = try #require(trace.connections.first)
    #expect(trace.connections.count == 1)
    #expect(connection.transport == .utp)
    #expect(connection.start == .syn)
    #expect(connection.content == .peerWire)
    #expect(connection.a.endpoint.description == "127.64.1.1:40000")
    #expect([connection.a.peerID, connection.b.peerID] == [1, 2].map { [UInt8](repeating: $0, count: 20) })
    #expect(connection.close == .fin)
    #expect(connection.closed == wire.frames.last?.time)
    #expect(trace.kinds(from: 0) == ["interested"] + Array(repeating: "request", count: 3))
    #expect(trace.kinds(from: 1) == ["unchoke"] + Array(repeating: "piece", count: 3))
    #expect(trace.holes.isEmpty)
    #expect(trace.segmentBytes(from: 1) == 68 + 5 + 3 * 16397)
    #expect(connection.b.streamBytes == 68 + 5 + 3 * 16397)
    #expect(trace.coverage.datagrams == ["uTP": Int64(wire.frames.count)])
    #expect(trace.coverage.streamsOverUTP == 1)
    #expect(trace.coverage.passedOver.isEmpty)
  }

  @Test("Packets out of order and sent again are put in order, each counted once", arguments: 0..<8)
  func disorder(seed: Int) {
    var wire = TestWire()
    var utp = TestUTP(first: [65_535, 3])
    utp.openPeerWire(&wire)
    let stream = (0..<40).flatMap { Message.have($0) } + Message.piece(1, 0)
    var packets: [(sequence: UInt16, bytes: [UInt8])] = []
    for start in stride(from: 0, to: stream.count, by: 700) {
      packets.append((utp.next[0] &+ UInt16(packets.count), Array(stream[start...].prefix(700))))
    }
    var random = SeededGenerator(state: UInt64(seed))
    var order = packets + packets.shuffled(using: &random).prefix(5)
    order.shuffle(using: &random)
    for packet in order { utp.put(.data, .client, &wire, packet.bytes, sequence: packet.sequence) }
    utp.got[1] = utp.next[0] &+ UInt16(packets.count) &- 1
    utp.acknowledge(.server, &wire)
    let trace = wire.trace()
    #expect(trace.kinds(from: 0) == Array(repeating: "have", count: 40) + ["piece"])
    #expect(trace.holes.isEmpty)
    #expect(trace.segmentBytes(from: 0) == 68 + stream.count)
  }

  @Test("A packet that the capture lacks and the receiver has is a hole; inside a piece it loses payload, told exactly")
  func holeInPiece() throws {
    var wire = TestWire()
    var utp = TestUTP()
    utp.openPeerWire(&wire)
    let stream = Message.piece(0, 0) + Message.have(1) + Message.have(2) + Message.choke
    utp.send(.server, stream, each: 1400, without: [3], &wire)
    utp.acknowledge(.client, &wire)
    let trace = wire.trace()
    #expect(trace.kinds(from: 1) == ["piece", "have", "have", "choke"])
    #expect(trace.messages.first?.missing == 1400)
    #expect(trace.holes.map(\.loses) == [.payload])
    #expect(trace.holes.map(\.bytes) == [1400])
    #expect(trace.coverage.holeBytes == 1400)
    let last = try #require(trace.messages.first { $0.kind == .choke })
    #expect(last.frame == Int32(wire.frames.count - 1))
  }

  @Test("A hole that may have reached beyond a piece loses state, and nothing in it is made up")
  func holeOverHeaders() {
    var wire = TestWire()
    var utp = TestUTP()
    utp.openPeerWire(&wire)
    utp.send(.server, Message.unchoke, &wire)
    utp.lose(.server)
    utp.send(.server, Message.have(1) + Message.have(2), &wire)
    utp.acknowledge(.client, &wire)
    #expect(wire.trace().kinds(from: 1) == ["unchoke"])
    utp.send(.server, Message.choke, &wire)
    utp.acknowledge(.client, &wire)
    let trace = wire.trace()
    #expect(trace.kinds(from: 1) == ["unchoke", "have", "have", "choke"])
    #expect(trace.holes.map(\.loses) == [.state])
    // The most that one packet brings, since its number does not tell.
    #expect(trace.holes.map(\.bytes) == [1472])
    var other = TestWire()
    var end = TestUTP()
    end.openPeerWire(&other)
    end.send(.server, Message.piece(0, 0, 2000) + Message.have(7), each: 1000, without: [1], &other)
    end.send(.server, Message.have(1) + Message.have(2) + Message.choke, &other)
    end.acknowledge(.client, &other)
    let short = other.trace()
    #expect(short.holes.map(\.loses) == [.state])
    #expect(short.kinds(from: 1) == ["piece", "have", "have", "have", "choke"])
    #expect(short.messages.first?.missing == 1013)
  }

  @Test("Packets that the capture lacks beyond half of the numbers are a hole of as many; what follows is read")
  func halfOfTheNumbersLacking() {
    var wire = TestWire()
    var utp = TestUTP()
    utp.openPeerWire(&wire)
    for _ in 0..<2 {
      for _ in 0..<20_000 { utp.lose(.client) }
      utp.acknowledge(.server, &wire)
    }
    utp.send(.client, (1...3).flatMap { Message.have($0) }, &wire)
    utp.acknowledge(.server, &wire)
    let trace = wire.trace()
    #expect(trace.holes.map(\.bytes) == [40_000 * 1472])
    #expect(trace.messages.map(\.piece) == [1, 2, 3])
  }

  @Test("What the receiver acknowledges selectively and the capture lacks is a hole at once; what it lacks too is not")
  func selective() {
    var wire = TestWire()
    var utp = TestUTP()
    utp.openPeerWire(&wire)
    let got = utp.got[0]
    let lost = utp.next[1]
    // The receiver lacks `lost`; the capture lacks the one after it.
    utp.put(.data, .server, &wire, Message.have(1), sequence: lost)
    utp.put(.data, .server, &wire, Message.have(3) + Message.have(4) + Message.choke, sequence: lost &+ 2)
    #expect(wire.trace().kinds(from: 1) == ["have", "have", "have", "choke"])
    utp.got[0] = got
    var missing = wire
    utp.acknowledge(.client, &missing, selective: [0b10, 0, 0, 0])
    #expect(missing.trace().kinds(from: 1) == ["have"])
    #expect(missing.trace().holes.isEmpty)
    utp.acknowledge(.client, &wire, selective: [0b11, 0, 0, 0])
    #expect(wire.trace().holes.map(\.loses) == [.state])
    #expect(wire.trace().kinds(from: 1) == ["have", "have", "have", "choke"])
  }

  @Test("More than a mebibyte out of order becomes a hole, acknowledged or not")
  func outOfOrderLimit() {
    var wire = TestWire()
    var utp = TestUTP()
    utp.openPeerWire(&wire)
    let first = utp.next[1] &+ 1
    for index in 0..<70 {
      utp.put(.data, .server, &wire, Message.piece(UInt32(index), 0), sequence: first &+ UInt16(index))
    }
    utp.acknowledge(.client, &wire)
    let trace = wire.trace()
    #expect(trace.holes.count == 1)
    #expect(trace.kinds(from: 1).count >= 60)
  }

  @Test("A packet cut by the snaplen leaves a hole of exactly what is cut")
  func cut() {
    var wire = TestWire()
    var utp = TestUTP()
    utp.openPeerWire(&wire)
    utp.send(.server, Message.piece(0, 0, 1000), &wire, cutTo: 200)
    utp.send(.server, Message.choke, &wire)
    utp.acknowledge(.client, &wire)
    let trace = wire.trace()
    #expect(trace.kinds(from: 1) == ["piece", "choke"])
    #expect(trace.holes.map(\.bytes) == [813])
    #expect(trace.holes.map(\.loses) == [.payload])
    #expect(trace.coverage.passedOver == ["cut by the snaplen": 1])
  }

  @Test("RESET with either id closes; a SYN that uses ids again opens a new connection; silence is told")
  func closing() {
    var wire = TestWire()
    var utp = TestUTP()
    utp.openPeerWire(&wire)
    utp.put(.reset, .server, &wire, sequence: 0, id: utp.id &+ 1)
    var again = TestUTP(first: [9, 900])
    again.openPeerWire(&wire)
    again.send(.client, Message.have(1), &wire)
    for _ in 0..<2 { again.put(.data, .client, &wire, Message.have(1), sequence: again.next[0] &- 1) }
    var beside = TestUTP(id: 500, first: [7, 70])
    beside.openPeerWire(&wire)
    beside.send(.client, Message.have(2), &wire)
    let trace = wire.trace()
    #expect(trace.connections.map(\.close) == [.rst, .silent, .end])
    #expect(trace.messages.map(\.connection) == [1, 2])
    #expect(trace.messages.map(\.piece) == [1, 2])
  }

  @Test("An encrypted connection is said to be encrypted")
  func encrypted() {
    var wire = TestWire()
    var utp = TestUTP()
    utp.open(&wire)
    var random = SeededGenerator(state: 5)
    for end in [TestUTP.End.client, .server] {
      utp.send(end, (0..<400).map { _ in UInt8.random(in: 0...255, using: &random) }, &wire)
    }
    utp.acknowledge(.client, &wire)
    #expect(wire.trace().connections.map(\.cipher) == [.mse])
    #expect(wire.trace().connections.map(\.a.streamBytes) == [400])
  }
}
