public import Wire

/// How many messages of each kind each direction of each stream carried: what another dissector can be compared with.
public struct MessageCounts: Sendable, Hashable {
  public struct Row: Sendable, Hashable {
    /// The connection's id.
    public var connection: Int
    public var transport: TracedConnection.Transport
    /// Number among the connections of its transport, from 0 by their first frames, as Wireshark numbers `tcp.stream`.
    public var stream: Int
    public var from: Int
    public var source: Endpoint
    public var destination: Endpoint
    public var handshakes: Int
    /// By message id, `TracedMessage.keepAlive` included.
    public var counts: [Int]
    /// Bytes of blocks in piece messages.
    public var pieceBytes: Int64

    public func count(_ kind: MessageID) -> Int { counts[Int(kind.rawValue)] }
    public var keepAlives: Int { counts[Int(TracedMessage.keepAlive)] }
    /// Messages whose id `MessageID` does not know.
    public var others: Int {
      counts.indices.reduce(0) { sum, id in
        let isKnown = id == Int(TracedMessage.keepAlive) || MessageID(rawValue: UInt8(id)) != nil
        return isKnown ? sum : sum + counts[id]
      }
    }
    var isEmpty: Bool { handshakes == 0 && counts.allSatisfy { $0 == 0 } }
  }

  /// One for each direction that carried a handshake or a message, by connection and side.
  public var rows: [Row]

  public init(_ trace: Trace) {
    var rows: [Row] = []
    var streams: [TracedConnection.Transport: Int] = [:]
    for connection in trace.connections {
      let stream = streams[connection.transport, default: 0]
      streams[connection.transport] = stream + 1
      for from in 0...1 {
        let side = connection.side(from)
        rows.append(
          Row(
            connection: connection.id, transport: connection.transport, stream: stream, from: from,
            source: side.endpoint,
            destination: connection.side(1 - from).endpoint, handshakes: side.handshakeAt == nil ? 0 : 1,
            counts: [Int](repeating: 0, count: 256), pieceBytes: 0))
      }
    }
    for message in trace.messages {
      let row = Int(message.connection) * 2 + Int(message.from)
      rows[row].counts[Int(message.id)] += 1
      if message.kind == .piece { rows[row].pieceBytes += Int64(max(0, message.length)) }
    }
    self.rows = rows.filter { !$0.isEmpty }
  }

  /// Sum over all rows.
  public func total(_ kind: MessageID) -> Int { rows.reduce(0) { $0 + $1.count(kind) } }
}
