public import Choking
public import PeerCore
public import SwarmTime
public import Wire

/// What a peer process is told before it starts; times and rates are in swarm time.
public struct NodeSettings: Sendable {
  public var metainfo: Metainfo
  /// Folder that holds, or will hold, the payload under its own name.
  public var dataFolder: String
  /// Where we listen, and the address that outgoing connections and announces come from. Port 0 takes any.
  public var listen: PeerAddress
  /// 20 bytes.
  public var peerID: [UInt8]
  public var upload: RateLimit?
  public var download: RateLimit?
  public var randomSeed: UInt64
  public var choking: any ChokingAlgorithm = TitForTat()
  /// Only so many pieces, from the first on, are fetched; nil for all.
  public var wantedPieces: Int?
  /// Tell the tracker and go as soon as everything that is wanted is here, instead of seeding on.
  public var leavesOnCompletion = false
  /// Trust that the payload on disk is whole, instead of hashing it first.
  public var assumesComplete = false
  /// The peer's own events, as JSON lines; nil for none.
  public var eventsFile: String?
  /// Announce addresses in tiers (BEP 12); empty for a swarm without a tracker.
  public var trackers: [[String]]
  /// Addresses to dial, for as long as we are in the swarm, besides those that the tracker gives.
  public var peers: [PeerAddress] = []
  /// Peer exchange (BEP 11), but never in a private torrent (BEP 27).
  public var exchangesPeers = false
  /// How long both handshakes of a connection may take.
  public var handshakeTimeout = SwarmDuration.seconds(20)
  /// Whether the fast extension (BEP 6) is offered; it is spoken where both sides do.
  public var offersFast = true
  /// Makes the peer's logic: the honest one, or one that breaks a rule.
  public var makeLogic: @Sendable (PeerConfiguration) throws -> AnyPeer = { AnyPeer(Peer($0)) }

  /// - Parameter peerID: 20 bytes.
  public init(
    metainfo: Metainfo, dataFolder: String, listen: PeerAddress, peerID: [UInt8], randomSeed: UInt64
  ) {
    self.metainfo = metainfo
    self.dataFolder = dataFolder
    self.listen = listen
    self.peerID = peerID
    self.randomSeed = randomSeed
    trackers = metainfo.trackers
  }

  /// The customary 20 bytes: client, version, and twelve characters drawn from the random seed.
  public static func peerID(randomSeed: UInt64) -> [UInt8] {
    var random = RandomSource(seed: RandomSeed.derive(from: randomSeed, name: "peer id"))
    return ClientName.ownPrefix + random.letters(12)
  }
}

extension NodeSettings {
  /// Whether `tracker` is an address of a form that announces can go to: `http://host[:port]/path` or `udp://host:port`.
  public static func isUsable(tracker: String) -> Bool { TrackerURL(tracker) != nil }
}
