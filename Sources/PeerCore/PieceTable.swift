import SwarmTime
import Wire

/// Which pieces we have, how many others have each, and how far the started ones are.
struct PieceTable: Sendable {
  let totalLength: Int64
  let pieceLength: Int64
  let pieceCount: Int
  private(set) var have: PieceSet
  /// Started and not yet verified, and those that are never to be started since they are not wanted.
  private(set) var started: PieceSet
  /// Verified, or not wanted.
  private var settled: PieceSet
  private(set) var partials = ContiguousArray<PartialPiece>()
  /// Place in `partials` by piece; -1 for none.
  private var partialIndex: ContiguousArray<Int32>
  /// Connected peers that have each piece.
  private(set) var availability: ContiguousArray<UInt16>
  /// Pieces that failed their hash: the next time all are to come from one.
  private var suspect: PieceSet
  /// Blocks of missing pieces, started or not, that nobody has been asked for.
  private(set) var unrequestedBlocks: Int

  init(_ configuration: PeerConfiguration) {
    totalLength = configuration.totalLength
    pieceLength = configuration.pieceLength
    pieceCount = configuration.pieceCount
    var have = PieceSet(capacity: pieceCount)
    for (piece, isHere) in configuration.havePieces.enumerated() where isHere { have.insert(piece) }
    self.have = have
    suspect = PieceSet(capacity: pieceCount)
    var unwanted = PieceSet(capacity: pieceCount)
    var settled = have
    for piece in min(pieceCount, configuration.wantedPieces ?? pieceCount)..<pieceCount {
      if !have.contains(piece) { unwanted.insert(piece) }
      settled.insert(piece)
    }
    started = unwanted
    self.settled = settled
    partialIndex = ContiguousArray(repeating: -1, count: pieceCount)
    availability = ContiguousArray(repeating: 0, count: pieceCount)
    unrequestedBlocks = 0
    for piece in 0..<pieceCount where !settled.contains(piece) { unrequestedBlocks += blockCount(of: piece) }
  }

  /// It has every piece of the payload, and so is a seed.
  var isComplete: Bool { have.isFull }
  /// It has every piece that it wants.
  var lacksNothing: Bool { settled.isFull }
  /// It has all that it wants, and not all there is (BEP 21).
  var isPartialSeed: Bool { lacksNothing && !isComplete }
  func lacks(_ piece: Int) -> Bool { !settled.contains(piece) }
  /// How many of these it lacks.
  func lacking(of pieces: PieceSet) -> Int { pieces.countMissing(from: settled) }

  func length(of piece: Int) -> Int64 { min(pieceLength, totalLength - Int64(piece) * pieceLength) }

  func blockCount(of piece: Int) -> Int {
    Int((length(of: piece) + Int64(Block.standardLength) - 1) / Int64(Block.standardLength))
  }

  func block(_ index: Int, of piece: Int) -> Block {
    let begin = Int64(index) * Int64(Block.standardLength)
    let length = min(Int64(Block.standardLength), length(of: piece) - begin)
    return Block(piece: UInt32(piece), begin: UInt32(begin), length: UInt32(length))
  }

  /// Index of a block that lies on our own grid; nil for any other range.
  func index(of block: Block) -> Int? {
    guard block.piece < pieceCount, block.begin % Block.standardLength == 0 else { return nil }
    let index = Int(block.begin / Block.standardLength)
    guard index < blockCount(of: Int(block.piece)), self.block(index, of: Int(block.piece)) == block else { return nil }
    return index
  }

  /// Whether a range that somebody asks for lies within the payload.
  func contains(_ block: Block) -> Bool {
    block.piece < pieceCount && block.length > 0
      && Int64(block.begin) + Int64(block.length) <= length(of: Int(block.piece))
  }

  // MARK: What others have

  mutating func seen(_ piece: Int) { availability[piece] += 1 }
  mutating func seen(all pieces: PieceSet) { pieces.forEach { availability[$0] += 1 } }
  mutating func lost(all pieces: PieceSet) { pieces.forEach { availability[$0] -= 1 } }

  // MARK: Started pieces

  func isStarted(_ piece: Int) -> Bool { partialIndex[piece] >= 0 }
  /// Whether all its blocks are to come from one remote when it is started next.
  func isSuspect(_ piece: Int) -> Bool { suspect.contains(piece) }
  /// Whether it is started, and this remote is to bring every block.
  func isExclusive(_ piece: Int, to remote: Int) -> Bool {
    let place = Int(partialIndex[piece])
    return place >= 0 && partials[place].onlyFrom == remote
  }

