import PeerCore
import SwarmTime
import Wire

/// Keeps silent about some of the requests that it drops.
struct NoReject: Rule {
  private var occasion: EveryNth

  init(every n: Int) { occasion = EveryNth(n) }

  mutating func perform(
    _ action: Action, at now: SwarmInstant, into actions: inout ActionQueue, telling inputs: inout [Input]
  ) {
    if case .send(_, .reject) = action, occasion.isNow() { return }
    actions.append(action)
  }
}

extension MisbehaviourSpec {
  static let noReject = Self(
    "no-reject", "Drops a request without the reject that BEP 6 asks for.", doses: [8, 3, 1],
    of: "every n-th occasion", in: 1...1e6, whole: true, .rule { NoReject(every: Int($1)) })
}
