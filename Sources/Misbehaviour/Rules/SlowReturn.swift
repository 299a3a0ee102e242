import PeerCore
import SwarmTime

/// Speaks with nobody for a time after it has changed its address, whoever dials it.
struct SlowReturn: Rule {
  private let silence: SwarmDuration
  private var silentUntil = SwarmInstant.distantPast

  init(silence: SwarmDuration) { self.silence = silence }

  mutating func change(_ input: Input, at now: SwarmInstant) -> Input {
    if case .moved = input { silentUntil = now + silence }
    return input
  }

  mutating func perform(
    _ action: Action, at now: SwarmInstant, into actions: inout ActionQueue, telling inputs: inout [Input]
  ) {
    guard now < silentUntil else { return actions.append(action) }
    switch action {
    case .dial(let address): inputs.append(.dialFailed(address))
    case .send(let slot, _), .sendBlock(let slot, _): actions.append(.close(slot, reason: "silent after a move"))
    default: actions.append(action)
    }
  }
}

extension MisbehaviourSpec {
  static let slowReturn = Self(
    "slow-return", "Speaks with nobody for so long after a change of address.", doses: [60, 120, 1_000_000],
    of: "s", in: 0...1e9, .rule { SlowReturn(silence: .seconds($1)) })
}
