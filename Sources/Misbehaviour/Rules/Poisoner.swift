import PeerCore
import SwarmTime
import Wire

/// Damages some of the blocks that it sends: one byte is wrong, so that the piece fails its hash.
///
/// The fake-block attack (Dhungel et al., IPTPS 2008). Whoever checks hashes keeps nothing of it, but fetches the piece
/// again; an honest peer finds who it was, and does not talk to it again.
struct Poisoner: Rule {
  private var occasion: EveryNth

  init(every n: Int) { occasion = EveryNth(n) }

  mutating func perform(
    _ action: Action, at now: SwarmInstant, into actions: inout ActionQueue, telling inputs: inout [Input]
  ) {
    if case .sendBlock(let slot, let block) = action, occasion.isNow() {
      actions.append(.sendDamagedBlock(slot, block))
    } else {
      actions.append(action)
    }
  }
}

extension MisbehaviourSpec {
  static let poisoner = Self(
    "poisoner", "Damages a block that it sends, so that its piece fails the hash; an occasion is a block.",
    doses: [16, 4, 1], of: "every n-th occasion", in: 1...1e6, whole: true, .rule { Poisoner(every: Int($1)) })
}
