/// A range of bytes within one piece, as request, cancel and reject name it.
public struct Block: Hashable, Sendable {
  public var piece: UInt32
  /// Offset of the first byte within the piece.
  public var begin: UInt32
  /// Length in bytes; 16 KiB by custom, less at the payload's end.
  public var length: UInt32

  @inlinable public init(piece: UInt32, begin: UInt32, length: UInt32) {
    self.piece = piece
    self.begin = begin
    self.length = length
  }

  /// The customary block length: 16 KiB.
  public static let standardLength: UInt32 = 16384
}
