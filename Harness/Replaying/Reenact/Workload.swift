/// What a swarm did, as its capture alone shows it: enough to run the like of it again, and to compare the two.
///
/// Times in seconds of the swarm's own clock since the first peer was there, rates in bytes of the peer wire per second.
public struct Workload: Sendable {
  public struct Peer: Sendable {
    public var address: String
    /// The first eight bytes of its peer id (BEP 20), where they are text.
    public var client: String
    public var isSeed = false
    /// What its first word about pieces said; 0 for a leecher that began with nothing.
    public var piecesAtStart = 0
    /// Times at which it was there, in order; never empty.
    public var sessions: [ClosedRange<Double>] = []
    /// When it had everything; nil for a seed, and where that was not seen.
    public var completes: Double?
    /// When it went on at another address, and was not heard at any earlier one again.
    public var addressChanges: [Double] = []
    /// The most that it sent and received: over 20 s, and over 1 s.
    public var upload: Double = 0
    public var download: Double = 0
    /// Partners unchoked and interested at once: mean over the time in which there was one, and the most.
    public var slots: Double = 0
    public var mostSlots = 0
    /// Lengths of its unchokes that ended.
    public var unchokes: [Double] = []

    public init(address: String, client: String) {
      self.address = address
      self.client = client
    }

    public var arrives: Double { sessions.first?.lowerBound ?? 0 }
    /// From its arrival.
    public var timeToComplete: Double? { completes.map { $0 - arrives } }
  }

  public var peers: [Peer] = []
  public var duration: Double = 0
  public var pieceCount = 0
  public var pieceLength: Int64 = 0
  public var size: Int64 = 0
  /// By a .torrent file; else as far as messages name pieces.
  public var isMeasureExact = false
  /// Payload bytes from a peer (first index) to another.
  public var bytes: [[Double]] = []

  public init() {}
}
