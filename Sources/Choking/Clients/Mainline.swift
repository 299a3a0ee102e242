public import SwarmTime

/// What the choker of mainline 3.4 and that of 4.0 have in common: all connections stand in one list (BitTorrent 3.4.2,
/// Choker.py).
///
/// - Regular slots go to the `slots` interested, not snubbed peers with the best rate in the window.
/// - Then the list is gone through from its head: who holds no regular slot is unchoked until one more interested peer has
///   been, and as many as make `leastUnchoked` in all. Uninterested peers that stand before it are unchoked, too, and
///   cost no slot; those behind it are choked.
/// - Every third round, before that, the list is rotated so that its first choked and interested peer heads it.
/// - All this happens at a change of interest, too, but for the rotation.
struct RotatingList: Sendable {
  var slots: Int
  /// So many are unchoked at least, where there are as many that are interested.
  var leastUnchoked: Int
  /// Extra chances of a new connection to come to the head of the list.
  var extraChances: Int
  static let roundsPerRotation = 3

  func unchoked(
    among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource, rate: (Snapshot) -> Int64
  ) -> Unchoking {
    var list = order(peers, &random)
    if case .round(let number) = moment.occasion, number % Self.roundsPerRotation == 0 { rotate(&list, peers) }
    let preferred = Set(
      peers.ranked(&random, where: { $0.isInterested && (moment.isSeed || !$0.isSnubbed) }) { rate($0) > rate($1) }
        .prefix(slots))
    var count = preferred.count
    var hasHit = false
    var decision = Unchoking(regular: Array(preferred).sorted())
    for place in list where !preferred.contains(place) {
      guard count < min(leastUnchoked, slots + 1) || !hasHit else { break }
      if peers[place].isInterested {
        count += 1
        hasHit = true
        decision.optimistic.append(place)
        if peers[place].optimisticSince == nil { decision.drawn.append(place) }
      } else {
        decision.regular.append(place)
      }
    }
    decision.memos = peers.map { _ in Memo() }
    for (rank, place) in list.enumerated() { decision.memos[place].ours = Int64(rank) }
    return decision
  }

  /// Of those that were there before in the order of their places, with the new ones put in.
  private func order(_ peers: [Snapshot], _ random: inout RandomSource) -> [Int] {
    var list = peers.indices.filter { peers[$0].memo != nil }
    list.sort { (peers[$0].memo?.ours ?? 0, $0) < (peers[$1].memo?.ours ?? 0, $1) }
    for place in peers.indices where peers[place].memo == nil {
      list.insert(place, at: max(0, random.below(list.count + 1 + extraChances) - extraChances))
    }
    return list
  }

  private func rotate(_ list: inout [Int], _ peers: [Snapshot]) {
    guard let first = list.firstIndex(where: { peers[$0].isInterested && !peers[$0].isUnchoked }) else { return }
    list = Array(list[first...] + list[..<first])
  }
}

/// Mainline 3.4 (BitTorrent/Choker.py, 2004): `RotatingList` as leecher and as seed.
///
/// - A new connection is put at the head of the list with three times the chance of any other place.
/// - At least four are unchoked, as far as there are slots.
/// - A leecher's rate is what it receives, a seed's what it sends: so a seed serves the fastest.
///
/// The client has 6 regular slots and one more; here `slots`.
public struct Mainline34: ChokingAlgorithm {
  private let list: RotatingList

  public init(slots: Int = 4) { list = RotatingList(slots: slots, leastUnchoked: 4, extraChances: 2) }

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    list.unchoked(among: peers, at: moment, random: &random) { moment.isSeed ? $0.sent : $0.received }
  }
}

/// Mainline 4.0 (2005): a leecher as in 3.4 but for two numbers, and another rule for seeds, which are to serve all equally
/// long whatever their speed.
///
/// - A new connection is put anywhere in the list with the same chance; at least two are unchoked.
/// - As a seed: `slots` slots by last unchoke, newest first. In three rounds two of four to six slots go to others by
///   lot, one in each of the first two, in place of whoever was unchoked longest ago (seed keep unchoked, seed random
///   unchoked: Legout 2006, section 2.1); of other numbers as many in proportion, as `TitForTat` has it. Nobody who is
///   not interested is unchoked. Between rounds a free slot is given by lot at once.
///
/// The client takes its number of slots from its upload limit; here `slots`.
public struct Mainline40: ChokingAlgorithm {
  private let list: RotatingList
  private let seed: TitForTat

  public init(slots: Int = 4) {
    list = RotatingList(slots: slots, leastUnchoked: 2, extraChances: 0)
    seed = TitForTat(slots: slots, optimisticSlots: 0, optimisticChoice: EvenDraw())
  }

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    guard !moment.isSeed else { return seed.unchoked(among: peers, at: moment, random: &random) }
    return list.unchoked(among: peers, at: moment, random: &random) { $0.received }
  }
}

extension ChokingSpec {
  static let mainline34 = Self(
    "mainline-3.4", "Mainline 3.4: a list that rotates; a seed serves the fastest.", takes: [.slots]
  ) { Mainline34(slots: $0.slots) }

  static let mainline40 = Self(
    "mainline-4.0", "Mainline 4.0: the same, but a seed serves all equally long.", takes: [.slots]
  ) { Mainline40(slots: $0.slots) }
}
