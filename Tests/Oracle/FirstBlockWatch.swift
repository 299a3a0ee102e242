import PeerCore
public import SwarmTime
import Wire

/// Follows how long members wait for their first block from one other: from the first request on which they may count to
/// the block, or to a choke, which ends the wait unserved.
public final class FirstBlockWatch {
  public struct Wait: Hashable, Sendable {
    public var member: Int
    public var from: SwarmInstant
    public var until: SwarmInstant
    public var isServed: Bool
    /// What it asked for first, and whether somebody beside the server had announced that already, or asked the server
    /// for it before: what comes of it is a second copy.
    public var piece: UInt32
    public var wasElsewhere: Bool
    public var wasAskedByAnother: Bool

    public var length: SwarmDuration { until - from }
  }

  public private(set) var waits: [Wait] = []

  private let server: Int
  private var open: [Int: Wait] = [:]
  private var unchoked: Set<Int> = []
  private var served: Set<Int> = []
  private var announced: Set<UInt32> = []
  private var asked: [UInt32: Int] = [:]

  public init(server: Int) { self.server = server }

  public func see(_ crossing: IdealSwarm.Crossing) {
    let (from, to, at) = (crossing.from, crossing.to, crossing.at)
    switch crossing.content {
    case .message(.unchoke) where from == server: unchoked.insert(to)
    case .message(.choke) where from == server:
      unchoked.remove(to)
      end(to, at, isServed: false)
    case .message(.have(let piece)) where from != server: announced.insert(piece)
    case .message(.request(let block)) where to == server:
      if open[from] == nil, unchoked.contains(from), !served.contains(from) {
        open[from] = Wait(
          member: from, from: at, until: at, isServed: false, piece: block.piece,
          wasElsewhere: announced.contains(block.piece),
          wasAskedByAnother: asked[block.piece].map { $0 != from } ?? false)
      }
      if asked[block.piece] == nil { asked[block.piece] = from }
    case .block where from == server:
      served.insert(to)
      end(to, at, isServed: true)
    default: break
    }
  }

  private func end(_ member: Int, _ at: SwarmInstant, isServed: Bool) {
    guard var wait = open.removeValue(forKey: member) else { return }
    (wait.until, wait.isServed) = (at, isServed)
    waits.append(wait)
  }
}
