import Choking
import SwarmTime

/// A leecher that keeps some regular slots for accomplices whatever they send, also where they snub it, and gives the
/// others by tit-for-tat; as a seed it is honest.
///
/// Collusion (Lian et al., ICDCS 2007, found it among the users of Maze): peers favour each other, whatever they give.
/// Where more accomplices want something than slots are kept for them, those that have one keep it, and then the best
/// senders come, so that those that serve each other stay together. The others have what they earn, as anybody has.
struct Colluder: ChokingAlgorithm {
  let honest: TitForTat
  let accomplices: Accomplices
  let reserved: Int

  func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    guard !moment.isSeed else { return honest.unchoked(among: peers, at: moment, random: &random) }
    var peers = peers
    let fellows = peers.indices.filter { peers[$0].isInterested && accomplices.include(peers[$0].partner) }
    let first = fellows.sorted { a, b in
      let (mine, other) = (Self.holdsRegularSlot(peers[a]), Self.holdsRegularSlot(peers[b]))
      if mine != other { return mine }
      return peers[a].received != peers[b].received ? peers[a].received > peers[b].received : a < b
    }
    for place in first.prefix(reserved) {
      peers[place].received = .max
      peers[place].isSnubbed = false
    }
    return honest.unchoked(among: peers, at: moment, random: &random)
  }

  private static func holdsRegularSlot(_ peer: Snapshot) -> Bool {
    peer.unchokedSince != nil && peer.optimisticSince == nil
  }
}

extension MisbehaviourSpec {
  static let colluders = Self(
    "colluders", "Is one of a group that serve each other first: so many regular slots are theirs, whatever they send.",
    doses: [1, 2, 4], of: "slots", in: 1...1000, whole: true,
    .group { Colluder(honest: $0, accomplices: $2, reserved: Int($1)) })
}
