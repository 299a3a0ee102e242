import SwarmTime
import Wire

/// Who is connected.
extension Peer {
  mutating func learned(_ addresses: [PeerAddress], _ actions: inout ActionQueue) {
    for address in addresses where address != configuration.ownAddress { contacts.add(address) }
    dial(&actions)
  }

  mutating func dial(_ actions: inout ActionQueue) {
    guard isStarted else { return }
    let initiated = open.reduce(0) { $0 + (remotes[$1].peer.initiatedByUs ? 1 : 0) }
    while initiated + contacts.dialling.count < configuration.maximumInitiated,
      open.count + contacts.dialling.count < configuration.maximumConnections
    {
      let (remotes, open, isComplete, seeds) = (remotes, open, isComplete, contacts.seeds)
      let next = contacts.takeCandidate { address in
        !(isComplete && seeds.contains(address))
          && !open.contains { remotes[$0].peer.address.ipv4 == address.ipv4 && remotes[$0].isListening(at: address) }
      }
      guard let next else { break }
      actions.append(.dial(next))
    }
  }

  mutating func connected(_ slot: Int, _ peer: RemotePeer, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    if peer.initiatedByUs { contacts.connected(peer.address) }
    while remotes.count <= slot {
      remotes.append(Remote(peer: peer, pieceCount: 0, at: now))
    }
    remotes[slot] = Remote(peer: peer, pieceCount: table.pieceCount, at: now)
    serials += 1
    remotes[slot].serial = serials
    if let reason = refusal(of: peer, now, &actions) {
      actions.append(.close(ConnectionSlot(slot), reason: reason))
      return
    }
    remotes[slot].isOpen = true
    open.insert(slot, at: open.firstIndex { $0 > slot } ?? open.endIndex)
    greet(slot, &actions)
  }

  /// Why a new connection is not kept; nil to keep it. May close an older one in its favour.
  private mutating func refusal(of peer: RemotePeer, _ now: SwarmInstant, _ actions: inout ActionQueue) -> String? {
    if peer.peerID == configuration.peerID { return "connected to ourselves" }
    if contacts.banned.contains(peer.peerID) { return "it has sent a bad piece" }
    if let older = open.first(where: { remotes[$0].peer.peerID == peer.peerID }) {
      guard prefersNewer(peer, over: remotes[older], now) else { return "duplicate connection" }
      drop(older, reason: "duplicate connection", now, &actions)
    }
    if open.count >= configuration.maximumConnections { return "peer set full" }
    return nil
  }

  /// Two connections with one peer id: from one address (both sides dialled at once) both keep the one that the smaller
  /// peer id initiated. From another address the newer, if the old one has delivered nothing for 2 s.
  private func prefersNewer(_ newer: RemotePeer, over older: Remote, _ now: SwarmInstant) -> Bool {
    if newer.address.ipv4 != older.peer.address.ipv4 { return now - older.lastDelivery >= .seconds(2) }
    if newer.initiatedByUs == older.peer.initiatedByUs { return now - older.lastDelivery >= .seconds(2) }
    let weAreSmaller = configuration.peerID.lexicographicallyPrecedes(newer.peerID)
    return newer.initiatedByUs == weAreSmaller
  }

  /// A keep-alive to whom we have told nothing for long; who has told us nothing for twice as long is gone (BEP 3: "two
  /// minutes").
  mutating func keepAlive(_ now: SwarmInstant, _ actions: inout ActionQueue) {
    for slot in Array(open) {
      if now - remotes[slot].lastHeard >= .seconds(240) {
        drop(slot, reason: "silent for 240 s", now, &actions)
      } else if now - remotes[slot].lastSaid >= .seconds(100) {
        send(.keepAlive, to: slot, &actions)
      }
    }
  }

  /// Closes a connection of ours; the shell's `.closed` for it finds nothing more to do.
  mutating func drop(_ slot: Int, reason: String, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    actions.append(.close(ConnectionSlot(slot), reason: reason))
    closed(slot, now, &actions)
  }

  mutating func closed(_ slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard isOpen(slot) else { return }
    if table.isComplete, remotes[slot].pieces.isFull {
      let peer = remotes[slot].peer
      contacts.met(seed: peer.address, port: peer.initiatedByUs ? peer.address.port : remotes[slot].listenPort)
    }
    releaseRequests(of: slot)
    table.lost(all: remotes[slot].pieces)
    forgetPromises(to: slot)
    queuedUploads -= remotes[slot].uploads.count
    let heldSlot = remotes[slot].isUnchoked
    remotes[slot] = Remote(peer: remotes[slot].peer, pieceCount: 0, at: now)
    open.removeAll { $0 == slot }
    if heldSlot { fillVacancies(now, &actions) }
    requestsDue = true
    dial(&actions)
  }
}

extension Remote {
  /// Whether this connection is with the peer that listens at `address`, as far as can be told: an incoming connection
  /// shows its address but not its listening port, and every address is one peer's unless ports say otherwise.
  func isListening(at address: PeerAddress) -> Bool {
    peer.initiatedByUs ? peer.address == address : listenPort == nil || listenPort == address.port
  }
}
