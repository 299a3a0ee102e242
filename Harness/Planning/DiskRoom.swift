import SwarmTime

/// Room that a run takes on the disk while it lasts, beside the payload itself.
public struct DiskRoom: Hashable, Sendable {
  /// Peers that hold a copy there.
  public let copies: Int
  /// Bytes of those copies, once all are whole.
  public let copyBytes: Int64
  /// Bytes of the capture, rather too many than too few.
  public let captureBytes: Int64

  public var bytes: Int64 { Self.whole(Double(copyBytes) + Double(captureBytes)) }

  public init(_ plan: Plan) {
    let inMemory = plan.withOwnDisks
    // Our own seeds read the payload itself.
    let holders = plan.peers.filter { peer in
      !inMemory.contains(peer.name) && (peer.role == .leecher || peer.client.kind == .command)
    }
    copies = holders.count
    copyBytes = Self.whole(Self.sum(holders) { Double(plan.wantedBytes(of: $0)) })
    let estimate = Self.whole(Self.capture(plan))
    captureBytes = min(estimate, plan.capture.atMostBytes ?? estimate)
  }

  /// What goes over the wire once: an eighth more than the blocks for everything around them, a HAVE of each piece for as
  /// many connections as clients commonly hold, and a little for whoever is there.
  private static func capture(_ plan: Plan) -> Double {
    let wanted = sum(plan.peers.filter { $0.role == .leecher }) { Double(plan.wantedBytes(of: $0)) }
    let payload = min(wanted, mostUploaded(plan))
    let pieces = payload / Double(max(1, plan.payload.pieceLengthBytes))
    let haves = pieces * Double(min(connections, plan.peers.count)) * bytesOfHave
    // Blocks that are not to be kept are holes in the file as far as they fill pages of it, which half of each surely
    // does. What another program encrypts is held back from nobody.
    let isSparse = plan.capture.keep != .full && plan.peers.allSatisfy { $0.client.kind == .native }
    return payload * (isSparse ? 0.5 : 1) + payload / 8 + haves + Double(plan.peers.count) * bytesOfPeer
  }

  private static let connections = 50
  /// A frame for itself and its acknowledgement, with their headers in the file.
  private static let bytesOfHave = 180.0
  private static let bytesOfPeer = 65536.0

  /// Bytes that all limits together let through in the time given; infinite where somebody has none.
  private static func mostUploaded(_ plan: Plan) -> Double {
    let senders = plan.server.map { [$0] } ?? plan.peers
    let changes = plan.faults.filter { $0.upload != nil }
    return sum(senders) { peer in
      let later = changes.filter { $0.peers.contains(peer.name) }.compactMap(\.uploadLimit)
      guard let limit = peer.upload else { return .infinity }
      let limits = ([limit] + later).compactMap { peer.uploadInForce(of: $0) }
      let rate = limits.map(\.bytesPerSecond).max() ?? 0
      return Double(rate) * plan.until.within.seconds + Double(limits.map(\.burstBytes).max() ?? 0)
    }
  }

  private static func sum(_ peers: [PeerPlan], _ bytes: (PeerPlan) -> Double) -> Double {
    peers.reduce(0) { $0 + bytes($1) }
  }

  private static func whole(_ bytes: Double) -> Int64 { Int64(min(9e18, bytes.rounded(.up))) }
}

extension Plan {
  /// Peers whose disk a fault fills, and who have one of their own, in memory, for that.
  public var withOwnDisks: Set<String> { Set(faults.filter { $0.kind == .fullDisk }.flatMap(\.peers)) }
}
