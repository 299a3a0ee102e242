/// Peers that we need not meet again, or never want to. The oldest is forgotten for the newest.
struct PeersMet: Sendable {
  /// Seeds and partial seeds (BEP 21), met while we were either: they have nothing to say to each other, so that they are not
  /// dialled again, however often the tracker names them. The port is nil where an incoming connection did not tell it.
  private var seeds = Recent<Seed>(capacity: 1000)
  /// Whose peer id an address that we dialled showed: an address of our own, or a second one of a peer that is
  /// connected, is not dialled again.
  private var identities = Recent<Identity>(capacity: 256)
  private var bannedAddresses = Recent<UInt32>(capacity: 256)

  private struct Seed: Hashable, Sendable {
    var ipv4: UInt32
    var port: UInt16?
  }

  private struct Identity: Hashable, Sendable {
    var address: PeerAddress
    var peerID: [UInt8]
  }

  mutating func add(seed address: PeerAddress, port: UInt16?) { seeds.add(Seed(ipv4: address.ipv4, port: port)) }

  func isSeed(_ address: PeerAddress) -> Bool {
    seeds.contains { $0.ipv4 == address.ipv4 && ($0.port == nil || $0.port == address.port) }
  }

  mutating func add(_ peerID: [UInt8], at address: PeerAddress) {
    identities.removeAll { $0.address == address }
    identities.add(Identity(address: address, peerID: peerID))
  }

  func peerID(at address: PeerAddress) -> [UInt8]? { identities.first { $0.address == address }?.peerID }

  /// Who has sent what is not the payload is not talked to again, under whatever id. Its id is not banned: that is what
  /// it says of itself, and may be another's.
  mutating func ban(_ ipv4: UInt32) { bannedAddresses.add(ipv4) }

  func isBanned(_ address: PeerAddress) -> Bool { bannedAddresses.contains { $0 == address.ipv4 } }
}

/// Distinct values in the order of their coming, at most so many.
struct Recent<Value: Hashable & Sendable>: Sendable {
  private var values: [Value] = []
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  mutating func add(_ value: Value) {
    guard !values.contains(value) else { return }
    if values.count == capacity { values.removeFirst() }
    values.append(value)
  }

  mutating func removeAll(where isOut: (Value) -> Bool) { values.removeAll(where: isOut) }
  func contains(where fits: (Value) -> Bool) -> Bool { values.contains(where: fits) }
  func first(where fits: (Value) -> Bool) -> Value? { values.first(where: fits) }
}
