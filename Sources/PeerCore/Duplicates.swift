import SwarmTime
import Wire

/// Which of two connections with one peer stays. Both sides must come to the same answer, or none would be left.
extension Peer {
  enum Precedence { case newer, older, theirs }

  /// Both sides dialled, and the connections crossed: an older one is not that young.
  private static let crossing = SwarmDuration.seconds(10)
  /// An older connection that has brought nothing for so long gives way to a newer one.
  private static let silence = SwarmDuration.seconds(2)
  /// How long the other side has for its choice.
  private static let patience = SwarmDuration.seconds(5)

  /// Of two that crossed, both sides keep the one that the greater peer id dialled, as libtorrent does; each order of
  /// arrival gives the same. In every other case only the side that was dialled decides, since each sees other addresses
  /// and other deliveries: the newer one if the older has delivered nothing for 2 s, else the older. The side that
  /// dialled keeps both until then.
  func precedence(of newer: RemotePeer, over older: Remote, _ now: SwarmInstant) -> Precedence {
    let hasMoved = newer.address.ipv4 != older.peer.address.ipv4
    let haveCrossed = newer.initiatedByUs != older.peer.initiatedByUs && now - older.connectedAt < Self.crossing
    if haveCrossed, !hasMoved {
      let weAreGreater = newer.peerID.lexicographicallyPrecedes(configuration.peerID)
      return newer.initiatedByUs == weAreGreater ? .newer : .older
    }
    if newer.initiatedByUs { return .theirs }
    return now - older.lastDelivery >= Self.silence ? .newer : .older
  }

  /// The other side let both live: then we decide.
  mutating func closeLeftDuplicates(_ now: SwarmInstant, _ actions: inout ActionQueue) {
    for slot in Array(open) where isOpen(slot) && remotes[slot].isSecond {
      guard now - remotes[slot].connectedAt >= Self.patience else { continue }
      remotes[slot].isSecond = false
      let older = open.first { other in
        remotes[other].serial < remotes[slot].serial && remotes[other].peer.peerID == remotes[slot].peer.peerID
      }
      guard let older else { continue }
      let isSilent = now - remotes[older].lastDelivery >= Self.silence
      drop(isSilent ? older : slot, reason: "duplicate connection", now, &actions)
    }
  }
}
