import NIOCore
import Wire

/// What waits while the disk takes nothing: blocks, and the checks that come behind them, in order.
///
/// While there is a backlog the peer asks for nothing and has taken its requests back, so it grows no further than what
/// had come by then.
struct WriteBacklog {
  enum Item {
    case write(ByteBuffer, Block)
    case verify(piece: Int)
  }

  private var items: [Item] = []

  var isEmpty: Bool { items.isEmpty }

  mutating func append(_ item: Item) { items.append(item) }

  /// Performs items until one fails; that one and those behind it stay.
  ///
  /// - Throws: what `perform` threw.
  mutating func retry(_ perform: (Item) throws(StorageError) -> Void) throws(StorageError) {
    var done = 0
    defer { items.removeFirst(done) }
    for item in items {
      try perform(item)
      done += 1
    }
  }

  mutating func removeAll() { items.removeAll() }
}
