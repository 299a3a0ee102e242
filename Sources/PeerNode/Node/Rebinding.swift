import Control
import NIOCore
import PeerCore
import Wire

/// Going on at another address: sockets are new, the peer and what it holds are the same.
///
/// The connections of the old address end (where it went silent, nobody hears that); pieces that were begun stay begun,
/// since the logic is only told that its connections are closed. Then the tracker hears from the new address, and those
/// whom we had dialled are dialled from there. Who had dialled us knows us again by the peer id.
extension Node {
  /// A change of address whose socket is not open yet.
  struct Move {
    /// Counts them.
    let number: Int
    /// Whom to dial from there.
    let known: [PeerAddress]
    let asNewPeer: Bool
  }

  func rebind(to text: String, isPolite: Bool, peerID: String?) {
    if case .ended = state { return }
    if case .preparing = state {
      return report(.error(code: "order", text: "rebind came before the peer listened: await “listening” first"))
    }
    guard let new = PeerAddress(text) else {
      return report(.error(code: "order", text: "rebind: expected an IPv4 address and port, found “\(text)”"))
    }
    if let peerID, peerID.utf8.count != 20 {
      return report(.error(code: "order", text: "rebind: expected a peer id of 20 bytes, found \(peerID.utf8.count)"))
    }
    // A move that was not over hands on whom it was to dial, and that they are to meet another peer.
    let known = dialled + (move?.known ?? [])
    let isNew = peerID != nil || move?.asNewPeer ?? false
    moves += 1
    let present = Move(number: moves, known: known, asNewPeer: isNew)
    move = present
    log("rebind", text: "\(address.text) to \(new.text)")
    if isPolite {
      bidFarewell()
    } else {
      udpTracker?.close()
      udpTracker = nil
    }
    let old = listener
    listener = nil
    old?.close(promise: nil)
    // Whoever takes the place of a connection that ends is dialled from the new address.
    address = new
    if let peerID { identity = Array(peerID.utf8) }
    for connection in Array(connections) { connection.close() }
    listen().assumeIsolated().whenComplete { result in
      let isMeant = self.move?.number == present.number
      if isMeant { self.move = nil }
      switch result {
      case .success(let channel):
        // It has moved on meanwhile, or ended: nobody is to reach it here.
        guard isMeant else { return channel.close(promise: nil) }
        self.listener = channel
        self.moved(present.known, asNewPeer: present.asNewPeer)
      case .failure(let error):
        guard isMeant else { return }
        self.report(.error(code: "listen", text: "cannot listen on \(new.text): \(error)"))
      }
    }
  }

  /// Goes on at the same address under another peer id: to others one peer goes and another comes. Only a peer
  /// that breaks rules does so.
  func changeIdentity(to peerID: [UInt8]) {
    guard case .inSwarm = state else { return }
    let known = dialled
    log("identity")
    bidFarewell()
    identity = peerID
    for connection in Array(connections) { connection.close() }
    // Behind the ends of the connections, or none of those addresses would be dialled: they are still connected.
    eventLoop.assumeIsolated().execute { self.goOn(known, asNewPeer: true) }
  }

  /// Addresses of the connections that we have dialled.
  private var dialled: [PeerAddress] {
    connections.compactMap { connection in
      if case .dialled(let target) = connection.origin { target } else { nil }
    }
  }

  private func moved(_ known: [PeerAddress], asNewPeer isNew: Bool) {
    report(.listening(address: address.text))
    goOn(known, asNewPeer: isNew)
  }

  private func goOn(_ known: [PeerAddress], asNewPeer isNew: Bool) {
    guard case .inSwarm = state else { return }
    feed(.moved(address, peerID: identity))
    announceRound += 1
    announces.moved(asNewPeer: isNew, at: now)
    feed(.addressesLearned(known))
    scheduleTurnEnd()
  }
}
