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
