/// How peers may speak to a tracker; over both, on the same port number.
public enum TrackerTransport: String, Hashable, Sendable, CaseIterable {
  case http
  /// BEP 15.
  case udp
  case both

  public var includesHTTP: Bool { self != .udp }
  public var includesUDP: Bool { self != .http }
}

/// How a tracker behaves.
public struct TrackerSettings: Hashable, Sendable {
  /// Swarm seconds between two announces of a peer.
  public var interval: Int
  /// Swarm seconds before which a peer is asked not to announce without an event; nil says nothing. HTTP only, since
  /// BEP 15 has no room for it.
  public var minimumInterval: Int?
  /// How many peers an answer names at most; also the number when the asker names none.
  public var maximumPeers: Int
  /// Decides which peers are named to whom.
  public var randomSeed: UInt64
  /// Believe the `ip` of an announce rather than the connection's source, and tell its `ipv6` (BEP 7) too: for peers
  /// behind an address translation of one's own, never in a swarm of strangers.
  public var honoursIP: Bool
  public var transport: TrackerTransport
  /// How many torrents, peers of each, and peers in all are remembered at most; newcomers beyond are refused, so that
  /// strangers cannot fill the memory.
  public var mostTorrents = 1 << 16
  public var mostPeersOfTorrent = 1 << 16
  public var mostPeers = 1 << 18
  /// HTTP connections at once; a newcomer gets the place of one that has long asked nothing. Each costs a descriptor: a
  /// program that may not open so many lowers it.
  public var mostConnections = 4096

  public init(
    interval: Int = 1800, minimumInterval: Int? = nil, maximumPeers: Int = 50, randomSeed: UInt64 = 0,
    honoursIP: Bool = false, transport: TrackerTransport = .http
  ) {
    precondition(interval > 0 && maximumPeers >= 0)
    self.interval = interval
    self.minimumInterval = minimumInterval
    self.maximumPeers = maximumPeers
    self.randomSeed = randomSeed
    self.honoursIP = honoursIP
    self.transport = transport
  }
}
