import Dissection
import Wire

/// The measure of a torrent: from its .torrent file, or as far as the wire shows it.
///
/// On the wire, bitfields bound the number of pieces to within seven, and messages that name pieces, and set bits, tell
/// the rest; blocks tell the length of a piece. What one peer alone claims beyond the bitfields' bound counts for nothing.
public struct SightedPayload: Hashable, Sendable {
  /// 0 where it is not known.
  public var pieceCount: Int
  public var pieceLengthBytes: Int64
  public var sizeBytes: Int64
  /// By a .torrent file; else learned from the wire, which may show too little.
  public var isExact: Bool

  /// More pieces than that are no torrent's: what names them is not believed.
  static let mostPieces = 1 << 20

  init(_ metainfo: Metainfo) {
    pieceCount = metainfo.pieceCount
    pieceLengthBytes = metainfo.pieceLength
    sizeBytes = metainfo.totalLength
    isExact = true
  }

  init(_ trace: Trace, infoHash: [UInt8]?) {
    isExact = false
    (pieceCount, pieceLengthBytes, sizeBytes) = (0, 0, 0)
    var isOurs: Set<Int32> = []
    for connection in trace.connections
    where connection.content == .peerWire && (infoHash == nil || connection.infoHash == infoHash) {
      isOurs.insert(Int32(connection.id))
    }
    let messages = trace.messages.filter { isOurs.contains($0.connection) }
    let bound = Self.bitfieldBytes(messages)
    let most = bound.map { min($0 * 8, Self.mostPieces) } ?? Self.mostPieces
    var count = bound.map { min(($0 - 1) * 8 + 1, Self.mostPieces) } ?? 0
    for message in messages {
      switch message.kind {
      case .have, .piece:
        if message.piece >= 0, Int(message.piece) < most { count = max(count, Int(message.piece) + 1) }
      case .bitfield where message.bitfield >= 0 && Int(message.bitfield) < trace.bitfields.count:
        let bytes = trace.bitfields[Int(message.bitfield)]
        guard bytes.count == bound, let last = bytes.last, last != 0 else { continue }
        count = max(count, min(most, bytes.count * 8 - last.trailingZeroBitCount))
      default: break
      }
    }
    measure(messages, count)
  }

  /// Length of a piece by the blocks that were sent, and of the last one.
  private mutating func measure(_ messages: [TracedMessage], _ count: Int) {
    guard count > 0 else { return }
    var (length, last) = (Int64(0), Int64(0))
    for message in messages where message.kind == .piece && message.length > 0 && message.begin >= 0 {
      let end = Int64(message.begin) + Int64(message.length)
      if Int(message.piece) == count - 1 { last = max(last, end) } else { length = max(length, end) }
    }
    if length == 0 { length = last }
    guard length > 0 else { return }
    pieceCount = count
    pieceLengthBytes = length
    sizeBytes = Int64(count - 1) * length + (last > 0 ? min(last, length) : length)
  }

  /// What most bitfields have; the shortest of equals.
  private static func bitfieldBytes(_ messages: [TracedMessage]) -> Int? {
    var counts: [Int: Int] = [:]
    for message in messages where message.kind == .bitfield && message.prefix > 1 {
      counts[Int(message.prefix) - 1, default: 0] += 1
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.first?.key
  }
}
