import Choking
import SwarmTime

/// Ranks by what partners sent in the 20 s before an earlier round. Whoever was not there then has sent nothing.
struct StaleRates: Distortion {
  let age: SwarmDuration
  private var past: [(at: SwarmInstant, received: [Partner: Int64])] = []

  init(age: SwarmDuration) { self.age = age }

  mutating func distort(_ peers: inout [Snapshot], at moment: ChokeMoment, random: inout RandomSource) {
    var received: [Partner: Int64] = [:]
    for peer in peers { received[peer.partner] = peer.received }
    past.append((moment.now, received))
    let then = moment.now - age + TitForTat.timerSlack
    while past.count > 1, past[1].at <= then { past.removeFirst() }
    let old = past[0].at <= then ? past[0].received : [:]
    for place in peers.indices { peers[place].received = old[peers[place].partner] ?? 0 }
  }
}

extension MisbehaviourSpec {
  static let staleRates = Self(
    "stale-rates", "Ranks its partners by rates that are so old.", doses: [40, 80, 160], of: "s of age", in: 0...1e6,
    .choker { Misranking($0, StaleRates(age: .seconds($1))) })
}