  /// - Parameter remote: serial of the remote that will be asked first.
  mutating func start(_ piece: Int, for remote: Int) {
    guard partialIndex[piece] < 0 else { return }
    partialIndex[piece] = Int32(partials.count)
    let only = suspect.contains(piece) ? remote : nil
    partials.append(PartialPiece(piece: piece, blockCount: blockCount(of: piece), onlyFrom: only))
    started.insert(piece)
  }

  /// Takes the first block of a started piece that nobody was asked for; nil also if another remote is to bring them all.
  mutating func takeUnrequested(of piece: Int, for remote: Int, besides unwanted: [Block] = []) -> Block? {
    let place = Int(partialIndex[piece])
    guard place >= 0, partials[place].isOpen(to: remote) else { return nil }
    let skipped = unwanted.filter { $0.piece == piece }.compactMap { index(of: $0) }
    guard let index = partials[place].takeUnrequested(besides: skipped) else { return nil }
    unrequestedBlocks -= 1
    return block(index, of: piece)
  }

  /// Whether blocks of a started piece that nobody was asked for are left besides these.
  func hasUnrequested(_ partial: PartialPiece, besides unwanted: [Block]) -> Bool {
    guard !unwanted.isEmpty else { return partial.unrequested > 0 }
    let skipped = unwanted.filter { $0.piece == partial.piece }.compactMap { index(of: $0) }
    return partial.unrequested > skipped.count { partial.requesters(of: $0) == 0 && !partial.isReceived($0) }
  }

  /// How many remotes are asked for a block; nil if it is here, or not to come from this remote.
  func requesters(of block: Block, for remote: Int) -> Int? {
    guard let index = index(of: block) else { return nil }
    let place = Int(partialIndex[Int(block.piece)])
    guard place >= 0, partials[place].isOpen(to: remote), !partials[place].isReceived(index) else { return nil }
    return partials[place].requesters(of: index)
  }

  /// One more peer is asked for a block that was, or has just been, asked for elsewhere.
  mutating func requestAgain(_ block: Block) {
    guard let index = index(of: block) else { return }
    let place = Int(partialIndex[Int(block.piece)])
    if place >= 0, partials[place].addRequester(index) { unrequestedBlocks -= 1 }
  }

  /// A request that will not be answered.
  mutating func release(_ block: Block) {
    guard let index = index(of: block) else { return }
    let place = Int(partialIndex[Int(block.piece)])
    guard place >= 0 else { return }
    if partials[place].removeRequester(index) { unrequestedBlocks += 1 }
  }

  enum Arrival { case fresh, freshAndLast, duplicate }

  /// A block is here. Blocks that nobody asked for are for the caller to refuse.
  mutating func arrived(_ block: Block, from source: BlockSource) -> Arrival {
    guard let index = index(of: block) else { return .duplicate }
    let place = Int(partialIndex[Int(block.piece)])
    guard place >= 0, partials[place].isOpen(to: source.serial), !partials[place].isReceived(index) else {
      return .duplicate
    }
    if partials[place].receive(index, from: source) { unrequestedBlocks -= 1 }
    return partials[place].missing == 0 ? .freshAndLast : .fresh
  }

  mutating func verified(_ piece: Int) {
    drop(piece)
    suspect.remove(piece)
    have.insert(piece)
    settled.insert(piece)
  }

  /// Who brought a piece of which all blocks are here, and for each block the place in that list.
  func sources(of piece: Int) -> (all: [BlockSource], ofBlock: [Int]) {
    let place = Int(partialIndex[piece])
    guard place >= 0 else { return ([], []) }
    return (partials[place].sources, partials[place].sourceOfBlock.map(Int.init))
  }

  /// The hash was wrong: every block is to be fetched again, and all from one remote.
  mutating func refused(_ piece: Int) {
    guard isStarted(piece) else { return }
    drop(piece)
    suspect.insert(piece)
    unrequestedBlocks += blockCount(of: piece)
  }

  /// A remote that was to bring whole pieces alone brings no more: they begin anew with another.
  /// - Returns: those pieces.
  mutating func abandon(exclusiveTo remote: Int) -> [Int] {
    guard partials.contains(where: { $0.onlyFrom == remote }) else { return [] }
    let abandoned = partials.filter { $0.onlyFrom == remote && $0.missing > 0 }
    for partial in abandoned {
      unrequestedBlocks += blockCount(of: partial.piece) - partial.unrequested
      drop(partial.piece)
    }
    return abandoned.map(\.piece)
  }

  private mutating func drop(_ piece: Int) {
    let place = Int(partialIndex[piece])
    guard place >= 0 else { return }
    partialIndex[piece] = -1
    started.remove(piece)
    let last = partials.count - 1
    if place != last {
      partials[place] = partials[last]
      partialIndex[partials[place].piece] = Int32(place)
    }
    partials.removeLast()
  }
}
