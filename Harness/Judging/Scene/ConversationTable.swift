import Dissection
import Planning
import SwarmTime
import Wire

/// Maps connections of the trace to conversations among the cast.
struct ConversationTable {
  private(set) var conversations: [Conversation] = []
  /// By connection id; -1 for what carries no peer wire.
  private(set) var placeByConnection: [Int32] = []
  private(set) var cast: Cast
  private(set) var undecodable = 0
  private(set) var encryption = Encryption()

  /// A duplicate is closed within this time of its opening.
  private static let soon = SwarmDuration.seconds(5)

  init(_ planned: Cast, trace: Trace, facts: RunFacts, clock: RunClock, end: SwarmInstant) {
    cast = planned
    let highest = trace.connections.reduce(-1) { max($0, $1.id) }
    // Ids are dense in what the dissector makes; absurd ones are left out rather than paid for in memory.
    let fileBearers = Set(trace.responses.map(\.connection))
    placeByConnection = Array(repeating: -1, count: min(highest + 1, 8 * trace.connections.count + 1024))
    for (place, connection) in trace.connections.enumerated() {
      let isDownload = fileBearers.contains(Int32(clamping: connection.id)) && cast.isAmongPlanned(connection)
      guard connection.content == .peerWire || isDownload else {
        if isUndecodable(connection) {
          undecodable += 1
          encryption.add(connection)
        }
        continue
      }
      if !isDownload { encryption.add(connection) }
      guard connection.id >= 0, connection.id < placeByConnection.count else { continue }
      placeByConnection[connection.id] = Int32(conversations.count)
      let (first, second) = cast.ends(of: connection)
      let opened = clock.instant(realtime: connection.opened)
      var closed = connection.closed.map { clock.instant(realtime: $0) } ?? end
      // A first SYN may be older than the process that answers it in the end.
      let heard = [connection.a.handshakeAt, connection.b.handshakeAt].compactMap { $0 }.max()
      let spoken = heard.map { max(opened, clock.instant(realtime: $0)) } ?? opened
      for peer in [first, second] {
        if let exit = facts.endOfLife(peer, after: spoken) { closed = min(closed, exit) }
      }
      // What went silent with its address has ended for who moved, though nobody was told.
      for move in facts.moves
      where connection.a.endpoint.address == move.from || connection.b.endpoint.address == move.from {
        closed = min(closed, move.at)
      }
      let isOurs =
        !isDownload
        && (facts.infoHash == nil || connection.infoHash == nil || facts.infoHash == connection.infoHash)
      conversations.append(
        Conversation(
          connection: place, first: first, second: second, opened: opened, closed: max(opened, closed),
          isCensored: connection.closed == nil, isOurs: isOurs, isDownload: isDownload,
          isKnownFromStart: connection.start == .syn && connection.a.handshakeAt != nil
            && connection.b.handshakeAt != nil,
          speaksFast: connection.a.supportsFast && connection.b.supportsFast))
    }
  }

  /// Bytes went over it between peers of the plan, more than two that cannot agree on a cipher send, and nobody knows which.
  private func isUndecodable(_ connection: TracedConnection) -> Bool {
    guard connection.content == .other, connection.cipher != .plain,
      connection.a.streamBytes + connection.b.streamBytes > TracedConnection.negotiation
    else { return false }
    return cast.isAmongPlanned(connection)
  }

  /// Two connections of one pair at the same time: the one that is soon closed and carried no block does not count for
  /// choke and interest (simultaneous connects; DEFINITIONS, Trace).
  mutating func markDuplicates(messages: Grouping, trace: Trace) {
    var byPair: [Pair: [Int]] = [:]
    for (place, conversation) in conversations.enumerated() {
      let (low, high) = (min(conversation.first, conversation.second), max(conversation.first, conversation.second))
      byPair[Pair(from: low, to: high), default: []].append(place)
    }
    // Each pair is settled apart from all others, so the dictionary's order decides nothing.
    for places in byPair.values where places.count > 1 {
      for place in places {
        let one = conversations[place]
        guard !one.isCensored, one.closed - one.opened <= Self.soon else { continue }
        let overlaps = places.contains { other in
          guard other != place, !conversations[other].isDuplicate else { return false }
          return conversations[other].opened <= one.closed && one.opened <= conversations[other].closed
        }
        guard overlaps else { continue }
        let carriesBlock = messages[place].contains { trace.messages[Int($0)].id == MessageID.piece.rawValue }
        conversations[place].isDuplicate = !carriesBlock
      }
    }
  }
}

/// An ordered pair of cast members.
public struct Pair: Hashable, Comparable, Sendable {
  public var from: Int
  public var to: Int

  public init(from: Int, to: Int) {
    self.from = from
    self.to = to
  }

  public static func < (a: Pair, b: Pair) -> Bool { (a.from, a.to) < (b.from, b.to) }
}
