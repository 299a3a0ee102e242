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
