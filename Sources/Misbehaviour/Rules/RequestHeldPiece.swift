import PeerCore
import SwarmTime
import Wire

/// Beside some of its requests, asks the same remote for a block of a piece that it has told that remote it has.
struct RequestHeldPiece: Rule {
  private var occasion: EveryNth
  private var holdings: RemoteHoldings
  /// Pieces announced by HAVE on each connection, newest last.
  private var announced: [ConnectionSlot: [Int]] = [:]

  init(_ configuration: PeerConfiguration, every n: Int) {
    occasion = EveryNth(n)
    holdings = RemoteHoldings(configuration)
  }

  mutating func change(_ input: Input, at now: SwarmInstant) -> Input {
    holdings.note(input)
    if case .closed(let slot) = input { announced[slot] = nil }
    return input
  }

  mutating func perform(
    _ action: Action, at now: SwarmInstant, into actions: inout ActionQueue, telling inputs: inout [Input]
  ) {
    actions.append(action)
    switch action {
    case .send(let slot, .have(let piece)): announced[slot, default: []].append(Int(piece))
    case .send(let slot, .request):
      guard let held = announced[slot]?.last(where: { holdings.has(slot, $0) }), occasion.isNow() else { return }
      actions.append(.send(slot, .request(holdings.firstBlock(of: held))))
    default: break
    }
  }
}

extension MisbehaviourSpec {
  static let requestHeldPiece = Self(
    "request-held-piece", "Asks, beside a block it wants, for one of a piece that it has announced.",
    doses: [100, 20, 2], of: "every n-th occasion", in: 1...1e6, whole: true,
    .rule { RequestHeldPiece($0, every: Int($1)) })
}
