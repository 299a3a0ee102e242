import Crypto

/// Makes `Metainfo.pieceHashes` of a payload that comes in parts of any size, in order.
public struct PieceHasher {
  private let pieceLength: Int
  private var current = Insecure.SHA1()
  private var filled = 0
  private var hashes: [UInt8] = []

  /// - Parameter pieceLength: in bytes, at least 1.
  public init(pieceLength: Int) {
    precondition(pieceLength > 0)
    self.pieceLength = pieceLength
  }

  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix(pieceLength - filled)
      current.update(bufferPointer: UnsafeRawBufferPointer(rebasing: part))
      filled += part.count
      rest = rest.dropFirst(part.count)
      if filled == pieceLength { closePiece() }
    }
  }

  /// The hashes of all pieces, the last and shorter one included.
  public mutating func finish() -> [UInt8] {
    if filled > 0 { closePiece() }
    return hashes
  }

  private mutating func closePiece() {
    hashes.append(contentsOf: current.finalize())
    current = Insecure.SHA1()
    filled = 0
  }
}
