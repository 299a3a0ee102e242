/// Finds uTP among datagrams, on whatever port, and hands each packet to its connection.
///
/// The form of a packet alone proves nothing. A connection is one once a pattern of packets shows it (`UTPIdentity`); until
/// then they are held.
struct UTPFlows {
  struct Finding {
    /// How many packets turned out to be uTP: this one, and those of its connection that were held.
    var packets = 0
    /// It may turn out to be uTP later.
    var isHeld = false
  }

  /// Connections between two ends, the latest last.
  private var byFlow: [FlowKey: [UTPConversation]] = [:]
  private var count = 0
  /// So many, and those that are over are released.
  private var enough = Conversation.many
  private var candidates = UTPCandidates()

  mutating func take<Sink>(_ datagram: UDPDatagram, _ stamp: Stamp, _ output: inout Emission<Sink>) -> Finding {
    guard let packet = UTPPacket(datagram) else { return Finding() }
    let (key, sourceIsUpper) = FlowKey.of(datagram)
    let end = sourceIsUpper ? 1 : 0
    let known = byFlow[key] ?? []
    if let connection = known.last(where: { $0.claims(packet, from: end) }),
      !candidates.haveSYN(answeredBy: packet, from: end, key)
    {
      connection.take(packet, from: end, stamp, &output)
      return Finding(packets: 1)
    }
    guard packet.hasKnownExtensions else { return Finding() }
    guard let shown = candidates.add(packet, datagram, from: end, key, stamp, &output) else {
      return Finding(isHeld: true)
    }
    releaseThoseOver(stamp, &output)
    open(shown, key, &output)
    return Finding(packets: shown.packets.count)
  }

  /// The capture is over.
  ///
  /// - Returns: SYNs that nobody answered, and datagrams that are no uTP after all.
  mutating func finish<Sink>(_ last: Stamp, _ output: inout Emission<Sink>) -> (unanswered: Int64, others: Int64) {
    for connection in byFlow.values.joined().sorted(by: { $0.id < $1.id }) { connection.finish(last, &output) }
    byFlow = [:]
    count = 0
    candidates.drop(&output)
    return candidates.dropped
  }

  private mutating func open<Sink>(
    _ shown: UTPCandidates.Shown, _ key: FlowKey, _ output: inout Emission<Sink>
  ) {
    var connection: UTPConversation?
    for held in shown.packets {
      held.withPacket { packet, datagram in
        let opened =
          connection
          ?? UTPConversation(shown.identity, openedBy: packet, datagram, from: held.end, held.stamp, &output)
        connection = opened
        opened.take(packet, from: held.end, held.stamp, &output)
      }
    }
    guard let connection else { return }
    // Ids that were used before are used again.
    for earlier in byFlow[key] ?? [] where shown.packets.contains(where: { earlier.hasIDs(of: $0) }) {
      earlier.giveWay(&output)
    }
    byFlow[key, default: []].append(connection)
    count += 1
  }

  /// Else a capture of millions of connections would fill the memory, and a packet be compared with all between its ends.
  private mutating func releaseThoseOver<Sink>(_ stamp: Stamp, _ output: inout Emission<Sink>) {
    guard count >= enough else { return }
    let over = byFlow.values.joined().filter { $0.isOver(at: stamp.time) }.sorted { $0.id < $1.id }
    for connection in over { connection.finish(stamp, &output) }
    byFlow = byFlow.mapValues { $0.filter { !$0.isOver(at: stamp.time) } }.filter { !$0.value.isEmpty }
    count -= over.count
    enough = max(Conversation.many, 2 * count)
  }
}
