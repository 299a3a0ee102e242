import Dissection
public import Wire

/// The figures of a run: times in swarm nanoseconds, amounts in bytes, shares as six-place decimals. No wall time.
///
/// `Metrics.md` in the documentation gives each one's formula.
public struct Metrics: Hashable, Sendable {
  public var swarm: SwarmMetrics
  /// In the plan's order; strangers are left out.
  public var peers: [PeerMetrics]
  /// Connections that carry peer wire, or the payload over HTTP, in the order of the capture.
  public var streams: [StreamMetrics]
  public var fairness: FairnessMetrics

  /// The content of `metrics.json`.
  public var json: CanonicalJSON {
    .object([
      "schema": .integer(1),
      "swarm": swarm.json,
      "peers": .list(peers.map(\.json)),
      "streams": .list(streams.map(\.json)),
      "fairness": fairness.json,
    ])
  }
}

/// Figures of the whole swarm.
public struct SwarmMetrics: Hashable, Sendable {
  /// Payload size and its pieces.
  public var sizeBytes: Int64
  public var pieces: Int
  public var leechers: Int
  /// Sum of the declared upload rates of the seeds, bytes per swarm second; nil where one has none.
  public var seedUpload: Int64?
  /// Lower bound of the distribution time, nanoseconds, and the term that decides it.
  public var bound: Int64?
  public var boundDecidedBy: String?
  /// Last completion minus zero, nanoseconds; nil while a peer that should complete has not.
  public var makespan: Int64?
  /// bound / makespan.
  public var efficiency: Fixed?
  /// Median of `PeerMetrics.timeToComplete` over the leechers that completed, nanoseconds.
  public var medianCompletion: Int64?
  public var completed: Int
  public var payloadBytes: Int64
  public var streamBytes: Int64
  public var duplicateBytes: Int64
  /// Payload bytes sent by seeds / payload size: how many copies left them.
  public var seedCopies: Fixed?
  public var connections: Int
  public var connectionsFromStart: Int
  public var undecodableConnections: Int
  /// Stream bytes that the capture lacks.
  public var holeBytes: Int64
  /// What came of the leechers' optimistic unchokes.
  public var reciprocation: ReciprocationFigures
  /// Clustering by class, each class and all; empty with fewer than two classes.
  public var clustering: [ClusteringFigures]
}

/// Figures of one peer.
public struct PeerMetrics: Hashable, Sendable {
  public var name: String
  public var group: String
  public var role: String
  /// Swarm nanoseconds since zero.
  public var arrivedAt: Int64
  public var completedAt: Int64?
  /// Since its arrival, nanoseconds; nil for seeds and the incomplete.
  public var timeToComplete: Int64?
  public var payloadUp: Int64 = 0
  public var payloadDown: Int64 = 0
  public var streamUp: Int64 = 0
  public var streamDown: Int64 = 0
  /// Payload bytes received that it had received before.
  public var duplicateBytes: Int64 = 0
  /// payloadUp / payloadDown.
  public var shareRatio: Fixed?
  /// Stream bytes sent / (declared rate * time from arrival to makespan or departure).
  public var uploadUtilisation: Fixed?
  /// Points of its choke grid that it went through; nil without a profile, as all that follows to `flaps`.
  public var rounds: Int?
  /// Those of them at which its choking changed.
  public var changedRounds: Int?
  /// Decisions off its grid that nothing explains.
  public var decisionsOffGrid: Int?
  /// Median and least time that an unchoke lasts while its partner wants it, nanoseconds.
  public var dwellMedian: Int64?
  public var dwellLeast: Int64?
  /// Times that it choked a partner that wanted something, and unchoked it again before the next round.
  public var flaps: Int?
  public var unchokes = 0
  public var chokes = 0
  public var connections = 0
  /// Different peers that it had a conversation with.
  public var partners = 0
  /// Its regular and optimistic unchokes; nil for seeds, and without a profile.
  public var slots: SlotFigures?
}

/// Figures of one connection.
public struct StreamMetrics: Hashable, Sendable {
  /// As the trace numbers it.
  public var connection: Int
  public var a: StreamSide
  public var b: StreamSide
  /// Swarm nanoseconds.
  public var opened: Int64
  public var closed: Int64?
  public var close: String
  public var isDuplicate: Bool
}

/// What one side of a connection sent.
public struct StreamSide: Hashable, Sendable {
  public var peer: String
  public var endpoint: String
  public var streamBytes: Int64
  public var payloadBytes: Int64
  public var handshakes: Int
  /// Messages by kind, as `MessageKind` numbers them.
  public var counts: [Int]
}

/// The kinds of messages as metrics count them.
public enum MessageKind {
  /// By index: names after BEP 3, 6 and 10; then keep-alives and ids unknown to us.
  public static let names = [
    "choke", "unchoke", "interested", "notInterested", "have", "bitfield", "request", "piece", "cancel", "port",
    "suggest", "haveAll", "haveNone", "reject", "allowedFast", "extended", "keepAlive", "unknown",
  ]
  static let count = names.count

  /// Index by message id.
  static let byID: [UInt8] = {
    var table = [UInt8](repeating: UInt8(count - 1), count: 256)
    for id in 0...9 { table[id] = UInt8(id) }
    for id in 13...17 { table[id] = UInt8(id - 3) }
    table[20] = 15
    table[Int(TracedMessage.keepAlive)] = 16
    return table
  }()

  public static func index(of kind: MessageID) -> Int { Int(byID[Int(kind.rawValue)]) }
}
