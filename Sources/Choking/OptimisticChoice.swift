public import SwarmTime

/// Who of those that wait is unchoked next without having earned it.
public protocol OptimisticChoosing: Sendable {
  /// - Parameters:
  ///   - pool: places in `peers` of those that may be chosen, rising; at least one.
  ///   - peers: everybody.
  /// - Returns: a place in `pool`; nil to leave the slot empty.
  func choose(from pool: [Int], of peers: [Snapshot], random: inout RandomSource) -> Int?
}

/// The honest ways to choose.
public enum OptimisticChoice: String, OptimisticChoosing, CaseIterable {
  /// By lot and without memory, but that one never yet unchoked on this connection has three times the weight (mainline
  /// 3.4 inserts a new connection at the head of its list with three times the chance of any other place).
  case draw
  /// The next in the order of connections after the one chosen last (mainline 3.4 rotates its list).
  case rotation
  /// Whose last choice is longest past; whoever was never chosen comes before all others, in the order of connections
  /// (libtorrent's rule).
  case longestWaiting = "longest-waiting"

  /// Weight in a draw of one that was never yet unchoked on this connection; of any other 1.
  public static let newcomerWeight = 3.0

  /// Weight of a peer in an honest draw.
  public static func weight(of peer: Snapshot) -> Double { peer.wasUnchoked ? 1 : newcomerWeight }

  public func choose(from pool: [Int], of peers: [Snapshot], random: inout RandomSource) -> Int? {
    switch self {
    case .draw: random.index(weights: pool.map { Self.weight(of: peers[$0]) })
    case .rotation:
      // Before anybody was chosen, the first.
      Self.newest(of: peers).flatMap { last in pool.firstIndex { $0 > last } } ?? 0
    case .longestWaiting:
      pool.indices.min { a, b in
        let (first, second) = (peers[pool[a]].chosenAt, peers[pool[b]].chosenAt)
        return first != second ? first < second : a < b
      }
    }
  }

  /// Place of the peer chosen last.
  private static func newest(of peers: [Snapshot]) -> Int? {
    peers.indices.filter { peers[$0].lastChosen != nil }.max { a, b in
      let (first, second) = (peers[a].chosenAt, peers[b].chosenAt)
      return first != second ? first < second : a < b
    }
  }
}

extension Snapshot {
  /// Before all time if it was never chosen.
  fileprivate var chosenAt: SwarmInstant { lastChosen ?? .distantPast }
}
