import PeerCore
import SwarmTime
import Wire

/// Tells everybody, once they are connected, that it has some pieces that it lacks, and answers nobody who asks for one.
struct FalseHave: Rule {
  private let claimed: [Int]
  private var have: PieceSet
  /// Connections that have not been told yet.
  private var untold: [ConnectionSlot] = []

  /// - Parameter count: of the pieces; drawn by lot among all.
  init(_ configuration: PeerConfiguration, count: Int) {
    var random = RandomSource(seed: RandomSeed.derive(from: configuration.randomSeed, name: "false-have"))
    var pieces = Array(0..<configuration.pieceCount)
    random.shuffle(&pieces)
    claimed = Array(pieces.prefix(count))
    have = PieceSet(capacity: configuration.pieceCount)
    for (piece, isHere) in configuration.havePieces.enumerated() where isHere { have.insert(piece) }
  }

  mutating func change(_ input: Input, at now: SwarmInstant) -> Input {
    switch input {
    case .connected(let slot, _): untold.append(slot)
    case .closed(let slot): untold.removeAll { $0 == slot }
    case .pieceChecked(let piece, valid: true): have.insert(piece)
    // The peer itself would take it for a fault of the other side's.
    case .received(let slot, .request(let block)) where isClaimed(block.piece): return .received(slot, .keepAlive)
    default: break
    }
    return input
  }

  /// Behind what the peer itself says first.
  mutating func act(at now: SwarmInstant, into actions: inout ActionQueue) {
    for slot in untold {
      for piece in claimed where !have.contains(piece) { actions.append(.send(slot, .have(UInt32(piece)))) }
    }
    untold.removeAll()
  }

  private func isClaimed(_ piece: UInt32) -> Bool {
    claimed.contains(Int(piece)) && !have.contains(Int(piece))
  }
}

extension MisbehaviourSpec {
  static let falseHave = Self(
    "false-have", "Says that it has so many pieces that it lacks, and answers nobody who asks for them.",
    doses: [1, 4, 16], of: "pieces", in: 1...1e6, whole: true, .rule { FalseHave($0, count: Int($1)) })
}
