import Choking
import PeerCore
import SwarmTime

extension MisbehaviourSpec {
  static let fastRechoke = Self(
    "fast-rechoke", "Evaluates its choking more often than every 10 s.", doses: [8, 5, 2], of: "s between two rounds",
    in: 0.1...10, .setting { $0.stretchRounds(to: $1) })

  static let slowRechoke = Self(
    "slow-rechoke", "Evaluates its choking less often than every 10 s.", doses: [12, 15, 20],
    of: "s between two rounds", in: 10...1e6, .setting { $0.stretchRounds(to: $1) })
}

extension PeerConfiguration {
  /// - Parameter seconds: Where an honest peer has 10 s; an algorithm of another period in proportion.
  fileprivate mutating func stretchRounds(to seconds: Double) {
    chokePeriod = .seconds(seconds / 10 * choking.period.seconds)
  }
}
