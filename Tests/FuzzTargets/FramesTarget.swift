import Dissection
import PacketCapture
import StagedFrames
import Wire

extension FuzzTarget {
  /// A capture of a small swarm, over TCP and uTP, with a tracker and a table of hashes beside it, of which frames are lost, sent
  /// again, put elsewhere, cut and changed.
  ///
  /// Whatever was done to it: every frame is accounted for, nothing is held that was not fed, or when all is over, and
  /// what is told refers to what was told before.
  static let frames = FuzzTarget(
    name: "frames", summary: "frames of a capture, to the dissector", longestInput: 512
  ) { bytes throws(BrokenRule) in
    let frames = FrameMutation.apply(ByteSource(bytes), to: FrameMutation.swarm)
    try check(read(frames, noting: nil).trace, frames: frames.count)
  }

  /// Dissects them all, looking after each at what is held.
  ///
  /// - Parameter map: where to note what a scrubber asks for.
  static func read(
    _ frames: [TestWire.Captured], noting map: PayloadMap?
  ) throws(BrokenRule) -> (trace: Trace, map: PayloadMap?) {
    var dissector = Dissector(sink: TraceCollector(), noting: map)
    var fed = 0
    for (index, frame) in frames.enumerated() {
      frame.withFrame(index + 1) { dissector.add($0) }
      fed += frame.bytes.count + FrameMutation.overhead
      let held = dissector.heldBytes
      try require(held >= 0 && held <= fed, "\(held) bytes are held of \(fed)")
    }
    dissector.finish()
    try require(dissector.heldBytes == 0, "\(dissector.heldBytes) bytes are held at the end")
    return (dissector.sink.trace(coverage: dissector.coverage), dissector.payloadMap)
  }

  private static func check(_ trace: Trace, frames: Int) throws(BrokenRule) {
    let coverage = trace.coverage
    try require(coverage.frames == frames, "\(coverage.frames) frames of \(frames)")
    try require(coverage.streams == trace.connections.count, "\(coverage.streams) streams")
    for (id, connection) in trace.connections.enumerated() { try require(connection.id == id, "connection \(id)") }
    let holes = trace.holes.reduce(0) { $0 + $1.bytes }
    try require(coverage.holeBytes == holes, "\(coverage.holeBytes) bytes in holes of \(holes)")
    let delivered = trace.connections.reduce(0) { $0 + $1.a.streamBytes + $1.b.streamBytes }
    let streamed = coverage.streamBytes
    try require(delivered >= 0 && delivered <= streamed, "\(delivered) of \(streamed) bytes delivered")
    let segments = trace.segments.reduce(Int64(0)) { $0 + Int64($1.bytes) }
    try require(segments <= delivered, "segments of \(segments) bytes of \(delivered)")
    for message in trace.messages {
      let isKnown = trace.connections.indices.contains(Int(message.connection)) && message.from < 2
      try require(isKnown, "a message of connection \(message.connection)")
      try require(1...frames ~= Int(message.frame), "a message in frame \(message.frame)")
      try require(message.missing >= 0, "\(message.missing) bytes are missing")
      try require(message.bitfield < trace.bitfields.count, "bitfield \(message.bitfield)")
    }
  }
}

extension TestWire.Captured {
  /// Lends the frame, as this one of its capture.
  func withFrame<Result>(_ number: Int, _ body: (Frame) -> Result) -> Result {
    bytes.withUnsafeBytes {
      body(Frame(index: number, timeNanoseconds: time, originalLength: originalLength, linkType: linkType, bytes: $0))
    }
  }
}

/// What befalls the frames of a capture.
enum FrameMutation {
  /// What may be held for a frame besides its bytes.
  static let overhead = 512

  static func apply(_ choices: ByteSource, to frames: [TestWire.Captured]) -> [TestWire.Captured] {
    var source = choices
    var frames = frames
    while !source.isEmpty && !frames.isEmpty {
      let place = source.below(frames.count)
      switch source.below(8) {
      case 0: frames.remove(at: place)
      case 1: frames.swapAt(place, source.below(frames.count))
      case 2: frames.append(frames[place])
      case 3:
        let count = frames[place].bytes.count
        frames[place].bytes.removeLast(min(count, source.below(256)))
      case 4: frames[place].linkType = LinkType(rawValue: Int32(source.byte()))
      case 5: frames[place].time += Int64(source.byte()) * 1_000_000_000 - 100_000_000_000
      default:
        guard !frames[place].bytes.isEmpty else { continue }
        // Nearly all that decides anything lies in the first bytes.
        let position = source.below(min(160, frames[place].bytes.count))
        frames[place].bytes[position] = source.byte()
      }
    }
    return frames
  }

  /// Fewer than 256 frames, so that a byte chooses among them.
  static let swarm: [TestWire.Captured] = {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    var utp = TestUTP()
    utp.openPeerWire(&wire)
    let blocks = (0..<3).map { UInt32($0) * 2000 }
    let asked = Message.interested + blocks.flatMap { Message.request(0, $0, 2000) }
    let answer = Message.unchoke + blocks.flatMap { Message.piece(0, $0, 2000) } + Message.have(1) + Message.choke
    tcp.send(.client, asked, &wire)
    utp.send(.client, asked, &wire)
    for start in stride(from: 0, to: answer.count, by: 700) {
      tcp.send(.server, Array(answer[start...].prefix(700)), &wire)
      utp.send(.server, Array(answer[start...].prefix(700)), &wire)
      if start % 2100 == 0 { tcp.acknowledge(.client, &wire) }
      if start % 1400 == 0 { utp.acknowledge(.client, &wire, selective: [UInt8(start % 251), 0, 0, 0]) }
    }
    tcp.acknowledge(.client, &wire)
    utp.acknowledge(.client, &wire)
    var announce = TestConnection(ports: [40001, 80])
    announce.open(&wire)
    announce.send(.client, Array("GET /a?info_hash=aaaaaaaaaaaaaaaaaaaa&port=1&left=0 HTTP/1.0\r\n\r\n".utf8), &wire)
    for datagram in [
      UDPTrackerRequest.connect(transaction: 5).encoded,
      Array("d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q4:ping1:t2:aa1:y1:qe".utf8),
    ] {
      wire.add(TestWire.ethernet(TestWire.udp(datagram, from: [10, 0, 0, 1], 9, to: [10, 0, 0, 2], 8)))
    }
    wire.add(
      TestWire.ethernet(
        TestWire.ipv6(TestWire.tcp(from: 1, to: 2, sequence: 3, acknowledgement: 4, flags: 2), from: 1, to: 2),
        type: 0x86dd))
    tcp.close(.client, &wire)
    tcp.close(.server, &wire)
    utp.close(.server, &wire)
    utp.put(.reset, .client, &wire, sequence: 0)
    return wire.frames
  }()
}
