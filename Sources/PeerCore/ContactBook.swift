import SwarmTime

/// Addresses that could be dialled, those being dialled, and what is remembered of whom we met. All of it is bounded, since
/// a remote can make it grow.
struct ContactBook: Sendable {
  /// Who told us of an address.
  enum Origin: Sendable {
    /// Given before the start: tried for as long as we live.
    case given
    case tracker
    /// Another peer (BEP 11): believed last, and only so many of them.
    case exchange
  }

  struct Contact: Sendable {
    var address: PeerAddress
    var origin: Origin
    /// Dials in a row that came to nothing.
    var failures = 0
    /// Not to be dialled sooner.
    var notBefore = SwarmInstant.distantPast
  }

  /// In the order in which they were learned.
  private(set) var waiting: [Contact] = []
  private(set) var dialling: [Contact] = []
  /// The next instant at which somebody who waits may be dialled again.
  private(set) var nextRetry: SwarmInstant?
  var met = PeersMet()

  private static let maximumWaiting = 1000
  private static let maximumExchanged = 200
  private static let firstBackoff = SwarmDuration.seconds(1)
  /// 1, 2, 4 … 32 s between one dial and the next.
  private static let mostDoublings = 5
  private static let mostFailures = 6

  mutating func add(_ address: PeerAddress, from origin: Origin) {
    guard address.port > 0, !isDialling(address) else { return }
    if let place = waiting.firstIndex(where: { $0.address == address }) {
      if waiting[place].origin == .exchange { waiting[place].origin = origin }
      return
    }
    guard waiting.count < Self.maximumWaiting else { return }
    if origin == .exchange, waiting.count(where: { $0.origin == .exchange }) >= Self.maximumExchanged { return }
    waiting.append(Contact(address: address, origin: origin))
  }

  /// Who told us of it has lost it; nothing is known of it from elsewhere.
  mutating func forget(exchanged address: PeerAddress) {
    waiting.removeAll { $0.origin == .exchange && $0.address == address }
  }

  /// The first that may be dialled now. Those that are not wanted are forgotten, but for the given ones.
  mutating func takeNext(at now: SwarmInstant, where isWanted: (PeerAddress) -> Bool) -> PeerAddress? {
    var place = 0
    while place < waiting.count {
      let contact = waiting[place]
      guard contact.notBefore <= now else {
        place += 1
        continue
      }
      if isWanted(contact.address) {
        dialling.append(waiting.remove(at: place))
        return contact.address
      }
      if contact.origin == .given { place += 1 } else { waiting.remove(at: place) }
    }
    return nil
  }

  mutating func scheduleRetry(after now: SwarmInstant) {
    nextRetry = waiting.lazy.map(\.notBefore).filter { $0 > now }.min()
  }

  func isDialling(_ address: PeerAddress) -> Bool { dialling.contains { $0.address == address } }

  /// A dial gave no connection with handshakes: the next one comes later, each time twice as much. After six an address
  /// that was not given is forgotten, and one that only a peer named after two.
  mutating func failed(_ address: PeerAddress, at now: SwarmInstant) {
    guard let place = dialling.firstIndex(where: { $0.address == address }) else { return }
    comeToNothing(dialling.remove(at: place), at: now)
  }

  mutating func connected(_ address: PeerAddress) -> Contact? {
    guard let place = dialling.firstIndex(where: { $0.address == address }) else { return nil }
    return dialling.remove(at: place)
  }

  /// A connection to a contact is over, after a message or before the first.
  mutating func lost(_ contact: Contact, wasUseful: Bool, at now: SwarmInstant) {
    guard wasUseful else { return comeToNothing(contact, at: now) }
    guard contact.origin == .given else { return }
    var contact = contact
    contact.failures = 0
    comeToNothing(contact, at: now)
  }

  private mutating func comeToNothing(_ contact: Contact, at now: SwarmInstant) {
    var contact = contact
    contact.notBefore = now + Self.firstBackoff * (1 << min(contact.failures, Self.mostDoublings))
    contact.failures += 1
    switch contact.origin {
    case .given: break
    case .tracker: guard contact.failures < Self.mostFailures else { return }
    case .exchange: guard contact.failures < 2 else { return }
    }
    guard !waiting.contains(where: { $0.address == contact.address }) else { return }
    waiting.append(contact)
    nextRetry = min(nextRetry ?? .distantFuture, contact.notBefore)
  }
}
