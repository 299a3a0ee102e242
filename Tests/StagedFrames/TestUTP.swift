/// Both ends of one uTP connection (BEP 29), which write their packets on a `TestWire`, an end's clock being the wire's.
package struct TestUTP {
  package enum End: Int { case client, server }
  package enum Kind: UInt8 { case data, fin, state, reset, syn }

  package var ports: [UInt16] = [40000, 7000]
  package var addresses: [[UInt8]] = [[127, 64, 1, 1], [127, 64, 2, 1]]
  /// The server's id; the client's is one more.
  package var id: UInt16 = 41_000
  /// Number of the next packet that each end sends.
  package var next: [UInt16] = [100, 65_530]
  /// The last packet that each end has got.
  package var got: [UInt16] = [65_529, 0]

  package init(id: UInt16 = 41_000, first: [UInt16] = [100, 65_530]) {
    self.id = id
    next = first
    got = [first[1] &- 1, 0]
  }

  package mutating func open(_ wire: inout TestWire) {
    put(.syn, .client, &wire, sequence: next[0], id: id)
    got[1] = next[0]
    next[0] &+= 1
    acknowledge(.server, &wire)
  }

  package mutating func openPeerWire(_ wire: inout TestWire) {
    open(&wire)
    send(.client, Message.handshake(peer: 1), &wire)
    send(.server, Message.handshake(peer: 2), &wire)
    acknowledge(.client, &wire)
  }

  /// Sends one packet that the other end gets.
  package mutating func send(_ end: End, _ bytes: [UInt8], _ wire: inout TestWire, cutTo captured: Int? = nil) {
    put(.data, end, &wire, bytes, sequence: next[end.rawValue], cutTo: captured)
    count(end)
  }

  /// Sends packets of so many bytes at most, but for those that the capture lacks.
  package mutating func send(
    _ end: End, _ bytes: [UInt8], each size: Int, without lost: Set<Int> = [], _ wire: inout TestWire
  ) {
    for (place, start) in stride(from: 0, to: bytes.count, by: size).enumerated() {
      if lost.contains(place) { lose(end) } else { send(end, Array(bytes[start...].prefix(size)), &wire) }
    }
  }

  /// Sends a packet that the other end gets and the capture does not.
  package mutating func lose(_ end: End) { count(end) }

  package mutating func close(_ end: End, _ wire: inout TestWire) {
    put(.fin, end, &wire, sequence: next[end.rawValue])
    count(end)
  }

  package func acknowledge(_ end: End, _ wire: inout TestWire, selective: [UInt8] = []) {
    let acknowledging = (type: UInt8(1), bytes: selective)
    put(.state, end, &wire, sequence: next[end.rawValue], extensions: selective.isEmpty ? [] : [acknowledging])
  }

  /// One packet as it is told.
  package func put(
    _ kind: Kind, _ end: End, _ wire: inout TestWire, _ bytes: [UInt8] = [], sequence: UInt16, id own: UInt16? = nil,
    extensions: [(type: UInt8, bytes: [UInt8])] = [], cutTo captured: Int? = nil
  ) {
    let from = end.rawValue
    let time = UInt32(truncatingIfNeeded: ((wire.frames.last?.time ?? 1_000_000_000) + 1_000_000) / 1000)
    let versionAndKind = kind.rawValue << 4 | 1
    var packet: [UInt8] = [versionAndKind, extensions.first?.type ?? 0]
    packet += TestWire.big(own ?? (end == .client ? id &+ 1 : id)) + TestWire.big(time) + [0, 0, 0, 9]
    packet += TestWire.big(UInt32(1 << 20)) + TestWire.big(sequence) + TestWire.big(got[from])
    for (place, part) in extensions.enumerated() {
      let next: UInt8 = place + 1 < extensions.count ? extensions[place + 1].type : 0
      packet += [next, UInt8(part.bytes.count)] + part.bytes
    }
    wire.add(
      TestWire.ethernet(
        TestWire.udp(packet + bytes, from: addresses[from], ports[from], to: addresses[1 - from], ports[1 - from])),
      cutTo: captured.map { 14 + 20 + 8 + packet.count + $0 })
  }

  private mutating func count(_ end: End) {
    got[1 - end.rawValue] = next[end.rawValue]
    next[end.rawValue] &+= 1
  }
}
