/// Datagrams that have the form of uTP packets, held until a pattern shows that they are.
///
/// Bounded by two generations: when the younger is full, the older is dropped.
struct UTPCandidates {
  struct Held {
    var datagram: UDPDatagram
    var bytes: [UInt8]
    /// Which end of the flow sent it.
    var end: Int
    var stamp: Stamp

    /// The datagram's payload lay in a frame that is gone; here it lies in the copy.
    func withPacket(_ body: (UTPPacket, UDPDatagram) -> Void) {
      bytes.withUnsafeBytes {
        var datagram = datagram
        datagram.payload = $0
        if let packet = UTPPacket(datagram) { body(packet, datagram) }
      }
    }
  }

  /// A connection that showed, with its packets so far.
  struct Shown {
    var identity: UTPIdentity
    var packets: [Held]
  }

  private var young: [FlowKey: [Held]] = [:]
  private var old: [FlowKey: [Held]] = [:]
  private var youngBytes = 0
  private var oldBytes = 0
  private(set) var dropped = (unanswered: Int64(0), others: Int64(0))

  /// Bytes of one generation, with so much for each datagram besides its payload.
  private static let generationLimit = 2 << 20
  private static let overhead = 256
  /// Of one flow: more are no uTP.
  private static let flowLimit = 16

  /// - Returns: the connection that shows with this packet, which it includes; nil where none does, and it is held.
  mutating func add<Sink>(
    _ packet: UTPPacket, _ datagram: UDPDatagram, from end: Int, _ key: FlowKey, _ stamp: Stamp,
    _ output: inout Emission<Sink>
  ) -> Shown? {
    var datagram = datagram
    let bytes = Array(datagram.payload)
    datagram.payload = UnsafeRawBufferPointer(start: nil, count: 0)
    let held = Held(datagram: datagram, bytes: bytes, end: end, stamp: stamp)
    var all = take(key, &output)
    all.append(held)
    guard var identity = Self.identity(all) else {
      if all.count > Self.flowLimit { drop(all.removeFirst()) }
      hold(all, key, &output)
      return nil
    }
    var shown = Shown(identity: identity, packets: [])
    var rest: [Held] = []
    for held in all {
      var isOurs = false
      held.withPacket { packet, _ in isOurs = identity.claims(packet, from: held.end) }
      if isOurs { shown.packets.append(held) } else { rest.append(held) }
    }
    shown.identity = identity
    if !rest.isEmpty { hold(rest, key, &output) }
    return shown
  }

  /// Whether it is an answer to a SYN that is held: one that uses the ids of an earlier connection again.
  func haveSYN(answeredBy packet: UTPPacket, from end: Int, _ key: FlowKey) -> Bool {
    guard !young.isEmpty || !old.isEmpty else { return false }
    var isAnswered = false
    for held in (old[key] ?? []) + (young[key] ?? []) where !isAnswered {
      held.withPacket { earlier, _ in
        isAnswered = earlier.kind == .syn && UTPIdentity.of(earlier, from: held.end, packet, from: end) != nil
      }
    }
    return isAnswered
  }

  /// Gives up all of them.
  mutating func drop<Sink>(_ output: inout Emission<Sink>) {
    for generation in [young, old] { for packets in generation.values { packets.forEach { drop($0) } } }
    output.heldBytes -= youngBytes + oldBytes
    (young, old, youngBytes, oldBytes) = ([:], [:], 0, 0)
  }

  /// Of the last packet and an earlier one, or of the last few from its end.
  private static func identity(_ all: [Held]) -> UTPIdentity? {
    guard let last = all.last else { return nil }
    var found: UTPIdentity?
    last.withPacket { packet, _ in
      for held in all.dropLast() where found == nil {
        held.withPacket { earlier, _ in found = .of(earlier, from: held.end, packet, from: last.end) }
      }
      guard found == nil else { return }
      var alone: [(packet: UTPPacket, time: Int64)] = []
      for held in all where held.end == last.end {
        held.withPacket { earlier, _ in
          if earlier.kind != .syn && earlier.connectionID == packet.connectionID {
            alone.append((earlier, held.stamp.time))
          }
        }
      }
      found = .of(alone, from: last.end)
    }
    return found
  }

  private mutating func take<Sink>(_ key: FlowKey, _ output: inout Emission<Sink>) -> [Held] {
    let older = old.removeValue(forKey: key) ?? []
    let younger = young.removeValue(forKey: key) ?? []
    oldBytes -= Self.size(older)
    youngBytes -= Self.size(younger)
    output.heldBytes -= Self.size(older) + Self.size(younger)
    return older + younger
  }

  private mutating func hold<Sink>(_ packets: [Held], _ key: FlowKey, _ output: inout Emission<Sink>) {
    young[key] = packets
    youngBytes += Self.size(packets)
    output.heldBytes += Self.size(packets)
    guard youngBytes > Self.generationLimit else { return }
    for packets in old.values { packets.forEach { drop($0) } }
    output.heldBytes -= oldBytes
    (old, oldBytes) = (young, youngBytes)
    (young, youngBytes) = ([:], 0)
  }

  private mutating func drop(_ held: Held) {
    held.withPacket { packet, _ in
      if packet.kind == .syn { dropped.unanswered += 1 } else { dropped.others += 1 }
    }
  }

  private static func size(_ packets: [Held]) -> Int { packets.reduce(0) { $0 + overhead + $1.bytes.count } }
}
