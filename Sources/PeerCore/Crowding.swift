import SwarmTime

/// Who gives way when the peer set is full.
extension Peer {
  /// Makes room for one more connection from `address` at the expense of an address that holds at least two more than it
  /// does: whoever opens connections by the hundred gets no more places than others leave. Peers behind one address
  /// (NAT) keep all of theirs while there is room.
  ///
  /// - Returns: whether there is room now.
  mutating func makeRoom(for address: UInt32, _ now: SwarmInstant, _ actions: inout ActionQueue) -> Bool {
    guard open.count >= configuration.maximumConnections else { return true }
    let ours = open.count { remotes[$0].peer.address.ipv4 == address }
    var crowd: (slot: Int, size: Int)?
    for slot in open {
      let holder = remotes[slot].peer.address.ipv4
      let size = open.count { remotes[$0].peer.address.ipv4 == holder }
      guard size > ours + 1 else { continue }
      // Of the largest crowd the one that came last.
      if let found = crowd, found.size > size || (found.size == size && isOlder(slot, than: found.slot)) { continue }
      crowd = (slot, size)
    }
    guard let crowd else { return false }
    drop(crowd.slot, reason: "too many from its address", now, &actions)
    return open.count < configuration.maximumConnections
  }

  private func isOlder(_ slot: Int, than other: Int) -> Bool { remotes[slot].serial < remotes[other].serial }
}
