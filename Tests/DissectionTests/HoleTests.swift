import Dissection
import PacketCapture
import StagedFrames
import Testing
import Wire

/// What the capture lacks: payload or state, and finding the way back.
struct HoleTests {
  /// A connection on which the client has asked for blocks.
  private func asked(_ blocks: Int, _ wire: inout TestWire) -> TestConnection {
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    tcp.send(.client, (0..<blocks).flatMap { Message.request(0, UInt32($0) * 16384) }, &wire)
    tcp.acknowledge(.server, &wire)
    return tcp
  }

  @Test("A hole inside a piece loses payload; the messages after it are read")
  func insidePiece() {
    var wire = TestWire()
    var tcp = asked(1, &wire)
    let piece = Message.piece(0, 0)
    tcp.send(.server, Array(piece[..<5000]), &wire)
    tcp.lose(.server, 3000)
    tcp.send(.server, Array(piece[8000...]) + Message.choke, &wire)
    tcp.acknowledge(.client, &wire)
    let trace = wire.trace()
    #expect(trace.kinds(from: 1) == ["piece", "choke"])
    #expect(trace.messages.first { $0.kind == .piece }?.missing == 3000)
    #expect(trace.holes.map(\.loses) == [.payload])
    #expect(trace.holes.map(\.bytes) == [3000])
    #expect(trace.coverage.holeBytes == 3000)
    #expect(trace.segmentBytes(from: 1) == 68 + piece.count + 5 - 3000)
  }

  @Test("A hole that swallowed exactly the blocks asked for loses payload, and the pieces are accounted for")
  func exactlyAsked() {
    var wire = TestWire()
    var tcp = asked(6, &wire)
    let pieces = (0..<6).map { Message.piece(0, UInt32($0) * 16384) }
    tcp.send(.server, Array(pieces[0][..<1000]), &wire)
    let stream = pieces.flatMap { $0 }
    let gap = 1000..<(pieces[0].count * 2 + 500)
    tcp.lose(.server, gap.count)
    let end = stream.count - 16384 - 13
    tcp.send(.server, Array(stream[gap.upperBound..<end]), &wire)
    tcp.send(.server, Array(stream[end...]), &wire)
    tcp.acknowledge(.client, &wire)
    let trace = wire.trace()
    #expect(trace.kinds(from: 1) == Array(repeating: "piece", count: 6))
    #expect(trace.messages.filter { $0.from == 1 }.map(\.begin).sorted() == (0..<6).map { $0 * 16384 })
    #expect(trace.messages.reduce(0) { $0 + Int($1.missing) } == gap.count - 13 - 13)
    #expect(trace.coverage.unreadBytes == 0)
    #expect(trace.holes.map(\.loses) == [.payload])
  }

  @Test("Of many requests without an answer the latest are remembered")
  func manyAsked() {
    var wire = TestWire()
    var tcp = asked(1, &wire)
    for index in 1..<UInt32(10_000) { tcp.send(.client, Message.request(0, index * 16384), &wire) }
    tcp.acknowledge(.server, &wire)
    tcp.lose(.server, 13 + 16384)
    tcp.send(.server, Message.have(1) + Message.have(2) + Message.choke, &wire)
    tcp.acknowledge(.client, &wire)
    let trace = wire.trace()
    #expect(trace.holes.map(\.loses) == [.payload])
    let first = trace.messages.first { $0.kind == .piece }
    #expect(first?.begin == Int32((10_000 - 8192) * 16384))
  }

  @Test("The way back is found by messages that come in many segments", arguments: [1, 7, 1000])
  func wayBackInSegments(size: Int) {
    var wire = TestWire()
    var tcp = asked(1, &wire)
    tcp.send(.server, Message.unchoke, &wire)
    tcp.lose(.server, 5)
    let stream = Message.piece(7, 0, 3000) + Message.piece(8, 0, 3000) + Message.choke
    for start in stride(from: 0, to: stream.count, by: size) {
      tcp.send(.server, Array(stream[start...].prefix(size)), &wire)
    }
    tcp.acknowledge(.client, &wire)
    #expect(wire.trace().kinds(from: 1) == ["unchoke", "piece", "piece", "choke"])
  }

