import PeerCore
import SwarmTime

/// Begins with a piece that most peers have, at some picks.
struct CommonFirst: PiecePicker {
  let honest: any PiecePicker
  let share: Double

  func piece(from offer: PieceOffer, random: inout RandomSource) -> Int? {
    guard random.unit() < share else { return honest.piece(from: offer, random: &random) }
    var (most, ties) = (UInt16.zero, 0)
    var picked: Int?
    offer.forEach { piece in
      let count = offer.availability[piece]
      if count > most || picked == nil {
        (most, ties, picked) = (count, 1, piece)
      } else if count == most {
        ties += 1
        if random.below(ties) == 0 { picked = piece }
      }
    }
    return picked
  }
}

extension MisbehaviourSpec {
  static let commonFirst = Self(
    "common-first", "Begins with the commonest piece that it lacks, not the rarest, at that share of its picks.",
    doses: [0.6, 0.8, 1], of: "share of picks", in: 0...1,
    .setting { $0.picker = CommonFirst(honest: $0.picker, share: $1) })
}
