import SwarmTime
import Wire

/// What peer exchange knows of one connection.
struct ExchangeState: Sendable {
  /// The id under which the remote takes our messages; 0 where it takes none.
  var theirID: UInt8 = 0
  /// Whom it was told of and not told to forget: no more than are connected and have been dropped since.
  var told: [PeerAddress] = []
  var nextDue = SwarmInstant.distantPast
  /// When its last message was read.
  var heardAt = SwarmInstant.distantPast
}

/// Peer exchange (BEP 11): others learn to whom we are connected, and we dial whom they name. A message tells what has
/// changed since the last one to the same peer, and nothing is sent where nothing has.
extension Peer {
  /// The id under which we take messages.
  static let exchangeID: UInt8 = 1
  /// BEP 11: "no more frequently than once per minute".
  static let exchangeInterval = SwarmDuration.seconds(60)
  /// Messages that come faster are not read; with some tolerance, since they may have waited behind payload.
  private static let leastExchangeInterval = SwarmDuration.seconds(30)

  mutating func tellConnections(_ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard configuration.exchangesPeers else { return }
    let takers = open.filter { remotes[$0].exchange.theirID > 0 && remotes[$0].exchange.nextDue <= now }
    guard !takers.isEmpty else { return }
    let connected = open.compactMap { slot in listener(slot).map { (slot: slot, contact: $0) } }
    for slot in takers {
      let news = news(for: slot, connected)
      guard !news.added.isEmpty || !news.dropped.isEmpty else { continue }
      remotes[slot].exchange.nextDue = now + Self.exchangeInterval
      send(.extended(id: remotes[slot].exchange.theirID, news.encoded), to: slot, &actions)
    }
  }

  /// What is to be told to one peer, and is held for told.
  private mutating func news(
    for slot: Int, _ connected: [(slot: Int, contact: PeerExchange.Contact)]
  ) -> PeerExchange {
    let told = remotes[slot].exchange.told
    let others = connected.filter { $0.slot != slot }.map(\.contact)
    let here = others.map { PeerAddress(ipv4: $0.ipv4, port: $0.port) }
    let added = zip(others, here).filter { !told.contains($1) }.prefix(PeerExchange.mostContacts)
    let dropped = told.filter { !here.contains($0) }.prefix(PeerExchange.mostContacts)
    remotes[slot].exchange.told = told.filter { !dropped.contains($0) } + added.map(\.1)
    return PeerExchange(
      added: added.map(\.0), dropped: dropped.map { PeerExchange.Contact(ipv4: $0.ipv4, port: $0.port) })
  }

  /// Where a connected peer can be dialled, if that is known.
  private func listener(_ slot: Int) -> PeerExchange.Contact? {
    let peer = remotes[slot].peer
    guard let port = peer.initiatedByUs ? peer.address.port : remotes[slot].listenPort else { return nil }
    var flags: PeerExchange.Flags = []
    if remotes[slot].isUploadOnly { flags.insert(.isSeed) }
    if peer.initiatedByUs { flags.insert(.isReachable) }
    return PeerExchange.Contact(ipv4: peer.address.ipv4, port: port, flags: flags)
  }

  mutating func heardExtended(
    _ id: UInt8, _ payload: [UInt8], from slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue
  ) {
    guard configuration.exchangesPeers, id == Self.exchangeID,
      now - remotes[slot].exchange.heardAt >= Self.leastExchangeInterval
    else { return }
    remotes[slot].exchange.heardAt = now
    guard let exchange = PeerExchange(parsing: payload) else {
      return actions.append(.note("\(slot) sent a peer exchange that cannot be read"))
    }
    for contact in exchange.dropped {
      contacts.forget(exchanged: PeerAddress(ipv4: contact.ipv4, port: contact.port))
    }
    for contact in exchange.added where isUsable(contact) {
      contacts.add(PeerAddress(ipv4: contact.ipv4, port: contact.port), from: .exchange)
    }
    dial(&actions)
  }

  /// Not ourselves, not what no peer can have as its address, and nobody who only uploads where we only upload.
  private func isUsable(_ contact: PeerExchange.Contact) -> Bool {
    let address = PeerAddress(ipv4: contact.ipv4, port: contact.port)
    let isUnicast = (1..<224).contains(contact.ipv4 >> 24)
    return isUnicast && address != configuration.ownAddress && !(table.lacksNothing && contact.flags.contains(.isSeed))
  }
}
