import Planning
import SwarmTime

/// How many copies of each piece were among the peers that were there, over the run.
public struct AvailabilityMetrics: Hashable, Sendable {
  /// At each tenth of the run, its beginning and end included.
  public var samples: [Sample] = []
  /// How long some piece had no copy at all, and how long one at most, nanoseconds.
  public var absent: Int64 = 0
  public var scarce: Int64 = 0

  public struct Sample: Hashable, Sendable {
    /// Swarm nanoseconds.
    public var at: Int64
    /// Peers that had arrived and not left.
    public var peers: Int
    /// Copies of the rarest piece.
    public var least: Int
    /// Copies of all pieces / pieces.
    public var mean: Fixed?
  }

  private static let tenths: Int64 = 10

  /// A copy counts from the moment at which its holder first said that it has it, or arrived with it, to its departure.
  init(_ scene: Scene) {
    let pieces = scene.holdings.pieceCount
    let end = scene.end.nanoseconds
    guard pieces > 0, end > 0 else { return }
    var changes: [(at: Int64, piece: Int, more: Int)] = []
    var presence: [(at: Int64, more: Int)] = []
    for peer in scene.plan.peers.indices {
      let (arrival, departure) = (scene.arrivals[peer].nanoseconds, scene.departure(peer).nanoseconds)
      guard arrival < departure else { continue }
      presence.append((arrival, 1))
      if departure < end { presence.append((departure, -1)) }
      let hasAll = scene.plan.peers[peer].role == .seed
      for piece in 0..<pieces {
        // A seed has everything, whether or not anybody was there to be told.
        guard let said = hasAll ? arrival : scene.holdings.said(peer, has: piece)?.at.nanoseconds else { continue }
        guard max(said, arrival) < departure else { continue }
        changes.append((max(said, arrival), piece, 1))
        if departure < end { changes.append((departure, piece, -1)) }
      }
    }
    changes.sort { ($0.at, $0.piece, $0.more) < ($1.at, $1.piece, $1.more) }
    walk(changes, presence, pieces, end)
  }

  private mutating func walk(
    _ changes: [(at: Int64, piece: Int, more: Int)], _ presence: [(at: Int64, more: Int)], _ pieces: Int, _ end: Int64
  ) {
    var copies = [Int](repeating: 0, count: pieces)
    // How many pieces have so many copies.
    var having = [Int](repeating: 0, count: presence.count + 2)
    having[0] = pieces
    var total = 0
    var now: Int64 = 0
    func pass(to time: Int64) {
      let until = min(max(time, now), end)
      if having[0] > 0 { absent += until - now }
      if having[0] > 0 || having[1] > 0 { scarce += until - now }
      now = until
    }
    var place = 0
    for tenth in 0...Self.tenths {
      let at = end / Self.tenths * tenth + end % Self.tenths * tenth / Self.tenths
      while place < changes.count, changes[place].at <= at {
        let change = changes[place]
        pass(to: change.at)
        having[copies[change.piece]] -= 1
        copies[change.piece] += change.more
        having[copies[change.piece]] += 1
        total += change.more
        place += 1
      }
      pass(to: at)
      samples.append(
        Sample(
          at: at, peers: presence.reduce(0) { $0 + ($1.at <= at ? $1.more : 0) },
          least: having.firstIndex { $0 > 0 } ?? 0, mean: Fixed(Int64(total), over: Int64(pieces))))
    }
  }
}
