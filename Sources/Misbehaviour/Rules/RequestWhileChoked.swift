import PeerCore
import SwarmTime
import Wire

/// Asks remotes that choke it, past the 2 s in which a request may have crossed the choke on its way, and again and again.
struct RequestWhileChoked: Rule {
  private static let patience = SwarmDuration.seconds(3)
  private var occasion: EveryNth
  private var holdings: RemoteHoldings
  private var have: PieceSet
  /// When each remote that chokes us is to be asked, by rising slot.
  private var due: [(slot: ConnectionSlot, at: SwarmInstant)] = []

  init(_ configuration: PeerConfiguration, every n: Int) {
    occasion = EveryNth(n)
    holdings = RemoteHoldings(configuration)
    have = PieceSet(capacity: configuration.pieceCount)
    for (piece, isHere) in configuration.havePieces.enumerated() where isHere { have.insert(piece) }
  }

  mutating func change(_ input: Input, at now: SwarmInstant) -> Input {
    holdings.note(input)
    switch input {
    case .connected(let slot, _), .received(let slot, .choke):
      due.removeAll { $0.slot == slot }
      due.append((slot, now + Self.patience))
      due.sort { $0.slot.index < $1.slot.index }
    case .received(let slot, .unchoke), .closed(let slot): due.removeAll { $0.slot == slot }
    case .pieceChecked(let piece, true): have.insert(piece)
    default: break
    }
    return input
  }

  mutating func act(at now: SwarmInstant, into actions: inout ActionQueue) {
    for index in due.indices where due[index].at <= now {
      due[index].at = now + Self.patience
      let slot = due[index].slot
      guard let piece = (0..<holdings.pieceCount).first(where: { !have.contains($0) && holdings.has(slot, $0) }),
        occasion.isNow()
      else { continue }
      actions.append(.send(slot, .request(holdings.firstBlock(of: piece))))
    }
  }

  var nextDeadline: SwarmInstant? { due.lazy.map(\.at).min() }
}

extension MisbehaviourSpec {
  static let requestWhileChoked = Self(
    "request-while-choked",
    "Asks for a block 3 s after a choke and every 3 s from then on; an occasion is one such time.",
    doses: [8, 3, 1], of: "every n-th occasion", in: 1...1e6, whole: true,
    .rule { RequestWhileChoked($0, every: Int($1)) })
}
