import Planning
import SwarmTime

/// Leechers that gave next to nothing, what they got, and what they may expect of those that give. The one place for it:
/// the check `free-rider-penalty` and the figures `freeRide` and `freeRideBound` differ only in what next to nothing is.
struct FreeRiders {
  let riding: [LeecherShare]
  /// The other leechers, by place in the plan.
  let contributors: [Int]
  /// What the fluid models say of a large swarm with full slots, payload bytes a second to each: mean declared uplink of
  /// those that give / (regular slots + 1) * their share of the leechers (Qiu and Srikant, SIGCOMM 2004). Nil where no
  /// plan says it.
  let bound: Int64?
  private let peers: Set<Int>

  /// - Parameters:
  ///   - shares: of all leechers.
  ///   - gives: Who sent less than this share of what it received rides free.
  init(_ shares: [LeecherShare], below gives: Fixed, _ scene: Scene) {
    riding = shares.filter { $0.received > 0 && Double($0.sent) < gives.value * Double($0.received) }
    let peers = Set(riding.map(\.peer))
    contributors = shares.map(\.peer).filter { !peers.contains($0) }
    self.peers = peers
    let uplinks = contributors.compactMap { scene.plan.peers[$0].upload?.bytesPerSecond }
    let slots = contributors.compactMap { scene.plan.peers[$0].profile?.slots }.max()
    if let slots, uplinks.count == contributors.count {
      bound = uplinks.reduce(0, +) / Int64(slots + 1) / Int64(shares.count)
    } else {
      bound = nil
    }
  }

  func contains(_ peer: Int) -> Bool { peers.contains(peer) }

  /// Payload bytes a second that one of them got from leechers, while both were.
  func fromLeechers(_ share: LeecherShare, _ scene: Scene) -> Int64 {
    let bytes = scene.plan.peers.indices.reduce(Int64(0)) { sum, other in
      guard scene.plan.peers[other].role == .leecher else { return sum }
      let end = min(share.span.upperBound, scene.holdings.completions[other]?.at ?? .distantFuture)
      return sum + scene.deliveries.bytes(from: other, to: share.peer, after: .distantPast, through: end)
    }
    return LeecherShare.rate(bytes, share.nanoseconds)
  }

  /// What they got of leechers and of others (seeds, and who was complete), in the mean over them.
  func words(_ scene: Scene) -> String {
    let (count, expected) = (Int64(max(1, riding.count)), bound.map { Wording.rate($0) })
    let leechers = riding.reduce(Int64(0)) { $0 + fromLeechers($1, scene) }
    let all = riding.reduce(Int64(0)) { $0 + $1.receivedRate }
    return "free riders got \(Wording.rate(leechers / count)) each from leechers"
      + (expected.map { " (of a large swarm \($0) are expected)" } ?? "")
      + ", and \(Wording.rate(max(0, all - leechers) / count)) from others"
  }
}
