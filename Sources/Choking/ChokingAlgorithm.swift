public import SwarmTime

/// Who is to be unchoked: a function of what is known of each peer, the round and a random generator.
///
/// All memory an honest algorithm needs is in the snapshots, so that every rule can be tested from a table. One that
/// breaks rules may remember more, and so a decision may change it.
public protocol ChokingAlgorithm: Sendable {
  /// Between two rounds; above zero. 10 s (BEP 3) unless it says otherwise.
  var period: SwarmDuration { get }

  /// Decides at a round of the grid, or fills slots that fell free between rounds.
  ///
  /// - Parameter peers: one snapshot for each connection, in slot order. Indices in the answer are places in it.
  mutating func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking

  /// Whether one that waits for a block has its turn; by default all are served in turn, a piece at a time. Asked before
  /// each block, so it must be quick. An algorithm that says `.inTurn` says it to all.
  func turn(of claim: UploadClaim, at now: SwarmInstant) -> UploadTurn
}

extension ChokingAlgorithm {
  public var period: SwarmDuration { .seconds(10) }
  public func turn(of claim: UploadClaim, at now: SwarmInstant) -> UploadTurn { .inTurn }
}

/// Who a connected peer is. No honest algorithm looks at it.
public struct Partner: Hashable, Sendable {
  /// Its IPv4 address, in network order read as a big-endian number.
  public var address: UInt32
  /// 20 bytes, of which the first tell the client's name by custom.
  public var peerID: [UInt8]

  public init(address: UInt32 = 0, peerID: [UInt8] = []) {
    self.address = address
    self.peerID = peerID
  }
}

/// When and for whom a decision is made.
public struct ChokeMoment: Hashable, Sendable {
  public enum Occasion: Hashable, Sendable {
    /// A point of the peer's grid; `number` counts from 0.
    case round(number: Int)
    /// Between rounds: interest, or a slot that fell free. Most algorithms take no slot from who wants it then.
    case vacancy
  }

  public var occasion: Occasion
  public var now: SwarmInstant
  /// We have every piece.
  public var isSeed: Bool
  /// Our upload limit in bytes per second; nil for none.
  public var capacity: Int64?
  /// Pieces of the payload, and the bytes of each but the last.
  public var pieceCount: Int
  public var pieceLength: Int64

  public init(
    occasion: Occasion, now: SwarmInstant, isSeed: Bool, capacity: Int64? = nil, pieceCount: Int = 1,
    pieceLength: Int64 = 1 << 18
  ) {
    self.occasion = occasion
    self.now = now
    self.isSeed = isSeed
    self.capacity = capacity
    self.pieceCount = pieceCount
    self.pieceLength = pieceLength
  }

  var isRound: Bool { if case .round = occasion { true } else { false } }
}

/// The answer: places in the list of snapshots. Everybody else is to be choked.
public struct Unchoking: Hashable, Sendable {
  public var regular: [Int]
  public var optimistic: [Int]
  /// Those chosen now: of `optimistic` those whose tenure begins, of a seed's `regular` those that are newly served.
  public var drawn: [Int]
  /// What is to be in the next snapshots, one for each of these; empty to leave what there is.
  public var memos: [Memo]

  public init(regular: [Int], optimistic: [Int] = [], drawn: [Int] = [], memos: [Memo] = []) {
    self.regular = regular
    self.optimistic = optimistic
    self.drawn = drawn
    self.memos = memos
  }
}
