/// Addresses that could be dialled, those being dialled, and those connected to by us.
struct ContactBook: Sendable {
  /// Oldest first; bounded, since a remote can make it grow.
  private(set) var candidates: [PeerAddress] = []
  private(set) var dialling: [PeerAddress] = []
  /// Peer ids that are not talked to again; the oldest is forgotten for the newest.
  private(set) var banned: [[UInt8]] = []
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

  mutating func ban(_ peerID: [UInt8]) {
    if banned.count == Self.maximumBanned { banned.removeFirst() }
    banned.append(peerID)
  }

  mutating func failed(_ address: PeerAddress) { dialling.removeAll { $0 == address } }
  mutating func connected(_ address: PeerAddress) { dialling.removeAll { $0 == address } }
}
