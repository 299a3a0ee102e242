import Wire

/// Blocks that one side has asked for and the other not answered, oldest first.
///
/// They tell whether what a hole swallowed can have been piece messages only. After a hole among the requests, or one
/// among the answers that swallowed nobody knows what, that is in doubt until a later request was answered: requests
/// are answered in their order.
struct AskedBlocks {
  private struct Entry {
    var block: Block
    /// Holes among the requests before this one.
    var holes: Int
  }

  private var entries: [Entry] = []
  private var head = 0
  private var holes = 0
  private var isDoubtful = false
  private var isStale = false

  private static let limit = 8192

  mutating func append(_ block: Block) {
    entries.append(Entry(block: block, holes: holes))
    if entries.count - head > Self.limit { forget(before: head + 1) }
  }

  /// Requests may have been lost here.
  mutating func doubt() {
    holes += 1
    isDoubtful = true
  }

  /// Answers may have been lost here.
  mutating func answersLost() { isStale = true }

  /// A piece or a reject answered the request for this block.
  mutating func answered(piece: UInt32, begin: UInt32) {
    guard
      let index = entries[head...].firstIndex(where: { $0.block.piece == piece && $0.block.begin == begin })
    else { return }
    if entries[index].holes == holes { isDoubtful = false }
    if index == head || isStale {
      forget(before: index + 1)
      isStale = false
    } else {
      entries.remove(at: index)
    }
  }

  private mutating func forget(before index: Int) {
    head = index
    guard head >= 1024 else { return }
    entries.removeFirst(head)
    head = 0
  }

  mutating func removeAll() {
    entries = []
    head = 0
  }

  /// The oldest blocks whose piece messages take exactly `bytes`, or nil.
  func filling(_ bytes: Int64) -> [Block]? {
    guard bytes > 0 && !isDoubtful && !isStale else { return nil }
    var sum: Int64 = 0
    var filled: [Block] = []
    for entry in entries[head...] where sum < bytes {
      sum += 13 + Int64(entry.block.length)
      filled.append(entry.block)
    }
    return sum == bytes ? filled : nil
  }
}
