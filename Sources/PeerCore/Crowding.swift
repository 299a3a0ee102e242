import SwarmTime

/// Who gives way when the peer set is full.
///
/// Half of the places are for peers that we dial (`PeerConfiguration.maximumInitiated`): whoever could fill them all from
/// outside would choose whom we know. Peers that come to us may have what is left of that half, since a peer that knows
/// nobody to dial would else serve forty where it could serve eighty (the tracker's answer to the first of a swarm is
/// empty). When all places are taken, a peer that we have dialled gets the place of one that came to us. (anacrolix/torrent
/// lends places in the same way. mainline stops dialling at a number of peers of either kind, and so leaves it to others.)
extension Peer {
  enum Room {
    case free
    /// That connection is to go.
    case taken(from: Int, reason: String)
    case full
  }

  /// Whether there is room for one more connection.
  ///
  /// One that we dialled gets the place of whoever is of least use among those that came to us. One that comes gets a
  /// place at the expense of an address that holds at least two more than its own does: whoever opens connections by the
  /// hundred gets no more places than others leave. Peers behind one address (NAT) keep all of theirs while there is room.
  mutating func room(for peer: RemotePeer, _ now: SwarmInstant) -> Room {
    guard open.count >= configuration.maximumConnections else { return .free }
    if peer.initiatedByUs {
      return leastUseful(now).map { .taken(from: $0, reason: "its place is for one that we have dialled") } ?? .full
    }
    return lastOfCrowd(beside: peer.address.ipv4).map { .taken(from: $0, reason: "too many from its address") } ?? .full
  }

  /// Of those that came to us one that is not being served, that has brought the least of late, that is one of many from
  /// its address, and that came last: in this order. A flood is newer than what it would drive out.
  private mutating func leastUseful(_ now: SwarmInstant) -> Int? {
    var least: (slot: Int, use: (Int, Int64, Int, Int))?
    for slot in open where !remotes[slot].peer.initiatedByUs {
      let isServed = remotes[slot].isUnchoked && remotes[slot].isInterested
      let brought = remotes[slot].received.bytes(at: now)
      let use = (isServed ? 1 : 0, brought, -connections(from: remotes[slot].peer.address.ipv4), -remotes[slot].serial)
      if let found = least, found.use < use { continue }
      least = (slot, use)
    }
    return least?.slot
  }

  /// Of the largest crowd, if it holds enough, the one that came last.
  private func lastOfCrowd(beside address: UInt32) -> Int? {
    let own = connections(from: address)
    var crowd: (slot: Int, size: Int, serial: Int)?
    for slot in open {
      let size = connections(from: remotes[slot].peer.address.ipv4)
      guard size > own + 1 else { continue }
      if let found = crowd, (found.size, found.serial) > (size, remotes[slot].serial) { continue }
      crowd = (slot, size, remotes[slot].serial)
    }
    return crowd?.slot
  }

  private func connections(from address: UInt32) -> Int { open.count { remotes[$0].peer.address.ipv4 == address } }
}
