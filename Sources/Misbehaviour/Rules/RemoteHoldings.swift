import PeerCore
import Wire

/// Which pieces each remote has, for rules that ask for more than the peer itself would.
struct RemoteHoldings: Sendable {
  private let totalLength: Int64
  private let pieceLength: Int64
  let pieceCount: Int
  private var pieces: [ConnectionSlot: PieceSet] = [:]

  init(_ configuration: PeerConfiguration) {
    totalLength = configuration.totalLength
    pieceLength = configuration.pieceLength
    pieceCount = configuration.pieceCount
  }

  mutating func note(_ input: Input) {
    switch input {
    case .connected(let slot, _): pieces[slot] = PieceSet(capacity: pieceCount)
    case .closed(let slot): pieces[slot] = nil
    case .received(let slot, .haveAll): pieces[slot] = .full(capacity: pieceCount)
    case .received(let slot, .bitfield(let bytes)): pieces[slot] = PieceSet(bitfield: bytes, capacity: pieceCount)
    case .received(let slot, .have(let piece)) where piece < pieceCount: pieces[slot]?.insert(Int(piece))
    default: break
    }
  }

  func has(_ slot: ConnectionSlot, _ piece: Int) -> Bool { pieces[slot]?.contains(piece) ?? false }

  func firstBlock(of piece: Int) -> Block {
    let length = min(pieceLength, totalLength - Int64(piece) * pieceLength, Int64(Block.standardLength))
    return Block(piece: UInt32(piece), begin: 0, length: UInt32(length))
  }
}
