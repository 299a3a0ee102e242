import Choking
import PeerCore

/// A way of breaking rules that a native peer can be told to follow: what it is and how strong it can be. Each stands
/// beside the code that breaks the rule.
public struct MisbehaviourSpec: Sendable {
  public var name: String
  /// One sentence for a person.
  public var summary: String
  /// What a dose counts.
  public var unit: String
  /// Three, mild to strong. The mildest is the stated limit of detection of the check that it must fail.
  public var doses: [Double]
  /// Every dose that makes sense.
  public var allowed: ClosedRange<Double>
  /// Whether a dose must be a whole number.
  public var isWhole: Bool
  let making: Making

  /// How a peer comes to misbehave, given the dose.
  enum Making: Sendable {
    /// By another choker, made from the honest one.
    case choker(@Sendable (TitForTat, Double) -> any ChokingAlgorithm)
    /// By another choker, which knows with whom it acts.
    case group(@Sendable (TitForTat, Double, Accomplices) -> any ChokingAlgorithm)
    /// By what is done to all that goes into the honest peer and comes out of it.
    case rule(@Sendable (PeerConfiguration, Double) -> any Rule)
    /// By other rates than the declared ones.
    case limits(@Sendable (Double) -> ScaledLimits)
    /// By another setting than the declared one.
    case setting(@Sendable (inout PeerConfiguration, Double) -> Void)
  }

  init(
    _ name: String, _ summary: String, doses: [Double], of unit: String, in allowed: ClosedRange<Double>,
    whole isWhole: Bool = false, _ making: Making
  ) {
    self.name = name
    self.summary = summary
    self.doses = doses
    self.unit = unit
    self.allowed = allowed
    self.isWhole = isWhole
    self.making = making
  }

  /// It is a way of choking by tit-for-tat, and of nothing else.
  public var needsTitForTat: Bool {
    switch making {
    case .choker, .group: true
    case .rule, .limits, .setting: false
    }
  }

  /// Several peers do it together, each of which must be told who they are.
  public var needsAccomplices: Bool { if case .group = making { true } else { false } }

  public func allows(_ dose: Double) -> Bool { allowed.contains(dose) && (!isWhole || dose == dose.rounded()) }
}

/// Why a misbehaviour was refused.
public enum MisbehaviourError: Error, CustomStringConvertible {
  case unknown(name: String)
  case dose(Double, of: MisbehaviourSpec)
  case needsTitForTat(name: String)
  case needsAccomplices(name: String)

  public var description: String {
    switch self {
    case .unknown(let name):
      let names = MisbehaviourCatalogue.all.map(\.name).joined(separator: ", ")
      return "no misbehaviour is called \"\(name)\"; there are \(names)"
    case .dose(let dose, let spec):
      let (low, high) = (spec.allowed.lowerBound, spec.allowed.upperBound)
      let kind = spec.isWhole ? "whole dose" : "dose"
      return "\(spec.name) takes a \(kind) from \(low) to \(high) (\(spec.unit)), not \(dose)"
    case .needsTitForTat(let name): return "\(name) needs the choking algorithm tit-for-tat"
    case .needsAccomplices(let name): return "\(name) is done by several peers together; say which these are"
    }
  }
}
