package import SwarmTime
package import Wire

/// One announce over UDP (BEP 15), without its socket: connect if need be, announce, and ask again while nothing comes.
///
/// Retransmitted after 15 * 2^n swarm seconds. A connection id is used for one minute after it came. What does not parse,
/// belongs to another transaction or answers another question is as if it had never come: anybody can send a datagram.
package struct UDPExchange {
  package struct Connection: Hashable, Sendable {
    package var id: UInt64
    package var since: SwarmInstant

    package init(id: UInt64, since: SwarmInstant) {
      self.id = id
      self.since = since
    }

    static let lifetime = SwarmDuration.seconds(60)
    func isFresh(at now: SwarmInstant) -> Bool { now - since < Self.lifetime }
  }

  package enum Step: Hashable {
    case wait
    case send([UInt8])
    case done(AnnounceResponse)
    case failed(TrackerFailure)
  }

  /// BEP 15: n rises to 8, which is 3,840 s.
  package static let mostRetries = 8
  private static let patience = SwarmDuration.seconds(15)

  private let request: AnnounceRequest
  private let retries: Int
  private let leastWait: SwarmDuration
  private var random: RandomSource
  private var transaction: UInt32 = 0
  private var tries = 0
  private var isConnecting = false
  private var hasReconnected = false
  /// For the next announces at the same tracker.
  private(set) package var connection: Connection?
  /// When `timeout` is to be called.
  private(set) package var due = SwarmInstant.distantFuture

  /// - Parameters:
  ///   - connection: from an earlier exchange with this tracker.
  ///   - retries: how often a question is asked again.
  ///   - leastWait: what the machine may need for an answer, at any speed.
  package init(
    _ request: AnnounceRequest, connection: Connection?, retries: Int = Self.mostRetries,
    leastWait: SwarmDuration = .zero, random: RandomSource
  ) {
    self.request = request
    self.connection = connection
    self.retries = retries
    self.leastWait = leastWait
    self.random = random
  }

  /// The first question.
  package mutating func begin(at now: SwarmInstant) -> [UInt8] { ask(now) }

  /// Nothing came until `due`.
  package mutating func timeout(at now: SwarmInstant) -> Step {
    guard tries < retries else { return .failed(.timedOut) }
    tries += 1
    return .send(ask(now))
  }

  /// A datagram came from the tracker's address.
  package mutating func take(_ datagram: some RandomAccessCollection<UInt8>, at now: SwarmInstant) -> Step {
    guard let answer = try? UDPTrackerResponse(parsing: datagram, .ipv4), answer.transaction == transaction else {
      return .wait
    }
    switch answer {
    case .connect(_, let id):
      guard isConnecting else { return .wait }
      connection = Connection(id: id, since: now)
      tries = 0
      return .send(ask(now))
    case .announce(_, let response): return isConnecting ? .wait : .done(response)
    case .scrape: return .wait
    case .error(_, let reason):
      connection = nil
      // The id may be too old for a tracker that was started anew; with a new one the announce is worth a second try.
      guard !isConnecting, !hasReconnected else { return .failed(.refused(reason)) }
      hasReconnected = true
      return .send(ask(now))
    }
  }

  private mutating func ask(_ now: SwarmInstant) -> [UInt8] {
    due = now + max(leastWait, Self.patience * (1 << tries))
    transaction = UInt32(truncatingIfNeeded: random.next() >> 32)
    if let connection, connection.isFresh(at: now) {
      isConnecting = false
      return UDPTrackerRequest.announce(connection: connection.id, transaction: transaction, request).encoded
    }
    connection = nil
    isConnecting = true
    return UDPTrackerRequest.connect(transaction: transaction).encoded
  }
}
