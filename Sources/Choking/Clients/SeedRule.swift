import SwarmTime

/// Whom a seed of libtorrent serves (seed_choking_algorithm; src/choker.cpp).
public enum SeedRule: String, CaseIterable, Sendable {
  /// Each until it has had more than 20 pieces and has been unchoked for more than a minute, then others; of those in the
  /// same state whom it sends to fastest, and then who has waited longest.
  case roundRobin = "round-robin"
  /// Whom it sent most in the last round, and then who has waited longest.
  case fastestUpload = "fastest-upload"
  /// Who has next to nothing, or nearly all (Chow, Golubchik and Misra 2008). What it was given counts for what it must
  /// have, up to half of all, since it may say that it has less.
  case antiLeech = "anti-leech"

  static let quotaPieces: Int64 = 20
  static let quotaTime = SwarmDuration.seconds(60)

  /// Whether the first is served before the second.
  func isBetter(_ a: Snapshot, _ b: Snapshot, at moment: ChokeMoment) -> Bool {
    switch self {
    case .roundRobin:
      let (first, second) = (Self.hasHadItsTurn(a, at: moment), Self.hasHadItsTurn(b, at: moment))
      if first != second { return second }
    case .antiLeech:
      let (first, second) = (Self.distanceFromHalf(a, moment), Self.distanceFromHalf(b, moment))
      if first != second { return first > second }
    case .fastestUpload: break
    }
    if a.sentThisRound != b.sentThisRound { return a.sentThisRound > b.sentThisRound }
    return a.waitedSince < b.waitedSince
  }

  /// `memo.ours` is what it had been sent when it was unchoked.
  static func hasHadItsTurn(_ peer: Snapshot, at moment: ChokeMoment) -> Bool {
    guard let since = peer.unchokedSince else { return false }
    return peer.allSent - (peer.memo?.ours ?? 0) > quotaPieces * moment.pieceLength && moment.now - since > quotaTime
  }

  /// In thousandths of half the payload.
  static func distanceFromHalf(_ peer: Snapshot, _ moment: ChokeMoment) -> Int64 {
    let size = Int64(moment.pieceCount) * moment.pieceLength
    let had = max(Int64(peer.pieces) * moment.pieceLength, min(peer.allSent, size / 2))
    return abs(had - size / 2) * 2000 / max(1, size)
  }
}

extension Snapshot {
  /// When it was last chosen or, if it holds a slot, got it; before all time for one that never did.
  var waitedSince: SwarmInstant { unchokedSince ?? lastChange ?? .distantPast }
}
