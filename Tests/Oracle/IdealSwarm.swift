public import PeerCore
public import SwarmTime
public import Wire

/// Cores on ideal links with a discrete-event clock: what a real swarm should show, in a moment of real time.
///
/// Every message and every block takes the same delay and nothing is lost; upload and download limits are the cores' own.
public struct IdealSwarm {
  public struct Member {
    /// Swarm bytes per swarm second; nil is unlimited.
    public var upload: Int64?
    public var download: Int64?
    public var isSeed = false
    public var arrives = SwarmInstant.zero
    /// When it is gone without a word, if at all.
    public var departs: SwarmInstant?
    /// How long it stays once complete; nil is to the end.
    public var staysFor: SwarmDuration?
    /// What runs there: by default a peer that keeps the rules.
    public var make: (PeerConfiguration) throws -> AnyPeer = { AnyPeer(Peer($0)) }

    public init(upload: Int64?, download: Int64? = nil, isSeed: Bool = false, arrives: SwarmInstant = .zero) {
      self.upload = upload
      self.download = download
      self.isSeed = isSeed
      self.arrives = arrives
    }
  }

  /// What goes over the wire between two members, when it leaves.
  public struct Crossing {
    public enum Content: Hashable {
      case opened
      case message(PeerMessage)
      case block(Block)
      case closed
    }
    public var at: SwarmInstant
    public var from: Int
    public var to: Int
    /// One number for each connection.
    public var connection: Int
    public var content: Content
  }

  public struct Outcome {
    /// When each member had every piece; nil for one that never did, and for seeds.
    public var completed: [SwarmInstant?]
    /// When each member was gone for good; nil for one that stayed.
    public var departed: [SwarmInstant?]
    /// Payload bytes sent, by member and receiver.
    public var sent: [[Int64]]
    /// Bytes that came and were of no use.
    public var discardedBytes: Int64 = 0
    /// Pieces whose hash was wrong, by member.
    public var refusedPieces: [Int]
    /// Pieces that hold zeros and were taken for valid, by member.
    public var damagedPieces: [Int]
    /// Peer ids that each member has gone by.
    public var identities: [Int]
    /// Last completion.
    public var makespan = SwarmDuration.zero
    public var events = 0
  }

  public var pieceLength: Int64
  public var pieceCount: Int
  public var members: [Member]
  /// Of every message and block, one way.
  public var delay = SwarmDuration.milliseconds(10)
  /// Between `.verify` and its answer.
  public var hashing = SwarmDuration.milliseconds(1)
  public var supportsFast = true
  public var randomSeed: UInt64 = 1
  public var horizon = SwarmInstant.seconds(2000)
  /// Whether to go on until the horizon when everybody is complete.
  public var goesOn = false
  /// Sees all that is sent.
  public var watch: ((Crossing) -> Void)?

  public init(pieceLength: Int64, pieceCount: Int, members: [Member]) {
    self.pieceLength = pieceLength
    self.pieceCount = pieceCount
    self.members = members
  }

  public var size: Int64 { pieceLength * Int64(pieceCount) }

  public func run() throws -> Outcome {
    var run = try SwarmRun(self)
    return run.run()
  }

  func configuration(_ index: Int) -> PeerConfiguration {
    PeerConfiguration(
      totalLength: size, pieceLength: pieceLength,
      havePieces: Array(repeating: members[index].isSeed, count: pieceCount),
      upload: members[index].upload.map { RateLimit(bytesPerSecond: $0) },
      download: members[index].download.map { RateLimit(bytesPerSecond: $0) },
      randomSeed: RandomSeed.derive(from: randomSeed, name: "\(index)"),
      peerID: Array("-SL0001-".utf8) + (0..<12).map { UInt8($0 == 11 ? index % 256 : $0 == 10 ? index / 256 : 7) },
      ownAddress: PeerAddress(ipv4: 0x7F40_0001 + UInt32(index) << 8, port: 7000))
  }
}
