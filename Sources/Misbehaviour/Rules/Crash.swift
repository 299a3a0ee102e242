import PeerCore
import SwarmTime

/// Its process dies when so many pieces are verified.
struct Crash: Rule {
  private var left: Int

  init(pieces: Int) { left = pieces }

  mutating func change(_ input: Input, at now: SwarmInstant) -> Input {
    if case .pieceChecked(_, valid: true) = input { left -= 1 }
    return input
  }

  mutating func act(at now: SwarmInstant, into actions: inout ActionQueue) {
    if left <= 0 { actions.append(.die) }
  }
}

extension MisbehaviourSpec {
  static let crash = Self(
    "crash", "Dies of a signal once it has fetched so many pieces.", doses: [32, 8, 1], of: "pieces", in: 1...1e9,
    whole: true, .rule { Crash(pieces: Int($1)) })
}
