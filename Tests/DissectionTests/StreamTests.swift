import Dissection
import PacketCapture
import StagedFrames
import Testing
import Wire

/// Putting segments in order: sequence arithmetic, copies, gaps, opening and closing.
struct StreamTests {
  @Test("Messages are found however a stream is cut", arguments: 1...17)
  func cutsOfEverySize(size: Int) {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    let stream =
      Message.interested + Message.request(7, 16384) + [0, 0, 0, 0] + Message.piece(3, 0, 20) + Message.have(9)
    for start in stride(from: 0, to: stream.count, by: size) {
      tcp.send(.client, Array(stream[start..<min(start + size, stream.count)]), &wire)
    }
    tcp.acknowledge(.server, &wire)
    let trace = wire.trace()
    #expect(trace.kinds(from: 0) == ["interested", "request", "keepalive", "piece", "have"])
    #expect(trace.messages[1].length == 16384)
    #expect(trace.messages[3].length == 20)
    #expect(trace.segmentBytes(from: 0) == 68 + stream.count)
  }

  @Test("A handshake's mark so far back that the rest has no room is none", arguments: [1536, 1537, 1560, 1584])
  func markAtTheLimit(place: Int) throws {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.open(&wire)
    let bytes = [UInt8](repeating: 0x41, count: place) + [19] + Array("BitTorrent protocol".utf8)
    tcp.send(.client, bytes + [UInt8](repeating: 0x42, count: 1000), &wire)
    tcp.acknowledge(.server, &wire)
    let connection = try #require(wire.trace().connections.first)
    #expect((connection.content == .peerWire) == (place == 1536))
  }

  @Test("A message is timed by its last segment and remembers its first frame")
  func timing() throws {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    let have = Message.have(4)
    let before = wire.frames.count
    tcp.send(.client, Array(have[..<4]), &wire)
    tcp.send(.client, Array(have[4..<5]), &wire)
    tcp.send(.client, Array(have[5...]), &wire)
    let message = try #require(wire.trace().messages.first)
    #expect(Int(message.firstFrame) == before + 1)
    #expect(Int(message.frame) == before + 3)
    #expect(message.time == wire.frames[before + 2].time)
  }

  @Test("A retransmission counts once, at its first copy")
  func retransmission() {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    let first = Int32(wire.frames.count + 1)
    tcp.send(.client, Message.have(1), &wire)
    tcp.put(.client, TestConnection.ack, &wire, Message.have(1), shift: -9)
    tcp.acknowledge(.server, &wire)
    let trace = wire.trace()
    #expect(trace.kinds(from: 0) == ["have"])
    #expect(trace.messages.map(\.frame) == [first])
    #expect(trace.segmentBytes(from: 0) == 68 + 9)
  }

  @Test("A retransmission that brings new bytes behind old ones is cut")
  func retransmissionWithMore() {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    tcp.send(.client, Message.have(1), &wire)
    tcp.put(.client, TestConnection.ack, &wire, Message.have(1) + Message.have(2), shift: -9)
    tcp.lose(.client, 9)
    tcp.acknowledge(.server, &wire)
    let trace = wire.trace()
    #expect(trace.messages.map(\.piece) == [1, 2])
    #expect(trace.holes.isEmpty)
    #expect(trace.segments.filter { $0.from == 0 }.map(\.bytes) == [68, 9, 9])
  }

  @Test("Where copies differ the first one is kept")
  func overlapKeepsFirst() {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    tcp.put(.client, TestConnection.ack, &wire, Message.have(22), shift: 9)
    tcp.put(.client, TestConnection.ack, &wire, Message.have(1) + Message.have(99) + Message.have(3))
    tcp.lose(.client, 27)
    tcp.acknowledge(.server, &wire)
    #expect(wire.trace().messages.map(\.piece) == [1, 22, 3])
  }

  @Test("A message that came before what precedes it is timed by the segment that let it be read")
  func outOfOrderTiming() {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    let before = Int32(wire.frames.count)
    tcp.put(.client, TestConnection.ack, &wire, Message.unchoke, shift: 5)
    tcp.put(.client, TestConnection.ack, &wire, Message.choke)
    tcp.lose(.client, 10)
    tcp.acknowledge(.server, &wire)
    let trace = wire.trace()
    #expect(trace.kinds(from: 0) == ["choke", "unchoke"])
    #expect(trace.messages.map(\.frame) == [before + 2, before + 2])
    #expect(trace.segments.filter { $0.frame > before }.map(\.frame) == [before + 1, before + 2])
  }

  @Test("Sequence numbers wrap around")
  func wraparound() {
    var wire = TestWire()
    var tcp = TestConnection(initial: [0xffff_ff80, 0xffff_fff0])
    tcp.openPeerWire(&wire)
    for piece in 0..<40 { tcp.send(.client, Message.have(UInt32(piece)), &wire) }
    tcp.acknowledge(.server, &wire)
    let trace = wire.trace()
    #expect(trace.messages.map(\.piece) == Array(0..<40))
    #expect(trace.segmentBytes(from: 0) == 68 + 360)
    #expect(trace.connections[0].a.streamBytes == 68 + 360)
  }

