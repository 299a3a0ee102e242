public import SwarmTime

/// Which piece is begun next with a remote, where none of those that are started will do.
public protocol PiecePicker: Sendable {
  /// - Returns: one of the pieces on offer; nil if there is none.
  func piece(from offer: PieceOffer, random: inout RandomSource) -> Int?
}

/// What a remote has that we could begin with.
public struct PieceOffer: Sendable {
  /// Pieces that the remote has.
  public let pieces: PieceSet
  /// Verified ones of ours, and those that we have started or do not want.
  public let have: PieceSet
  public let started: PieceSet
  /// Connected peers that have each piece.
  public let availability: ContiguousArray<UInt16>
  /// Pieces that the remote has suggested (BEP 6), oldest first, whether on offer or not.
  public let suggested: [Int]

  /// Calls `body` for each piece on offer, in rising order.
  @inlinable public func forEach(_ body: (Int) -> Void) { pieces.forEach(notIn: have, norIn: started, body) }

  func holds(_ piece: Int) -> Bool { pieces.contains(piece) && !have.contains(piece) && !started.contains(piece) }
}

/// The first four pieces at random, then rarest first with random ties (BEP 3; Cohen 2003, section 2.4).
///
/// What the remote suggests breaks ties among the rarest, no more.
public struct RarestFirst: PiecePicker {
  static let randomFirstPieces = 4

  public init() {}

  public func piece(from offer: PieceOffer, random: inout RandomSource) -> Int? {
    if offer.have.count < Self.randomFirstPieces {
      return suggested(offer, ifAvailabilityAtMost: .max) ?? anyPiece(offer, &random)
    }
    guard let (picked, rarity) = rarest(offer, &random) else { return nil }
    return suggested(offer, ifAvailabilityAtMost: rarity) ?? picked
  }

  private func anyPiece(_ offer: PieceOffer, _ random: inout RandomSource) -> Int? {
    var seen = 0
    var picked: Int?
    offer.forEach { piece in
      seen += 1
      if random.below(seen) == 0 { picked = piece }
    }
    return picked
  }

  private func rarest(_ offer: PieceOffer, _ random: inout RandomSource) -> (piece: Int, rarity: UInt16)? {
    var rarest = UInt16.max
    var ties = 0
    var picked: Int?
    offer.forEach { piece in
      let count = offer.availability[piece]
      if count < rarest {
        (rarest, ties, picked) = (count, 1, piece)
      } else if count == rarest {
        ties += 1
        if random.below(ties) == 0 { picked = piece }
      }
    }
    return picked.map { ($0, rarest) }
  }

  private func suggested(_ offer: PieceOffer, ifAvailabilityAtMost rarest: UInt16) -> Int? {
    offer.suggested.first { offer.holds($0) && offer.availability[$0] <= rarest }
  }
}
