import Choking
import SwarmTime

/// Slots to those that have the fewest pieces: who has least to give is helped first.
///
/// - Every 10 s the `slots` interested peers with the fewest pieces are unchoked; equals by lot. As a seed likewise.
/// - Between rounds nobody is unchoked, and who loses interest is choked.
struct FewestPieces: ChokingAlgorithm {
  var slots = 4

  func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    let holders = peers.indices.filter { peers[$0].isInterested && peers[$0].unchokedSince != nil }
    guard case .round = moment.occasion else { return Unchoking(regular: holders) }
    var places = peers.indices.filter { peers[$0].isInterested }
    random.shuffle(&places)
    places.sort { peers[$0].pieces < peers[$1].pieces }
    return Unchoking(regular: Array(places.prefix(slots)))
  }
}

extension ChokingSpec {
  static let fewestPieces = Self(
    "fewest-pieces", "Slots to those that have the fewest pieces.", takes: [.slots]
  ) { FewestPieces(slots: $0.slots) }
}
