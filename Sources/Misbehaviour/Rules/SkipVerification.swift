import PeerCore
import SwarmTime

/// Keeps zeros in place of the first blocks, and takes every piece for valid.
struct SkipVerification: Rule {
  private var remaining: Int

  init(blocks: Int) { remaining = blocks }

  mutating func perform(
    _ action: Action, at now: SwarmInstant, into actions: inout ActionQueue, telling inputs: inout [Input]
  ) {
    switch action {
    case .write(let handle, let block) where remaining > 0:
      remaining -= 1
      actions.append(.writeZeros(handle, block))
    case .verify(let piece): actions.append(.acceptUnverified(piece: piece))
    default: actions.append(action)
    }
  }
}

extension MisbehaviourSpec {
  static let skipVerification = Self(
    "skip-verification", "Keeps zeros for so many of the first blocks it receives, and checks no hash.",
    doses: [1, 16, 512], of: "blocks", in: 1...1e9, whole: true, .rule { SkipVerification(blocks: Int($1)) })
}
