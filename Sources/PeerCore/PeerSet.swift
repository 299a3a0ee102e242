import SwarmTime
import Wire

/// Who is connected.
extension Peer {
  mutating func learned(_ addresses: [PeerAddress], _ actions: inout ActionQueue) {
    for address in addresses where address != configuration.ownAddress { contacts.add(address, from: .tracker) }
    dial(&actions)
  }

  /// Dials as many as there is room for; who failed before waits for its time.
  ///
  /// - Parameter turningOver: One is dialled even where there is no room, so that a full set is no closed one; if it
  ///   lets us in, it gets the place of one that came to us.
  mutating func dial(turningOver: Bool = false, _ actions: inout ActionQueue) {
    guard isStarted else { return }
    let initiated = open.count { remotes[$0].peer.initiatedByUs }
    let most = min(configuration.maximumInitiated, configuration.maximumConnections)
    var room = configuration.maximumConnections - open.count - contacts.dialling.count
    if turningOver { room = max(1, room) }
    while initiated + contacts.dialling.count < most, room > 0 {
      let view = DialView(
        peerID: configuration.peerID, lacksNothing: table.lacksNothing, remotes: remotes, open: open, met: contacts.met)
      guard let next = contacts.takeNext(at: now, where: view.isWanted) else { break }
      actions.append(.dial(next))
      room -= 1
    }
    contacts.scheduleRetry(after: now)
  }

  mutating func connected(_ slot: Int, _ peer: RemotePeer, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    var contact: ContactBook.Contact?
    if peer.initiatedByUs {
      contact = contacts.connected(peer.address)
      contacts.met.add(peer.peerID, at: peer.address)
    }
    while remotes.count <= slot {
      remotes.append(Remote(peer: peer, pieceCount: 0, at: now))
    }
    remotes[slot] = Remote(peer: peer, pieceCount: table.pieceCount, at: now)
    serials += 1
    remotes[slot].serial = serials
    let reason = refusal(of: peer, in: slot, now, &actions)
    let room = reason == nil ? self.room(for: peer, now) : .full
    if case .full = room {
      actions.append(.close(ConnectionSlot(slot), reason: reason ?? "peer set full"))
      if let contact { contacts.lost(contact, wasUseful: true, at: now) }
      return
    }
    remotes[slot].contact = contact
    remotes[slot].isOpen = true
    open.insert(slot, at: open.firstIndex { $0 > slot } ?? open.endIndex)
    // Only now: nobody else is to be dialled for the place that falls free.
    if case .taken(let other, let reason) = room { drop(other, reason: reason, now, &actions) }
    greet(slot, &actions)
  }

  /// Why a new connection is not kept; nil to keep it. May close an older one in its favour.
  private mutating func refusal(
    of peer: RemotePeer, in slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue
  ) -> String? {
    if peer.peerID == configuration.peerID { return "connected to ourselves" }
    if contacts.met.isBanned(peer.address) { return "it has sent a bad piece" }
    for older in Array(open) where isOpen(older) && remotes[older].peer.peerID == peer.peerID {
      switch precedence(of: peer, over: remotes[older], now) {
      case .newer: drop(older, reason: "duplicate connection", now, &actions)
      case .older: return "duplicate connection"
      case .theirs: remotes[slot].isSecond = true
      }
    }
    return nil
  }

  /// Closes a connection of ours; the shell's `.closed` for it finds nothing more to do.
  mutating func drop(_ slot: Int, reason: String, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    actions.append(.close(ConnectionSlot(slot), reason: reason))
    closed(slot, now, &actions)
  }

  mutating func closed(_ slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard isOpen(slot) else { return }
    if table.lacksNothing, remotes[slot].isUploadOnly {
      let peer = remotes[slot].peer
      contacts.met.add(
        seed: peer.address, port: peer.initiatedByUs ? peer.address.port : remotes[slot].listenPort)
    }
    if let contact = remotes[slot].contact {
      contacts.lost(contact, wasUseful: remotes[slot].sentFirstMessage, at: now)
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

/// Whom it would be of use to dial.
private struct DialView {
  let peerID: [UInt8]
  let lacksNothing: Bool
  let remotes: ContiguousArray<Remote>
  let open: ContiguousArray<Int>
  let met: PeersMet

  func isWanted(_ address: PeerAddress) -> Bool {
    if met.isBanned(address) || lacksNothing && met.isSeed(address) { return false }
    if let id = met.peerID(at: address), id == peerID || open.contains(where: { remotes[$0].peer.peerID == id }) {
      return false
    }
    return !open.contains { remotes[$0].peer.address.ipv4 == address.ipv4 && remotes[$0].isListening(at: address) }
  }
}
