import StagedFrames

/// What may befall a stream of blocks on its way into a capture.
enum Course: CaseIterable {
  case inOrder, outOfOrder, sentAgain, hole, lateCopyOfHole, reusedPorts, midstream, web, utp, halfHandshake
  case muchBetween, several

  var frames: [TestWire.Captured] {
    var wire = TestWire()
    var tcp = TestConnection()
    switch self {
    case .inOrder:
      tcp.openPeerWire(&wire)
      sendStream(&tcp, &wire, places: [0, 1, 2, 3, 4, 5])
    case .outOfOrder:
      tcp.openPeerWire(&wire)
      sendStream(&tcp, &wire, places: [2, 1, 0, 5, 3, 4])
    case .sentAgain:
      tcp.openPeerWire(&wire)
      sendStream(&tcp, &wire, places: [0, 1, 1, 2, 0, 3, 4, 5, 3])
    case .hole:
      tcp.openPeerWire(&wire)
      sendStream(&tcp, &wire, places: [0, 2, 3, 5])
    case .lateCopyOfHole:
      tcp.openPeerWire(&wire)
      sendStream(&tcp, &wire, places: [0, 2])
      tcp.next[1] &-= UInt32(Self.stream.count)
      sendStream(&tcp, &wire, places: [1, 3, 4, 5])
    case .reusedPorts:
      tcp.openPeerWire(&wire)
      sendStream(&tcp, &wire, places: [1, 2])
      tcp = TestConnection(initial: [900_000, 700_000])
      tcp.openPeerWire(&wire)
      sendStream(&tcp, &wire, places: [1, 0, 2, 3, 4, 5])
    case .midstream:
      sendStream(&tcp, &wire, places: [0, 1, 2, 3, 4, 5])
      sendStream(&tcp, &wire, places: [0, 1, 2, 3, 4, 5])
    case .web:
      tcp.open(&wire)
      tcp.send(.client, Array("GET /payload HTTP/1.1\r\nHost: a\r\n\r\n".utf8), &wire)
      tcp.send(.server, Array("HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n".utf8), &wire)
      for _ in 0..<3 { tcp.send(.server, [UInt8](repeating: 0x5a, count: 1000), &wire) }
      tcp.acknowledge(.client, &wire)
    case .utp:
      var utp = TestUTP()
      utp.openPeerWire(&wire)
      let first = utp.next[1]
      for place in [1, 1, 0, 3, 2, 2, 4, 5, 1] {
        utp.put(.data, .server, &wire, Self.parts[place], sequence: first &+ UInt16(place))
      }
      utp.got[0] = first &+ 5
      utp.acknowledge(.client, &wire)
    case .halfHandshake:
      tcp.open(&wire)
      tcp.send(.client, Array(Message.handshake(peer: 1).prefix(20)), &wire)
      chatter(&wire, blocks: 6)
    case .muchBetween:
      tcp.openPeerWire(&wire)
      tcp.put(.server, TestConnection.ack, &wire, Self.parts[1], shift: Int32(Self.parts[0].count))
      chatter(&wire, blocks: 6)
      sendStream(&tcp, &wire, places: [0, 2, 3, 4, 5])
    case .several:
      var other = TestConnection(initial: [70_000, 80_000], ports: [40_001, 7000])
      var utp = TestUTP()
      tcp.openPeerWire(&wire)
      other.openPeerWire(&wire)
      utp.openPeerWire(&wire)
      for _ in 0..<3 {
        for part in Self.parts {
          tcp.send(.server, part, &wire)
          other.send(.client, part, &wire)
          utp.send(.server, part, &wire)
        }
        tcp.acknowledge(.client, &wire)
        other.acknowledge(.server, &wire)
        utp.acknowledge(.client, &wire)
      }
    }
    return wire.frames
  }

  /// Blocks of 5a among messages.
  private static let stream: [UInt8] = [
    Message.unchoke, Message.piece(1, 0, 3000), Message.have(7), Message.piece(2, 0, 700), Message.piece(3, 0, 1500),
    Message.choke,
  ].flatMap { $0 }
  /// It in six segments.
  private static let parts = stride(from: 0, to: stream.count, by: 1000).map { Array(stream[$0...].prefix(1000)) }

  /// Sends parts of the stream in some order, and acknowledges all of it.
  private func sendStream(_ tcp: inout TestConnection, _ wire: inout TestWire, places: [Int]) {
    for place in places { tcp.put(.server, TestConnection.ack, &wire, Self.parts[place], shift: Int32(1000 * place)) }
    tcp.lose(.server, Self.stream.count)
    tcp.acknowledge(.client, &wire)
  }

  /// Another connection, on which all is well.
  private func chatter(_ wire: inout TestWire, blocks: Int) {
    var other = TestConnection(initial: [70_000, 80_000], ports: [40_001, 7000])
    other.openPeerWire(&wire)
    for _ in 0..<blocks { other.send(.server, Message.piece(5, 0, 1000), &wire) }
    other.acknowledge(.client, &wire)
  }
}
