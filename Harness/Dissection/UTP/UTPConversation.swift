/// One uTP connection: puts each direction in order.
final class UTPConversation {
  private let conversation: Conversation
  private let sides: [UTPSide]
  private var identity: UTPIdentity
  /// Which end of the flow (0: the lower) is side `a`.
  private let endOfA: Int
  /// The SYN's packet number, where it was seen.
  private var initialSequence: UInt16?

  var id: Int { conversation.traced.id }

  /// - Parameters:
  ///   - datagram: the first of the connection.
  ///   - end: which end of the flow sent it.
  init<Sink>(
    _ identity: UTPIdentity, openedBy packet: UTPPacket, _ datagram: UDPDatagram, from end: Int, _ stamp: Stamp,
    _ output: inout Emission<Sink>
  ) {
    let source = Endpoint(address: datagram.source.text, port: datagram.sourcePort)
    let destination = Endpoint(address: datagram.destination.text, port: datagram.destinationPort)
    self.identity = identity
    endOfA = identity.opener ?? end
    conversation = Conversation(
      .utp, a: endOfA == end ? source : destination, b: endOfA == end ? destination : source,
      start: packet.kind == .syn ? .syn : .midstream, stamp, &output)
    sides = [UTPSide(conversation.side(0)), UTPSide(conversation.side(1))]
  }

  /// Whether the packet is one of this connection's. A SYN with another number is not: it opens a new one with the same ids.
  func claims(_ packet: UTPPacket, from end: Int) -> Bool {
    guard identity.claims(packet, from: end) else { return false }
    return packet.kind != .syn || packet.sequence == initialSequence ?? packet.sequence
  }

  func take<Sink>(_ packet: UTPPacket, from end: Int, _ stamp: Stamp, _ output: inout Emission<Sink>) {
    let from = end == endOfA ? 0 : 1
    let side = sides[from]
    let other = sides[1 - from]
    conversation.hear(from, stamp)
    side.start(packet)
    // First what the sender had got, then what it answered. A SYN acknowledges nothing yet, a RESET anything.
    if packet.kind.rawValue <= UTPPacket.Kind.state.rawValue && other.hasStarted {
      other.acknowledge(packet, conversation, &output)
    }
    switch packet.kind {
    case .syn:
      if initialSequence != nil { conversation.hearAgain(from) }
      initialSequence = packet.sequence
    case .state: break
    case .reset: conversation.close(.rst, at: stamp.time, &output)
    case .data, .fin:
      if !side.take(packet, stamp, conversation, &output) { conversation.hearAgain(from) }
      if packet.kind == .fin { conversation.noteEnd(stamp, &output) }
    }
  }

  /// Whether the packet, of another connection, has ids that are this one's as well.
  func hasIDs(of held: UTPCandidates.Held) -> Bool {
    var has = false
    held.withPacket { packet, _ in has = identity.claims(packet, from: held.end) }
    return has
  }

  func isOver(at time: Int64) -> Bool { conversation.isOver(at: time) }

  func giveWay<Sink>(_ output: inout Emission<Sink>) { conversation.giveWay(&output) }

  func finish<Sink>(_ last: Stamp, _ output: inout Emission<Sink>) {
    for side in sides { side.finish(last, conversation, &output) }
    conversation.finish(&output)
  }
}
