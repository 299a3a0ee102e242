package import Dissection
package import PacketCapture
import Wire

/// Frames built in memory, as a capture would hold them.
package struct TestWire {
  package struct Captured {
    package var bytes: [UInt8]
    package var time: Int64
    package var originalLength: Int
    package var linkType = LinkType.ethernet
  }

  package private(set) var frames: [Captured] = []
  private var clock: Int64 = 1_000_000_000

  package init() {}

  /// Appends a frame, one millisecond after the last.
  package mutating func add(_ bytes: [UInt8], linkType: LinkType = .ethernet, cutTo captured: Int? = nil) {
    clock += 1_000_000
    frames.append(
      Captured(
        bytes: Array(bytes.prefix(captured ?? bytes.count)), time: clock, originalLength: bytes.count,
        linkType: linkType))
  }

  /// As if the capture had lost some frames.
  package func without(_ lost: Set<Int>) -> TestWire {
    var rest = self
    rest.frames = frames.indices.filter { !lost.contains($0) }.map { frames[$0] }
    return rest
  }

  package func trace() -> Trace {
    var dissector = Dissector(sink: TraceCollector())
    forEachFrame { dissector.add($0) }
    dissector.finish()
    return dissector.sink.trace(coverage: dissector.coverage)
  }

  package func forEachFrame(_ body: (Frame) throws -> Void) rethrows {
    for (index, frame) in frames.enumerated() {
      try frame.bytes.withUnsafeBytes {
        try body(
          Frame(
            index: index + 1, timeNanoseconds: frame.time, originalLength: frame.originalLength,
            linkType: frame.linkType, bytes: $0))
      }
    }
  }

  /// Gives out the frames so far; the clock goes on.
  package mutating func drain() -> [Captured] {
    defer { frames.removeAll(keepingCapacity: true) }
    return frames
  }

  package static func ethernet(_ packet: [UInt8], type: UInt16 = 0x0800) -> [UInt8] {
    [UInt8](repeating: 0, count: 12) + big(type) + packet
  }

  package static func ipv4(_ payload: [UInt8], from: [UInt8], to: [UInt8], protocol number: UInt8 = 6) -> [UInt8] {
    let length = payload.count + 20 > 65535 ? 0 : UInt16(payload.count + 20)
    return [0x45, 0] + big(length) + [0, 0, 0x40, 0, 64, number, 0, 0] + from + to + payload
  }

  package static func ipv6(
    _ payload: [UInt8], from: UInt8, to: UInt8, protocol number: UInt8 = 6
  ) -> [UInt8] {
    let zeros = [UInt8](repeating: 0, count: 15)
    return [0x60, 0, 0, 0] + big(UInt16(payload.count)) + [number, 64] + zeros + [from] + zeros + [to] + payload
  }

  package static func tcp(
    from: UInt16, to: UInt16, sequence: UInt32, acknowledgement: UInt32, flags: UInt8, _ payload: [UInt8] = []
  ) -> [UInt8] {
    big(from) + big(to) + big(sequence) + big(acknowledgement) + [0x50, flags, 0xff, 0xff, 0, 0, 0, 0] + payload
  }

  /// An IPv4 packet with one datagram.
  package static func udp(
    _ payload: [UInt8], from: [UInt8], _ fromPort: UInt16, to: [UInt8], _ toPort: UInt16
  ) -> [UInt8] {
    ipv4(
      big(fromPort) + big(toPort) + big(UInt16(payload.count + 8)) + [0, 0] + payload, from: from, to: to, protocol: 17)
  }

  package static func big(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
}

/// Both ends of one TCP connection, which write their segments on a `TestWire`.
package struct TestConnection {
  package enum End: Int { case client, server }

  package static let syn: UInt8 = 2
  package static let fin: UInt8 = 1
  package static let rst: UInt8 = 4
  package static let ack: UInt8 = 16

  package var ports: [UInt16] = [40000, 7000]
  package var addresses: [[UInt8]] = [[127, 64, 1, 1], [127, 64, 2, 1]]
  /// Sequence number of the next byte that each end sends.
  package var next: [UInt32]

  package init(initial: [UInt32] = [1000, 5000], ports: [UInt16] = [40000, 7000]) {
    next = initial
    self.ports = ports
  }

  package mutating func open(_ wire: inout TestWire) {
    put(.client, Self.syn, &wire, acknowledging: false)
    next[0] &+= 1
    put(.server, Self.syn | Self.ack, &wire)
    next[1] &+= 1
    put(.client, Self.ack, &wire)
  }

  /// Opens and shakes hands.
  package mutating func openPeerWire(_ wire: inout TestWire, fast: Bool = true) {
    open(&wire)
    send(.client, Message.handshake(peer: 1, fast: fast), &wire)
    send(.server, Message.handshake(peer: 2, fast: fast), &wire)
    acknowledge(.client, &wire)
  }

  /// Sends bytes; the other end has seen nothing of them until it sends or acknowledges.
  package mutating func send(_ end: End, _ bytes: [UInt8], _ wire: inout TestWire) {
    put(end, Self.ack, &wire, bytes)
    next[end.rawValue] &+= UInt32(bytes.count)
  }

  /// Sends bytes that the capture does not get.
  package mutating func lose(_ end: End, _ count: Int) { next[end.rawValue] &+= UInt32(count) }

  package func acknowledge(_ end: End, _ wire: inout TestWire) { put(end, Self.ack, &wire) }

  package mutating func close(_ end: End, _ wire: inout TestWire, with flag: UInt8 = Self.fin) {
    put(end, flag | Self.ack, &wire)
    if flag == Self.fin { next[end.rawValue] &+= 1 }
  }

  /// One segment as it is told, `sequence` bytes after the next one.
  package func put(
    _ end: End, _ flags: UInt8, _ wire: inout TestWire, _ bytes: [UInt8] = [], shift: Int32 = 0,
    acknowledging: Bool = true
  ) {
    let other = 1 - end.rawValue
    let segment = TestWire.tcp(
      from: ports[end.rawValue], to: ports[other], sequence: next[end.rawValue] &+ UInt32(bitPattern: shift),
      acknowledgement: acknowledging ? next[other] : 0, flags: flags, bytes)
    wire.add(TestWire.ethernet(TestWire.ipv4(segment, from: addresses[end.rawValue], to: addresses[other])))
  }
}

/// Peer-wire messages as bytes.
package enum Message {
  package static func handshake(peer: UInt8, fast: Bool = true) -> [UInt8] {
    [19] + Array("BitTorrent protocol".utf8) + [0, 0, 0, 0, 0, 0x10, 0, fast ? 4 : 0]
      + [UInt8](repeating: 0xaa, count: 20) + [UInt8](repeating: peer, count: 20)
  }

  package static let unchoke: [UInt8] = [0, 0, 0, 1, 1]
  package static let choke: [UInt8] = [0, 0, 0, 1, 0]
  package static let interested: [UInt8] = [0, 0, 0, 1, 2]

  package static func have(_ piece: UInt32) -> [UInt8] { [0, 0, 0, 5, 4] + TestWire.big(piece) }

  package static func request(_ piece: UInt32, _ begin: UInt32, _ length: UInt32 = 16384) -> [UInt8] {
    [0, 0, 0, 13, 6] + TestWire.big(piece) + TestWire.big(begin) + TestWire.big(length)
  }

  package static func piece(_ piece: UInt32, _ begin: UInt32, _ length: Int = 16384, fill: UInt8 = 0x5a) -> [UInt8] {
    TestWire.big(UInt32(9 + length)) + [7] + TestWire.big(piece) + TestWire.big(begin)
      + [UInt8](repeating: fill, count: length)
  }
}

/// A small generator, the same everywhere.
package struct SeededGenerator: RandomNumberGenerator {
  package var state: UInt64

  package init(state: UInt64) { self.state = state }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

extension Trace {
  /// Names of the messages of one side, in order.
  package func kinds(from side: UInt8, connection: Int32 = 0) -> [String] {
    messages.filter { $0.from == side && $0.connection == connection }
      .map { $0.kind?.tableName ?? ($0.id == TracedMessage.keepAlive ? "keepalive" : "type\($0.id)") }
  }

  /// Delivered stream bytes of one side, by its segments.
  package func segmentBytes(from side: UInt8) -> Int {
    segments.filter { $0.from == side }.reduce(0) { $0 + Int($1.bytes) }
  }
}
