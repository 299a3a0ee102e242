import Wire

/// What is asked of the live client, and what came of it: each block once, on a grid of 16 KiB, each piece verified.
struct AskBook: Sendable {
  enum Finding: Equatable {
    case asked
    /// Asked for, then cancelled, or dropped by a choke: it may come all the same, once.
    case late
    case unasked
    /// The last block of a piece whose bytes do not have its hash.
    case damaged(piece: Int)
  }

  private let metainfo: Metainfo
  private(set) var outstanding: [Block] = []
  private(set) var verifiedPieces = 0
  private(set) var receivedBytes: Int64 = 0
  private var asked: Set<Block> = []
  private var withdrawn: Set<Block> = []
  private var askedOfPiece: [Int: Int] = [:]
  private var arriving: [Int: (bytes: [UInt8], missing: Int)] = [:]

  init(_ metainfo: Metainfo) { self.metainfo = metainfo }

  /// The block to ask for where the recording asked for one of the piece that is now `preferred`: the same if it can be had,
  /// else the next that can.
  ///
  /// - Parameter mayAsk: whether the live client has a piece, and gives it.
  mutating func ask(preferred: Int, begin: UInt32, mayAsk: (Int) -> Bool) -> Block? {
    guard let block = choice(preferred: preferred, begin: begin, mayAsk: mayAsk) else { return nil }
    asked.insert(block)
    askedOfPiece[Int(block.piece), default: 0] += 1
    outstanding.append(block)
    return block
  }

  func canAsk(mayAsk: (Int) -> Bool) -> Bool { choice(preferred: 0, begin: 0, mayAsk: mayAsk) != nil }

  private func choice(preferred: Int, begin: UInt32, mayAsk: (Int) -> Bool) -> Block? {
    for turn in 0..<metainfo.pieceCount {
      let piece = (preferred + turn) % metainfo.pieceCount
      let count = Int((metainfo.length(ofPiece: piece) + Self.grid - 1) / Self.grid)
      guard askedOfPiece[piece] ?? 0 < count, mayAsk(piece) else { continue }
      let first = turn == 0 ? min(Int(begin) / Int(Self.grid), count - 1) : 0
      for place in 0..<count {
        let block = block(piece, (first + place) % count)
        if !asked.contains(block) { return block }
      }
    }
    return nil
  }

  private static let grid = Int64(Block.standardLength)

  private func block(_ piece: Int, _ index: Int) -> Block {
    let begin = Int64(index) * Self.grid
    let length = min(Self.grid, metainfo.length(ofPiece: piece) - begin)
    return Block(piece: UInt32(piece), begin: UInt32(begin), length: UInt32(length))
  }

  /// It may still be answered or rejected.
  func isOpen(_ block: Block) -> Bool { outstanding.contains(block) || withdrawn.contains(block) }

  /// The live client will not answer these any more: they may be asked for again.
  mutating func drop(_ blocks: [Block]) {
    for block in blocks where asked.remove(block) != nil {
      askedOfPiece[Int(block.piece), default: 1] -= 1
      withdrawn.insert(block)
      outstanding.removeAll { $0 == block }
    }
  }

  /// Takes back a request; nil where the block is not outstanding.
  mutating func cancel(_ block: Block) -> Block? {
    guard outstanding.contains(block) else { return nil }
    drop([block])
    return block
  }

  mutating func take(_ block: Block, _ payload: [UInt8]) -> Finding {
    guard let place = outstanding.firstIndex(of: block) else {
      return withdrawn.remove(block) == nil ? .unasked : .late
    }
    outstanding.remove(at: place)
    receivedBytes += Int64(payload.count)
    let piece = Int(block.piece)
    let length = Int(metainfo.length(ofPiece: piece))
    var held = arriving.removeValue(forKey: piece) ?? ([UInt8](repeating: 0, count: length), length)
    held.bytes.replaceSubrange(Int(block.begin)..<Int(block.begin) + payload.count, with: payload)
    held.missing -= payload.count
    guard held.missing == 0 else {
      arriving[piece] = held
      return .asked
    }
    var hasher = PieceHasher(pieceLength: length)
    held.bytes.withUnsafeBytes { hasher.add($0) }
    guard hasher.finish().elementsEqual(metainfo.hash(ofPiece: piece)) else { return .damaged(piece: piece) }
    verifiedPieces += 1
    return .asked
  }
}
