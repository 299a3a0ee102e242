import PeerCore
import SwarmTime

/// Begins with the first piece on offer, at some picks.
struct SequentialPicker: PiecePicker {
  let honest: any PiecePicker
  let share: Double

  func piece(from offer: PieceOffer, random: inout RandomSource) -> Int? {
    guard random.unit() < share else { return honest.piece(from: offer, random: &random) }
    var first: Int?
    offer.forEach { piece in if first == nil { first = piece } }
    return first
  }
}

extension MisbehaviourSpec {
  static let sequentialPicker = Self(
    "sequential-picker", "Begins with the first piece that it lacks, not the rarest, at that share of its picks.",
    doses: [0.6, 0.8, 1], of: "share of picks", in: 0...1,
    .setting { $0.picker = SequentialPicker(honest: $0.picker, share: $1) })
}
