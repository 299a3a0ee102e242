import PeerCore
import SwarmTime
import Wire

/// On some connections another message goes before the one that says which pieces the peer has.
struct LateBitfield: Rule {
  private var occasion: EveryNth

  init(every n: Int) { occasion = EveryNth(n) }

  mutating func perform(
    _ action: Action, at now: SwarmInstant, into actions: inout ActionQueue, telling inputs: inout [Input]
  ) {
    switch action {
    case .send(let slot, .bitfield), .send(let slot, .haveAll), .send(let slot, .haveNone):
      if occasion.isNow() { actions.append(.send(slot, .notInterested)) }
    default: break
    }
    actions.append(action)
  }
}

extension MisbehaviourSpec {
  static let lateBitfield = Self(
    "late-bitfield", "Says \"not interested\" before it says what it has; an occasion is a connection.",
    doses: [4, 2, 1], of: "every n-th occasion", in: 1...1e6, whole: true, .rule { LateBitfield(every: Int($1)) })
}