  @Test("A hole that swallowed anything else loses state, and three headers in a row are needed to go on")
  func swallowedState() {
    var wire = TestWire()
    var tcp = asked(1, &wire)
    tcp.send(.server, Message.unchoke, &wire)
    tcp.lose(.server, 5)
    tcp.send(.server, Message.have(1) + Message.have(2), &wire)
    tcp.acknowledge(.client, &wire)
    #expect(wire.trace().kinds(from: 1) == ["unchoke"])
    tcp.send(.server, Message.choke, &wire)
    tcp.acknowledge(.client, &wire)
    let trace = wire.trace()
    #expect(trace.kinds(from: 1) == ["unchoke", "have", "have", "choke"])
    #expect(trace.holes.map(\.loses) == [.state])
  }

  @Test("Bytes in which no message was found are counted as not read, up to the end, too")
  func unread() {
    var wire = TestWire()
    var tcp = asked(1, &wire)
    tcp.send(.server, Message.unchoke, &wire)
    tcp.lose(.server, 5)
    let noise = [UInt8](repeating: 0xee, count: 700)
    tcp.send(.server, noise + Message.have(1) + Message.have(2) + Message.choke, &wire)
    tcp.acknowledge(.client, &wire)
    #expect(wire.trace().coverage.unreadBytes == 700)
    tcp.lose(.server, 5)
    tcp.send(.server, Array(noise[..<300]), &wire)
    tcp.acknowledge(.client, &wire)
    #expect(wire.trace().coverage.unreadBytes == 1000)
  }

  @Test("A bitfield that is too short does not rule out pieces on the way back", arguments: [0, 1], [false, true])
  func shortBitfield(size: Int, isAlone: Bool) {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    if !isAlone { tcp.send(.client, [0, 0, 0, 17, 5] + [UInt8](repeating: 255, count: 16), &wire) }
    tcp.send(.server, TestWire.big(UInt32(1 + size)) + [5] + [UInt8](repeating: 0, count: size), &wire)
    tcp.send(.server, Message.have(99), &wire)
    tcp.lose(.server, 5)
    tcp.send(.server, (100...102).flatMap { Message.have($0) }, &wire)
    tcp.acknowledge(.client, &wire)
    #expect(wire.trace().messages.filter { $0.from == 1 }.map(\.piece) == [-1, 99, 100, 101, 102])
  }

  @Test("Zeros are not taken for keep-alives while looking for the way back", arguments: 0..<4)
  func zeros(shift: Int) {
    var wire = TestWire()
    var tcp = asked(1, &wire)
    tcp.lose(.server, 400)
    tcp.send(.server, [UInt8](repeating: 0, count: 5000 + shift), &wire)
    tcp.send(.server, Message.have(1) + Message.have(2) + Message.unchoke, &wire)
    tcp.acknowledge(.client, &wire)
    #expect(wire.trace().kinds(from: 1) == ["have", "have", "unchoke"])
  }

  @Test("A handshake in a hole is not made up")
  func handshakeLost() {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.open(&wire)
    tcp.lose(.client, 68)
    tcp.send(.client, Message.have(1) + Message.have(2) + Message.have(3), &wire)
    tcp.send(.server, Message.handshake(peer: 2), &wire)
    tcp.acknowledge(.client, &wire)
    let trace = wire.trace()
    #expect(trace.connections[0].a.handshakeAt == nil)
    #expect(trace.connections[0].b.peerID == [UInt8](repeating: 2, count: 20))
    #expect(trace.messages.map(\.piece) == [1, 2, 3])
    #expect(trace.holes.map(\.loses) == [.state])
  }

  @Test("A hole at the end that was acknowledged is told; an acknowledged FIN is none")
  func trailing() {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    tcp.lose(.server, 30)
    tcp.acknowledge(.client, &wire)
    #expect(wire.trace().holes.map(\.bytes) == [30])
    var other = TestWire()
    var fin = TestConnection()
    fin.openPeerWire(&other)
    fin.close(.client, &other)
    fin.close(.server, &other)
    fin.acknowledge(.client, &other)
    #expect(other.trace().holes.isEmpty)
  }

