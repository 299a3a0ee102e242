import Dissection
import Wire

/// How the recording's pieces become those of the torrent that is played with.
///
/// A torrent of the recorded number of pieces keeps their indices; in another one a piece stands where it stood in
/// proportion. How many pieces were recorded is told by bitfields to within seven, and by the highest index named.
/// Without a bitfield that index says no more than how many there were at least: a torrent of so many keeps indices.
struct PieceMapping: Sendable {
  /// The torrent's own number where nothing in the conversation speaks against it.
  let recorded: Int
  let pieceCount: Int

  init(_ conversation: RecordedConversation, pieceCount: Int) {
    var shortest = 0
    var highest = -1
    for line in conversation.lines {
      switch line.content {
      case .message(.bitfield(let bytes)):
        shortest = max(shortest, (bytes.count - 1) * 8 + 1)
        if let last = bytes.last, last != 0 { highest = max(highest, bytes.count * 8 - 1 - last.trailingZeroBitCount) }
      case .message(let message): if let piece = message.pieceIndex { highest = max(highest, Int(piece)) }
      case .block(let block, _): highest = max(highest, Int(block.piece))
      default: break
      }
    }
    let least = max(shortest, highest + 1)
    let isSame = least <= pieceCount && (shortest == 0 || (shortest + 7) / 8 == (pieceCount + 7) / 8)
    self.pieceCount = pieceCount
    recorded = isSame ? pieceCount : least
  }

  var keepsIndices: Bool { recorded == pieceCount }

  func piece(_ recordedPiece: UInt32) -> Int {
    if keepsIndices { return min(Int(recordedPiece), pieceCount - 1) }
    return min(Int(recordedPiece) * pieceCount / recorded, pieceCount - 1)
  }

  /// What a recorded bitfield says, for each piece of the torrent.
  func holdings(_ bytes: [UInt8]) -> [Bool] {
    (0..<pieceCount).map { piece in
      let source = keepsIndices ? piece : piece * recorded / pieceCount
      return source / 8 < bytes.count && bytes[source / 8] & (0x80 >> UInt8(source % 8)) != 0
    }
  }

  /// High bit first, as on the wire.
  static func bitfield(_ holdings: [Bool]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (holdings.count + 7) / 8)
    for (piece, isThere) in holdings.enumerated() where isThere { bytes[piece / 8] |= 0x80 >> UInt8(piece % 8) }
    return bytes
  }
}

extension PeerMessage {
  /// The piece that the message names.
  var pieceIndex: UInt32? {
    switch self {
    case .have(let piece), .suggest(let piece), .allowedFast(let piece): piece
    case .request(let block), .cancel(let block), .reject(let block): block.piece
    default: nil
    }
  }
}
