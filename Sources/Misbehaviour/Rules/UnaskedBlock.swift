import PeerCore
import SwarmTime
import Wire

/// Sends some blocks twice: the peer is told that what it has just sent was asked for again, so that the second copy
/// stays within its rate.
struct UnaskedBlock: Rule {
  private var occasion: EveryNth
  /// Told to the peer and not sent yet: no occasions of their own.
  private var forged: [Promise] = []

  private struct Promise: Hashable {
    var slot: ConnectionSlot
    var block: Block
  }

  init(every n: Int) { occasion = EveryNth(n) }

  mutating func perform(
    _ action: Action, at now: SwarmInstant, into actions: inout ActionQueue, telling inputs: inout [Input]
  ) {
    actions.append(action)
    switch action {
    case .sendBlock(let slot, let block):
      if let place = forged.firstIndex(of: Promise(slot: slot, block: block)) {
        forged.remove(at: place)
      } else if occasion.isNow() {
        forged.append(Promise(slot: slot, block: block))
        inputs.append(.received(slot, .request(block)))
      }
    case .send(let slot, .reject(let block)): forged.removeAll { $0 == Promise(slot: slot, block: block) }
    case .send(let slot, .choke), .close(let slot, _): forged.removeAll { $0.slot == slot }
    default: break
    }
  }

  mutating func change(_ input: Input, at now: SwarmInstant) -> Input {
    if case .closed(let slot) = input { forged.removeAll { $0.slot == slot } }
    return input
  }
}

extension MisbehaviourSpec {
  static let unaskedBlock = Self(
    "unasked-block", "Sends a block that it has sent once more.", doses: [100, 20, 2], of: "every n-th occasion",
    in: 1...1e6, whole: true, .rule { UnaskedBlock(every: Int($1)) })
}
