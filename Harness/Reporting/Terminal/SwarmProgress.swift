public import SwarmTime

/// What the live display shows: an approximation, for the eyes only. Verdicts come from the capture, afterwards.
public struct SwarmProgress: Sendable {
  public var now: SwarmInstant
  /// When the run ends at the latest.
  public var deadline: SwarmInstant
  public var speed: Double
  /// Pieces of the payload.
  public var pieces: Int
  public var pieceLength: Int64
  /// In the order of the plan.
  public var peers: [Peer]

  public struct Peer: Sendable {
    public enum State: Sendable, Hashable { case waiting, active, complete, left, died }
    public var name: String
    public var group: String
    public var isSeed: Bool
    public var expected: Bool
    public var held: Int
    /// Bytes per swarm second.
    public var upload: Int64
    public var download: Int64
    public var state: State

    public init(
      name: String, group: String, isSeed: Bool, expected: Bool, held: Int = 0, upload: Int64 = 0, download: Int64 = 0,
      state: State = .waiting
    ) {
      self.name = name
      self.group = group
      self.isSeed = isSeed
      self.expected = expected
      self.held = held
      self.upload = upload
      self.download = download
      self.state = state
    }
  }

  public init(
    now: SwarmInstant, deadline: SwarmInstant, speed: Double, pieces: Int, pieceLength: Int64, peers: [Peer]
  ) {
    self.now = now
    self.deadline = deadline
    self.speed = speed
    self.pieces = pieces
    self.pieceLength = pieceLength
    self.peers = peers
  }

  var expected: [Peer] { peers.filter(\.expected) }
  var completed: Int { expected.filter { $0.held >= pieces && pieces > 0 }.count }

  /// Share of the pieces that those who are expected to complete hold, in per mille.
  var perMille: Int {
    let all = expected.count * pieces
    return all == 0 ? 0 : expected.reduce(0) { $0 + min($1.held, pieces) } * 1000 / all
  }

  /// Swarm time left at the present pace, never beyond the deadline: the longest of what all together and what each
  /// peer by itself still needs. Nil while nothing flows.
  var left: SwarmDuration? {
    let missing = expected.filter { $0.held < pieces && $0.state != .died && $0.state != .left }
    guard !missing.isEmpty else { return .zero }
    func seconds(_ peers: [Peer]) -> Double? {
      let bytes = peers.reduce(0) { $0 + Int64(pieces - $1.held) * pieceLength }
      let rate = peers.reduce(0) { $0 + $1.download }
      return rate > 0 ? Double(bytes) / Double(rate) : nil
    }
    guard let together = seconds(missing) else { return nil }
    let slowest = missing.compactMap { seconds([$0]) }.max() ?? together
    // A single peer's rate swings by the second: it may at most double what all together say.
    let estimate = SwarmDuration.seconds(min(max(together, slowest), 2 * together))
    return min(estimate, max(.zero, deadline - now))
  }
}
