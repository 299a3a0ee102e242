import PeerCore
import SwarmTime
import Wire

/// Never answers some of the requests that it gets: it sends no block for them and no reject, whomever it unchokes.
///
/// At every request it is the uncooperative peer of Dhungel et al. (IPTPS 2008). Who drops rejects only (`no-reject`)
/// still serves what it owes, and who is slow (`lazy-upload`) serves it later; here it never comes. The peer does not
/// hear of these requests itself, so that its uplink is free for others.
struct Silent: Rule {
  private var occasion: EveryNth

  init(every n: Int) { occasion = EveryNth(n) }

  mutating func change(_ input: Input, at now: SwarmInstant) -> Input {
    guard case .received(let slot, .request) = input, occasion.isNow() else { return input }
    return .received(slot, .keepAlive)
  }
}

extension MisbehaviourSpec {
  static let silent = Self(
    "silent", "Never answers a request, by a block or by a reject; an occasion is a request.", doses: [8, 3, 1],
    of: "every n-th occasion", in: 1...1e6, whole: true, .rule { Silent(every: Int($1)) })
}
