import PeerCore
import SwarmTime
import Wire

/// Hides some pieces of every remote from the peer, so that it never asks for them.
struct StopShort: Rule {
  private let pieceCount: Int
  private let hidden: PieceSet

  /// - Parameter share: of the pieces that it wants, rounded up; drawn by lot, the same after every return.
  init(_ configuration: PeerConfiguration, share: Double) {
    pieceCount = configuration.pieceCount
    var random = RandomSource(seed: RandomSeed.derive(from: configuration.lastingSeed, name: "stop-short"))
    let wanted = min(pieceCount, configuration.wantedPieces ?? pieceCount)
    var pieces = Array(0..<wanted)
    random.shuffle(&pieces)
    var hidden = PieceSet(capacity: pieceCount)
    for piece in pieces.prefix(Int((Double(wanted) * share).rounded(.up))) { hidden.insert(piece) }
    self.hidden = hidden
  }

  mutating func change(_ input: Input, at now: SwarmInstant) -> Input {
    guard case .received(let slot, let message) = input else { return input }
    switch message {
    case .haveAll: return .received(slot, .bitfield(visible(of: .full(capacity: pieceCount)).bitfield))
    case .bitfield(let bytes):
      guard let pieces = PieceSet(bitfield: bytes, capacity: pieceCount) else { return input }
      return .received(slot, .bitfield(visible(of: pieces).bitfield))
    case .have(let piece) where piece < pieceCount && hidden.contains(Int(piece)):
      return .received(slot, .keepAlive)
    default: return input
    }
  }

  private func visible(of pieces: PieceSet) -> PieceSet {
    var pieces = pieces
    hidden.forEach { pieces.remove($0) }
    return pieces
  }
}

extension MisbehaviourSpec {
  static let stopShort = Self(
    "stop-short", "Never fetches that share of the pieces (at least one), so it never completes.",
    doses: [0.01, 0.1, 0.5], of: "share of all pieces", in: 0.000001...1, .rule { StopShort($0, share: $1) })
}
