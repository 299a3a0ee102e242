import Oracle
import SwarmTime
import Wire

/// Follows one member of an ideal swarm as one that asks: which pieces it begins, among which, from the wire alone.
struct PickWatch {
  let picker: Int
  let pieceCount: Int
  let delay: SwarmDuration
  /// Of each begun piece, 0 for the rarest on offer to 1 for the commonest; where all are equally rare there is none.
  private(set) var ranks: [Double] = []
  /// Of each begun piece, whether it was the first on offer.
  private(set) var wasFirst: [Bool] = []
  /// What each remote has told it to have, and how many have each piece.
  private var known: [Int: Set<Int>] = [:]
  private var copies: [Int]
  private var begun: Set<Int> = []
  /// Said and still on its way: it counts when the delay is over.
  private var underway: [(at: SwarmInstant, from: Int, pieces: Set<Int>)] = []

  init(picker: Int, pieceCount: Int, delay: SwarmDuration) {
    self.picker = picker
    self.pieceCount = pieceCount
    self.delay = delay
    copies = Array(repeating: 0, count: pieceCount)
  }

  var meanRank: Double { ranks.reduce(0, +) / Double(max(1, ranks.count)) }
  var shareOfFirsts: Double { Double(wasFirst.count { $0 }) / Double(max(1, wasFirst.count)) }

  mutating func see(_ crossing: IdealSwarm.Crossing) {
    while let first = underway.first, first.at <= crossing.at {
      underway.removeFirst()
      for piece in first.pieces where known[first.from, default: []].insert(piece).inserted { copies[piece] += 1 }
    }
    guard case .message(let message) = crossing.content else { return }
    if crossing.to == picker {
      switch message {
      case .have(let piece): underway.append((crossing.at + delay, crossing.from, [Int(piece)]))
      case .haveAll: underway.append((crossing.at + delay, crossing.from, Set(0..<pieceCount)))
      default: break
      }
    } else if crossing.from == picker, case .request(let block) = message {
      asked(Int(block.piece), of: crossing.to)
    }
  }

  private mutating func asked(_ piece: Int, of remote: Int) {
    let isNew = begun.insert(piece).inserted
    // The first four are not picked by rarity.
    guard isNew, begun.count > 4 else { return }
    let offer = (known[remote] ?? []).filter { $0 == piece || !begun.contains($0) }
    guard offer.count > 1 else { return }
    wasFirst.append(offer.min() == piece)
    let rarer = offer.count { copies[$0] < copies[piece] }
    let commoner = offer.count { copies[$0] > copies[piece] }
    if rarer + commoner > 0 { ranks.append(Double(rarer) / Double(rarer + commoner)) }
  }
}