  @Test("Data that the capture lacks beyond half of the numbers are a hole of their size; what follows is read")
  func halfOfTheNumbersLacking() {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    for _ in 0..<3 {
      tcp.lose(.client, 1 << 30)
      tcp.acknowledge(.server, &wire)
    }
    tcp.send(.client, (1...3).flatMap { Message.have($0) }, &wire)
    tcp.acknowledge(.server, &wire)
    let trace = wire.trace()
    #expect(trace.holes.map(\.bytes) == [3 << 30])
    #expect(trace.messages.map(\.piece) == [1, 2, 3])
    #expect(trace.segmentBytes(from: 0) == 68 + 27)
  }

  @Test("Any order, any copies, any cut give the same messages", arguments: 0..<40)
  func anyOrder(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    var stream: [UInt8] = []
    for index in 0..<60 {
      switch Int.random(in: 0..<5, using: &random) {
      case 0: stream += Message.have(UInt32(index))
      case 1: stream += Message.request(UInt32(index), 0)
      case 2: stream += [0, 0, 0, 0]
      case 3: stream += Message.unchoke
      default: stream += Message.piece(UInt32(index), 0, Int.random(in: 1..<5000, using: &random))
      }
    }
    var orderly = TestWire()
    var plain = TestConnection(initial: [UInt32.random(in: 0 ... .max, using: &random), 7])
    let initial = plain.next
    plain.openPeerWire(&orderly)
    plain.send(.client, stream, &orderly)
    plain.acknowledge(.server, &orderly)

    var parts: [(start: Int, bytes: [UInt8])] = []
    var start = 0
    while start < stream.count {
      let count = min(Int.random(in: 1..<3000, using: &random), stream.count - start)
      parts.append((start, Array(stream[start..<start + count])))
      start += count
      if Int.random(in: 0..<4, using: &random) == 0 {
        let back = min(start, Int.random(in: 1..<2000, using: &random))
        parts.append((start - back, Array(stream[(start - back)..<start])))
      }
    }
    for index in parts.indices.dropLast(3) { parts.swapAt(index, index + Int.random(in: 0..<4, using: &random)) }
    var wild = TestWire()
    var tcp = TestConnection(initial: initial)
    tcp.openPeerWire(&wild)
    for part in parts { tcp.put(.client, TestConnection.ack, &wild, part.bytes, shift: Int32(part.start)) }
    tcp.lose(.client, stream.count)
    tcp.acknowledge(.server, &wild)

    let expected = orderly.trace()
    let found = wild.trace()
    #expect(
      found.messages.map { [$0.piece, $0.begin, $0.length, Int32($0.id)] }
        == expected.messages.map { [$0.piece, $0.begin, $0.length, Int32($0.id)] })
    #expect(found.segmentBytes(from: 0) == 68 + stream.count)
    #expect(found.holes.isEmpty)
  }

  @Test("A SYN with another initial sequence number opens a new stream; the same SYN again does not")
  func portReuse() {
    var wire = TestWire()
    var first = TestConnection()
    first.put(.client, TestConnection.syn, &wire, acknowledging: false)
    first.openPeerWire(&wire)
    first.send(.client, Message.have(1), &wire)
    var second = TestConnection(initial: [90_000, 70_000])
    second.openPeerWire(&wire)
    second.send(.client, Message.have(2), &wire)
    second.acknowledge(.server, &wire)
    let trace = wire.trace()
    #expect(trace.connections.count == 2)
    #expect(trace.connections.map(\.close) == [.silent, .end])
    #expect(trace.messages.map(\.connection) == [0, 1])
    #expect(trace.messages.map(\.piece) == [1, 2])
    #expect(trace.coverage.streamsFromSYN == 2)
  }

  @Test("A SYN that the capture has behind its answer, or behind the first data, opens no second connection")
  func lateSYN() {
    for isBehindData in [false, true] {
      var wire = TestWire()
      let syn = TestConnection()
      var answer = syn
      answer.next[0] &+= 1
      var tcp = answer
      tcp.next[1] &+= 1
      if !isBehindData { answer.put(.server, TestConnection.syn | TestConnection.ack, &wire) }
      syn.put(.client, TestConnection.syn, &wire, acknowledging: false)
      tcp.acknowledge(.client, &wire)
      tcp.send(.client, Message.handshake(peer: 1), &wire)
      tcp.send(.server, Message.handshake(peer: 2), &wire)
      if isBehindData { answer.put(.server, TestConnection.syn | TestConnection.ack, &wire) }
      tcp.send(.server, Message.unchoke, &wire)
      tcp.acknowledge(.client, &wire)
      let trace = wire.trace()
      #expect(trace.connections.count == 1)
      #expect(trace.connections.first?.a.endpoint.port == 40000)
      #expect(trace.kinds(from: 1) == ["unchoke"] && trace.holes.isEmpty)
    }
  }

  @Test("What an end that does not know of the other's crash answers to its SYN is no part of the new connection")
  func halfOpen() {
    var wire = TestWire()
    var old = TestConnection()
    old.openPeerWire(&wire)
    old.send(.client, Message.have(1), &wire)
    var new = TestConnection(initial: [3_000_000_000, 90_000])
    new.put(.client, TestConnection.syn, &wire, acknowledging: false)
    old.acknowledge(.server, &wire)
    old.put(.client, TestConnection.rst, &wire, acknowledging: false)
    new.openPeerWire(&wire)
    new.send(.client, Message.have(2), &wire)
    new.acknowledge(.server, &wire)
    let trace = wire.trace()
    #expect(trace.connections.map(\.close) == [.silent, .end])
    #expect(trace.connections.map(\.start) == [.syn, .syn])
    #expect(trace.messages.map(\.connection) == [0, 1])
    #expect(trace.holes.isEmpty)
  }

  @Test("Connections that are over are released after minutes of silence, those that are open are not")
  func released() {
    var wire = TestWire()
    var open = TestConnection()
    open.openPeerWire(&wire)
    for port in 0..<UInt16(1500) {
      var tcp = TestConnection(ports: [10_000 + port, 7000])
      tcp.open(&wire)
      tcp.close(.server, &wire, with: TestConnection.rst)
    }
    for place in 0..<UInt16(1500) {
      var utp = TestUTP(id: 2 * place)
      utp.open(&wire)
      utp.put(.reset, .server, &wire, sequence: 0)
    }
    open.send(.client, Message.have(1), &wire)
    var dissector = Dissector(sink: Endings())
    // A tenth of a second from frame to frame.
    for (index, frame) in wire.frames.enumerated() {
      frame.bytes.withUnsafeBytes {
        dissector.add(
          Frame(
            index: index + 1, timeNanoseconds: frame.time * 100, originalLength: frame.originalLength,
            linkType: frame.linkType, bytes: $0))
      }
    }
    let early = dissector.sink
    #expect(early.connections.contains(where: { 1...1500 ~= $0 }))
    #expect(early.connections.contains(where: { $0 > 1500 }))
    #expect(!early.connections.contains(0) && early.messages == 1)
    dissector.finish()
    let all = dissector.sink.connections
    #expect(all.sorted() == Array(0...3000))
  }

  @Test("FIN of both ends, one FIN, RST and silence are told apart")
  func closing() {
    var wire = TestWire()
    var both = TestConnection(ports: [40001, 7000])
    both.openPeerWire(&wire)
    both.close(.client, &wire)
    both.send(.server, Message.have(1), &wire)
    both.close(.server, &wire)
    let closed = wire.frames.last?.time
    both.acknowledge(.client, &wire)
    var one = TestConnection(ports: [40002, 7000])
    one.openPeerWire(&wire)
    one.close(.client, &wire)
    var reset = TestConnection(ports: [40003, 7000])
    reset.openPeerWire(&wire)
    reset.close(.server, &wire, with: TestConnection.rst)
    var silent = TestConnection(ports: [40004, 7000])
    silent.openPeerWire(&wire)
    silent.send(.client, Message.have(1), &wire)
    silent.put(.client, TestConnection.ack, &wire, Message.have(1), shift: -9)
    silent.put(.client, TestConnection.ack, &wire, Message.have(1), shift: -9)
    var open = TestConnection(ports: [40005, 7000])
    open.openPeerWire(&wire)
    let trace = wire.trace()
    #expect(trace.connections.map(\.close) == [.fin, .fin, .rst, .silent, .end])
    #expect(trace.connections[0].closed == closed)
    #expect(trace.connections[4].closed == nil)
    #expect(trace.kinds(from: 1) == ["have"])
  }

  @Test("What a reset says in text is none of the stream")
  func resetWithText() {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    tcp.put(.server, TestConnection.rst | TestConnection.ack, &wire, Array("no such port".utf8))
    let trace = wire.trace()
    #expect(trace.holes.isEmpty && trace.messages.isEmpty)
    #expect(trace.coverage.streamBytes == 136)
    #expect(trace.connections.first?.close == .rst)
  }

  @Test("Bytes that the receiver never acknowledged are not delivered")
  func unacknowledged() {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    tcp.send(.client, Message.have(1), &wire)
    tcp.acknowledge(.server, &wire)
    tcp.send(.client, Message.have(2), &wire)
    let trace = wire.trace()
    #expect(trace.segmentBytes(from: 0) == 68 + 9)
    #expect(trace.connections[0].a.streamBytes == 68 + 9)
    #expect(trace.messages.map(\.piece) == [1, 2])
  }
}

/// Counts messages, and remembers of which connections no more comes.
private struct Endings: TraceSink {
  private(set) var connections: [Int] = []
  private(set) var messages = 0

  mutating func connection(_ connection: TracedConnection, _ change: ConnectionChange) {
    if case .final = change { connections.append(connection.id) }
  }

  mutating func message(_ message: TracedMessage, bitfield: [UInt8]?) { messages += 1 }
}
