/// How a tracker behaves.
public struct TrackerSettings: Hashable, Sendable {
  /// Swarm seconds between two announces of a peer.
  public var interval: Int
  /// How many peers an answer names at most; also the number when the asker names none.
  public var maximumPeers: Int
  /// Decides which peers are named to whom.
  public var randomSeed: UInt64
  /// Believe the `ip` of an announce rather than the connection's source: for peers behind an address translation of
  /// one's own, never in a swarm of strangers.
  public var honoursIP: Bool

  public init(interval: Int = 1800, maximumPeers: Int = 50, randomSeed: UInt64 = 0, honoursIP: Bool = false) {
    precondition(interval > 0 && maximumPeers >= 0)
    self.interval = interval
    self.maximumPeers = maximumPeers
    self.randomSeed = randomSeed
    self.honoursIP = honoursIP
  }
}
