/// A started piece: for each block nobody asked (0), how many were asked (1 to 254), or received (255).
struct PartialPiece: Sendable {
  let piece: Int
  /// Serial of the one remote that is to bring every block; nil for any number of them.
  let onlyFrom: Int?
  /// Who brought a block.
  private(set) var sources: [BlockSource] = []
  /// Place in `sources`, by block; of those that are not received without meaning.
  private(set) var sourceOfBlock: ContiguousArray<UInt16>
  private(set) var blocks: ContiguousArray<UInt8>
  private(set) var unrequested: Int
  private(set) var missing: Int
  private static let received: UInt8 = 255

  init(piece: Int, blockCount: Int, onlyFrom: Int?) {
    self.piece = piece
    self.onlyFrom = onlyFrom
    blocks = ContiguousArray(repeating: 0, count: blockCount)
    sourceOfBlock = ContiguousArray(repeating: 0, count: blockCount)
    unrequested = blockCount
    missing = blockCount
  }

  func isOpen(to remote: Int) -> Bool { onlyFrom == nil || onlyFrom == remote }
  func isReceived(_ index: Int) -> Bool { blocks[index] == Self.received }
  func requesters(of index: Int) -> Int { isReceived(index) ? 0 : Int(blocks[index]) }

  mutating func takeUnrequested(besides skipped: [Int]) -> Int? {
    guard unrequested > 0 else { return nil }
    guard let index = blocks.indices.first(where: { blocks[$0] == 0 && !skipped.contains($0) }) else { return nil }
    blocks[index] = 1
    unrequested -= 1
    return index
  }

  /// - Returns: whether nobody was asked for the block until now.
  mutating func addRequester(_ index: Int) -> Bool {
    guard blocks[index] < 254 else { return false }
    blocks[index] += 1
    guard blocks[index] == 1 else { return false }
    unrequested -= 1
    return true
  }

  /// - Returns: whether nobody is asked for the block any more.
  mutating func removeRequester(_ index: Int) -> Bool {
    guard blocks[index] != Self.received, blocks[index] > 0 else { return false }
    blocks[index] -= 1
    guard blocks[index] == 0 else { return false }
    unrequested += 1
    return true
  }

  /// - Returns: whether it had not been asked for (its request was given up before it came).
  mutating func receive(_ index: Int, from source: BlockSource) -> Bool {
    let place = sources.firstIndex { $0.serial == source.serial } ?? sources.count
    if place == sources.count { sources.append(source) }
    sourceOfBlock[index] = UInt16(clamping: place)
    let wasUnrequested = blocks[index] == 0
    if wasUnrequested { unrequested -= 1 }
    blocks[index] = Self.received
    missing -= 1
    return wasUnrequested
  }
}
