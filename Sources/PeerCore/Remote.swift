import Choking
import SwarmTime
import Wire

/// What the core knows of one connected peer. Slots are dense; a vacant one has `isOpen` false.
struct Remote: Sendable {
  var isOpen = false
  /// When we last sent it anything, and it us.
  var lastSaid: SwarmInstant
  var lastHeard: SwarmInstant
  /// Counts connections, so that what is remembered of one is not taken for the next in the same slot.
  var serial = 0
  var peer: RemotePeer
  var connectedAt: SwarmInstant
  /// Where the address came from, if we dialled.
  var contact: ContactBook.Contact?
  /// We dialled a peer that was connected already, and leave it to that peer which connection stays.
  var isSecond = false
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
  /// When it was last chosen without having earned it.
  var lastChosen: SwarmInstant?
  var isInterested = false
  var uploads = BlockQueue()
  var sent = RateWindow()
  /// Payload bytes of the whole connection; and as much of them as had been sent at the last round.
  var allSent: Int64 = 0
  var sentAtRound: Int64 = 0
  /// When we last choked or unchoked it.
  var lastChange: SwarmInstant?
  /// What the choking algorithm noted of it.
  var memo: Memo?
  var isWritable = true
  /// Turns in a row that others had at our uplink while it had requests open.
  var passedOver = 0
  /// Piece that a seed has suggested to it and that it has not asked for yet.
  var suggestedToIt: Int?
  /// Pieces whose first copy is to go to it, and that it has not announced yet.
  var promised: [Int] = []

  // Its side towards us
  var isChokingUs = true
  /// Since when it does not.
  var unchokesUsSince: SwarmInstant?
  /// When it last choked us.
  var chokedUsAt = SwarmInstant.distantPast
  var amInterested = false
  /// In the order in which they were sent.
  var outstanding = ContiguousArray<Request>()
  /// Asked for and passed over for too long, the latest of them, with when they were taken back.
  var leftOut: [Request] = []
  /// Asked for and then cancelled, with when; a fast peer still answers each, with the block or a reject.
  var cancelled: [Request] = []
  var received = RateWindow()
  /// As `allSent`.
  var allReceived: Int64 = 0
  var receivedAtRound: Int64 = 0
  var pace = ServicePace()
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
  /// `upload_only` of its BEP 10 handshake (BEP 21).
  var saysUploadOnly = false
  var exchange = ExchangeState()

  var lastDelivery: SwarmInstant
  var patience = Patience()

  init(peer: RemotePeer, pieceCount: Int, at now: SwarmInstant) {
    self.peer = peer
    connectedAt = now
    lastDelivery = now
    lastSaid = now
    lastHeard = now
    pieces = PieceSet(capacity: pieceCount)
  }

  var isUnchoked: Bool { unchokedSince != nil }
  /// It downloads nothing more: a seed, or a partial one.
  var isUploadOnly: Bool { saysUploadOnly || pieces.isFull }

  mutating func note(sent bytes: Int64, at now: SwarmInstant) {
    sent.add(Int(bytes), at: now)
    allSent += bytes
  }

  mutating func note(received bytes: Int64, at now: SwarmInstant) {
    received.add(Int(bytes), at: now)
    allReceived += bytes
  }
}

struct Request: Sendable {
  var block: Block
  var sentAt: SwarmInstant
  /// Nothing else was open at the remote: only others' turns and the way there and back keep the block from coming.
  var wasAlone: Bool
}

/// How fast a remote serves us while we are waiting for it, over about the last dozen blocks.
struct ServicePace: Sendable {
  /// Of what came before, this much still counts after one more block.
  private static let memory = 0.92
  /// What is supposed of a remote that has not served us yet, in bytes per second: a fair share of a slow line.
  private static let supposed = 32768.0
  private var bytes = 0.0
  private var seconds = 0.0

  /// - Parameter wait: since the block before, or since it was asked for if nothing else was.
  mutating func add(_ count: Int64, after wait: SwarmDuration) {
    bytes = bytes * Self.memory + Double(count)
    seconds = seconds * Self.memory + max(0, wait.seconds)
  }

  /// Seconds until it will have sent the request at `position` of its queue, counted from 0.
  func wait(forPosition position: Int, since waiting: SwarmInstant?, at now: SwarmInstant) -> Double {
    let needed = Double(position + 1) * Double(Block.standardLength)
    // A wait that has lasted longer than usual makes the remote slower than it was.
    let pending = waiting.map { max(0, (now - $0).seconds) } ?? 0
    guard bytes > 0 else { return needed / Self.supposed + pending }
    return needed * (seconds + pending) / bytes
  }
}

/// First in, first out, with removal: the blocks that a peer has asked for.
struct BlockQueue: Sendable {
  private var blocks = ContiguousArray<Block>()
  private var head = 0

  var isEmpty: Bool { head == blocks.count }
  var count: Int { blocks.count - head }
  var first: Block? { isEmpty ? nil : blocks[head] }

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

  /// The first block of a piece for which `isWanted` holds.
  func first(where isWanted: (Block) -> Bool) -> Block? { blocks[head...].first(where: isWanted) }

  /// - Returns: whether it was there.
  mutating func remove(_ block: Block) -> Bool {
    if first == block {
      popFirst()
      return true
    }
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
