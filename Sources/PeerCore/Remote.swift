import SwarmTime
import Wire

/// What the core knows of one connected peer. Slots are dense; a vacant one has `isOpen` false.
struct Remote: Sendable {
  var isOpen = false
  var peer: RemotePeer
  var connectedAt: SwarmInstant
  /// Any message but the BEP 10 handshake has come: a bitfield is too late now (BEP 3, BEP 6).
  var sentFirstMessage = false

  // What it has
  var pieces: PieceSet
  /// Pieces that it has and we lack: we are interested while this is above 0.
  var wanted = 0

  // Our side towards it
  var unchokedSince: SwarmInstant?
  var optimisticSince: SwarmInstant?
  var wasUnchoked = false
  var isInterested = false
  var uploads = BlockQueue()
  var sent = RateWindow()
  var isWritable = true
  /// Piece that a seed has suggested to it and that it has not asked for yet.
  var suggestedToIt: Int?
  /// Pieces suggested to it or asked for by it, and not announced by it since.
  var promised: [Int] = []

  // Its side towards us
  var isChokingUs = true
  var amInterested = false
  var outstanding = ContiguousArray<OutstandingRequest>()
  /// Asked for and then cancelled; a fast peer still answers each, with the block or a reject.
  var cancelled: [Block] = []
  var received = RateWindow()
  /// Since when it has owed us blocks while unchoking us, or the last block came, whichever is later.
  var waitingSince: SwarmInstant?
  var isSnubbed = false
  /// After a reject while unchoked: nothing is asked for until then.
  var pausedUntil = SwarmInstant.distantPast
  var allowedFast: [Int] = []
  var suggestedByIt: [Int] = []
  /// The piece we are fetching from it; its blocks come first.
  var currentPiece: Int?
  /// `p` of its BEP 10 handshake.
  var listenPort: UInt16?
  /// `reqq` of its BEP 10 handshake.
  var requestQueueLimit = 250

  var deliveredBytes: Int64 = 0
  var lastDelivery: SwarmInstant

  init(peer: RemotePeer, pieceCount: Int, at now: SwarmInstant) {
    self.peer = peer
    connectedAt = now
    lastDelivery = now
    pieces = PieceSet(capacity: pieceCount)
  }

  var isUnchoked: Bool { unchokedSince != nil }
}

struct OutstandingRequest: Sendable {
  var block: Block
}

/// First in, first out, with removal: the blocks that a peer has asked for.
struct BlockQueue: Sendable {
  private var blocks = ContiguousArray<Block>()
  private var head = 0

  var isEmpty: Bool { head == blocks.count }
  var count: Int { blocks.count - head }
  var first: Block? { isEmpty ? nil : blocks[head] }

  func contains(_ block: Block) -> Bool { blocks[head...].contains(block) }

  mutating func append(_ block: Block) { blocks.append(block) }

  @discardableResult mutating func popFirst() -> Block? {
    guard let block = first else { return nil }
    head += 1
    if head == blocks.count {
      blocks.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 64 {
      blocks.removeFirst(head)
      head = 0
    }
    return block
  }

  /// - Returns: whether it was there.
  mutating func remove(_ block: Block) -> Bool {
    guard let index = blocks[head...].firstIndex(of: block) else { return false }
    blocks.remove(at: index)
    return true
  }

  mutating func removeAll() -> [Block] {
    let all = Array(blocks[head...])
    blocks.removeAll()
    head = 0
    return all
  }
}
