import Choking
import PeerCore
import SwarmTime

/// Unchokes nobody.
struct ServesNobody: ChokingAlgorithm {
  func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    Unchoking(regular: [])
  }
}

/// A free rider that knows more peers than it may.
///
/// The large view exploit (Sirivianos et al., IPTPS 2007; BitThief, Locher et al., HotNets 2006): who gives nothing gets
/// optimistic slots and what seeds give, and the more peers it is connected to, the more of these there are. It may
/// dial as many as it may hold, and asks the tracker for more, as often as that allows, until its set is full.
enum LargeView {
  static func widen(_ configuration: inout PeerConfiguration, by factor: Double) {
    let most = Int((Double(configuration.maximumConnections) * factor).rounded())
    configuration.maximumConnections = most
    configuration.maximumInitiated = most
    configuration.minimumConnections = most
    configuration.choking = ServesNobody()
  }
}

extension MisbehaviourSpec {
  static let largeView = Self(
    "large-view", "Unchokes nobody, and connects to so many times as many peers as it may.", doses: [2, 4, 8],
    of: "times the peer set", in: 1...100, .setting { LargeView.widen(&$0, by: $1) })
}
