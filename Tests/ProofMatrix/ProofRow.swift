import Misbehaviour

/// One misbehaviour, the scene in which it can be seen, and what must come of it. All checks of the catalogue are made;
/// one that is not named here must not fail, for anybody.
package struct ProofRow: Sendable {
  package var misbehaviour: String
  package var scene: String
  package var offenders: Offenders
  /// From mild to strong.
  package var doses: [Double]
  /// Checks that must fail, for an offender or for the swarm, at every dose and random seed.
  package var mustFail: [String]
  package var mayFail: [Entailed]

  /// A fail that follows from the misbehaviour, with the reason.
  package struct Entailed: Sendable {
    package var check: String
    /// Whether peers that keep the rules may be blamed, too: only where the check judges what happens to them, not what
    /// they do.
    package var blamesOthers: Bool
    package var reason: String
  }

  /// - Parameter doses: by default, all of the misbehaviour's own.
  package init(
    _ misbehaviour: String, in scene: String, by offenders: Offenders, doses: [Double]? = nil, mustFail: [String],
    mayFail: [Entailed] = []
  ) {
    self.misbehaviour = misbehaviour
    self.scene = scene
    self.offenders = offenders
    self.doses = doses ?? MisbehaviourCatalogue.spec(named: misbehaviour)?.doses ?? []
    self.mustFail = mustFail
    self.mayFail = mayFail
  }

  package func expectation(_ check: String) -> Expectation {
    let entailed = mayFail.first { $0.check == check }
    if mustFail.contains(check) { return .mustFail(mayBlameOthers: entailed?.blamesOthers ?? false) }
    if let entailed { return .mayFail(mayBlameOthers: entailed.blamesOthers) }
    return .mustPass
  }
}

package enum Expectation: Hashable, Sendable {
  case mustFail(mayBlameOthers: Bool)
  case mayFail(mayBlameOthers: Bool)
  case mustPass

  package var mayBlameOthers: Bool {
    switch self {
    case .mustFail(let may), .mayFail(let may): may
    case .mustPass: false
    }
  }
}

extension ProofRow.Entailed {
  /// For an offender, or the swarm as a whole.
  package static func itself(_ check: String, _ reason: String) -> Self {
    Self(check: check, blamesOthers: false, reason: reason)
  }

  /// For whoever it happens to.
  package static func anybody(_ check: String, _ reason: String) -> Self {
    Self(check: check, blamesOthers: true, reason: reason)
  }
}
