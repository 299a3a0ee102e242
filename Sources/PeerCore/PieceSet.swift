/// A set of piece indices, as bits in words.
public struct PieceSet: Hashable, Sendable {
  public let capacity: Int
  @usableFromInline var words: [UInt64]
  public private(set) var count = 0

  public init(capacity: Int) {
    self.capacity = capacity
    words = Array(repeating: 0, count: (capacity + 63) / 64)
  }

  public static func full(capacity: Int) -> PieceSet {
    var set = PieceSet(capacity: capacity)
    for index in set.words.indices { set.words[index] = .max }
    if capacity % 64 != 0, let last = set.words.indices.last { set.words[last] = (1 << UInt64(capacity % 64)) - 1 }
    set.count = capacity
    return set
  }

  /// From a bitfield message: high bit first (BEP 3).
  /// - Returns: nil when the length is wrong or a spare bit is set.
  public init?(bitfield bytes: [UInt8], capacity: Int) {
    guard bytes.count == (capacity + 7) / 8 else { return nil }
    if capacity % 8 != 0, let last = bytes.last, last & (0xFF >> UInt8(capacity % 8)) != 0 { return nil }
    self.init(capacity: capacity)
    for piece in 0..<capacity where bytes[piece / 8] & (0x80 >> UInt8(piece % 8)) != 0 { insert(piece) }
  }

  public var bitfield: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (capacity + 7) / 8)
    for piece in 0..<capacity where contains(piece) { bytes[piece / 8] |= 0x80 >> UInt8(piece % 8) }
    return bytes
  }

  public var isFull: Bool { count == capacity }

  @inlinable public func contains(_ piece: Int) -> Bool { words[piece >> 6] & (1 << UInt64(piece & 63)) != 0 }

  /// - Returns: whether it was new.
  @discardableResult public mutating func insert(_ piece: Int) -> Bool {
    guard !contains(piece) else { return false }
    words[piece >> 6] |= 1 << UInt64(piece & 63)
    count += 1
    return true
  }

  public mutating func remove(_ piece: Int) {
    guard contains(piece) else { return }
    words[piece >> 6] &= ~(1 << UInt64(piece & 63))
    count -= 1
  }

  /// How many of ours are not in `other`.
  public func countMissing(from other: PieceSet) -> Int {
    var sum = 0
    for index in words.indices { sum += (words[index] & ~other.words[index]).nonzeroBitCount }
    return sum
  }

  /// Calls `body` for each piece that is here and in neither of the others, in rising order.
  @inlinable public func forEach(notIn first: PieceSet, norIn second: PieceSet, _ body: (Int) -> Void) {
    for index in words.indices {
      var bits = words[index] & ~first.words[index] & ~second.words[index]
      while bits != 0 {
        body(index << 6 + bits.trailingZeroBitCount)
        bits &= bits - 1
      }
    }
  }

  @inlinable public func forEach(_ body: (Int) -> Void) {
    for index in words.indices {
      var bits = words[index]
      while bits != 0 {
        body(index << 6 + bits.trailingZeroBitCount)
        bits &= bits - 1
      }
    }
  }
}
