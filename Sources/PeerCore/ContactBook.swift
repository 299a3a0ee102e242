/// Addresses that could be dialled, those being dialled, and those connected to by us.
struct ContactBook: Sendable {
  /// Oldest first; bounded, since a remote can make it grow.
  private(set) var candidates: [PeerAddress] = []
  private(set) var dialling: [PeerAddress] = []
  /// Peer ids that are not talked to again; the oldest is forgotten for the newest.
  private(set) var banned: [[UInt8]] = []
  private(set) var seeds = SeedsMet()
  private static let maximumCandidates = 1000
  private static let maximumBanned = 64

  mutating func add(_ address: PeerAddress) {
    guard candidates.count < Self.maximumCandidates, !candidates.contains(address), !dialling.contains(address) else {
      return
    }
    candidates.append(address)
  }

  mutating func takeCandidate(where isWanted: (PeerAddress) -> Bool) -> PeerAddress? {
    while !candidates.isEmpty {
      let address = candidates.removeFirst()
      guard isWanted(address) else { continue }
      dialling.append(address)
      return address
    }
    return nil
  }

  mutating func met(seed address: PeerAddress, port: UInt16?) { seeds.add(address.ipv4, port) }

  mutating func ban(_ peerID: [UInt8]) {
    if banned.count == Self.maximumBanned { banned.removeFirst() }
    banned.append(peerID)
  }

  mutating func failed(_ address: PeerAddress) { dialling.removeAll { $0 == address } }
  mutating func connected(_ address: PeerAddress) { dialling.removeAll { $0 == address } }
}

/// Complete peers that were met while we were complete: two seeds have nothing to say to each other, so that they are not
/// dialled again, however often the tracker names them. The oldest is forgotten for the newest.
struct SeedsMet: Sendable {
  /// The port is nil where an incoming connection did not tell it.
  private var known: [(ipv4: UInt32, port: UInt16?)] = []
  private static let maximum = 1000

  mutating func add(_ ipv4: UInt32, _ port: UInt16?) {
    guard !known.contains(where: { $0.ipv4 == ipv4 && $0.port == port }) else { return }
    if known.count == Self.maximum { known.removeFirst() }
    known.append((ipv4, port))
  }

  func contains(_ address: PeerAddress) -> Bool {
    known.contains { $0.ipv4 == address.ipv4 && ($0.port == nil || $0.port == address.port) }
  }
}
