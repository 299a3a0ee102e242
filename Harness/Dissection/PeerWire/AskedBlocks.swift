import Wire

/// Blocks that one side has asked for and the other not answered, oldest first.
///
/// They tell whether what a hole swallowed can have been piece messages only.
struct AskedBlocks {
  private var blocks: [Block] = []
  private var head = 0

  private static let limit = 8192

  mutating func append(_ block: Block) {
    blocks.append(block)
    if blocks.count - head > Self.limit { head += 1 }
  }

  /// A piece or a reject answered the request for this block.
  mutating func answered(piece: UInt32, begin: UInt32) {
    guard let index = blocks[head...].firstIndex(where: { $0.piece == piece && $0.begin == begin }) else { return }
    if index == head {
      head += 1
      if head >= 1024 {
        blocks.removeFirst(head)
        head = 0
      }
    } else {
      blocks.remove(at: index)
    }
  }

  mutating func removeAll() {
    blocks = []
    head = 0
  }

  /// The oldest blocks whose piece messages take exactly `bytes`, or nil.
  func filling(_ bytes: Int64) -> [Block]? {
    var sum: Int64 = 0
    for (count, block) in blocks[head...].enumerated() {
      if sum == bytes { return count > 0 ? Array(blocks[head..<head + count]) : nil }
      if sum > bytes { return nil }
      sum += 13 + Int64(block.length)
    }
    return sum == bytes && bytes > 0 ? Array(blocks[head...]) : nil
  }
}