  @Test("More than a mebibyte out of order becomes a hole, acknowledged or not")
  func outOfOrderLimit() {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    tcp.lose(.server, 1)
    for index in 0..<70 { tcp.send(.server, Message.piece(UInt32(index), 0), &wire) }
    let trace = wire.trace()
    #expect(trace.holes.map(\.bytes) == [1])
    #expect(trace.kinds(from: 1).count >= 60)
  }

  @Test("Many small stretches out of order are held within the bound, too")
  func manySmallOutOfOrder() {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    // Every other byte.
    for index in 1...17_000 { tcp.put(.server, TestConnection.ack, &wire, [0], shift: Int32(index * 2)) }
    var dissector = Dissector(sink: TraceCollector())
    var most = 0
    wire.forEachFrame {
      dissector.add($0)
      most = max(most, dissector.heldBytes)
    }
    // With a byte that is looked for a message in.
    #expect(most > 1 << 19 && most <= (1 << 20) + 1)
    dissector.finish()
    #expect(dissector.heldBytes == 0)
  }

  @Test("Frames cut by the snap length leave holes and are counted")
  func cutFrames() {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    let piece = Message.piece(0, 0, 1000)
    let segment = TestWire.tcp(
      from: 7000, to: 40000, sequence: tcp.next[1], acknowledgement: tcp.next[0], flags: 16, piece)
    wire.add(
      TestWire.ethernet(TestWire.ipv4(segment, from: tcp.addresses[1], to: tcp.addresses[0])), cutTo: 200)
    tcp.lose(.server, piece.count)
    tcp.acknowledge(.client, &wire)
    tcp.send(.server, Message.choke, &wire)
    tcp.acknowledge(.client, &wire)
    let trace = wire.trace()
    #expect(trace.kinds(from: 1) == ["piece", "choke"])
    #expect(trace.coverage.passedOver == ["cut by the snaplen": 1])
    #expect(trace.holes.map(\.loses) == [.payload])
  }

  @Test("A length beyond two mebibytes is reported as sent, and what follows is lost")
  func absurdLength() {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    tcp.send(.client, Message.interested + [0x7f, 0xff, 0xff, 0xff, 20] + Message.have(1), &wire)
    tcp.acknowledge(.server, &wire)
    let trace = wire.trace()
    #expect(trace.kinds(from: 0) == ["interested", "extended"])
    #expect(trace.messages[1].prefix == 0x7fff_ffff)
    #expect(trace.holes.map(\.loses) == [.state])
  }

  @Test("A stream seen from the middle is read from a chain of headers on")
  func midstream() {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.send(.server, [UInt8](repeating: 0xee, count: 700) + Message.have(5), &wire)
    tcp.send(.server, Message.piece(5, 0) + Message.have(6) + Message.choke, &wire)
    tcp.send(.client, Message.request(5, 0), &wire)
    tcp.acknowledge(.server, &wire)
    let trace = wire.trace()
    #expect(trace.connections[0].start == .midstream)
    #expect(trace.connections[0].content == .peerWire)
    #expect(trace.kinds(from: 0) == ["have", "piece", "have", "choke"])
    #expect(trace.kinds(from: 1) == ["request"])
  }

  @Test("A frame that is out of step two thousand times is read to its end, and each time is told")
  func manyTimesOutOfStep() {
    var wire = TestWire()
    var tcp = TestConnection()
    let spot = Message.have(1) + Message.have(2) + Message.have(3) + [0, 0, 0, 1, 30]
    tcp.send(.server, (0..<2000).flatMap { _ in spot }, &wire)
    tcp.acknowledge(.client, &wire)
    let trace = wire.trace()
    #expect(trace.kinds(from: 0) == Array(repeating: "have", count: 6000))
    #expect(trace.holes.count == 2000)
    #expect(trace.holes.allSatisfy { $0.loses == .state })
  }
}
