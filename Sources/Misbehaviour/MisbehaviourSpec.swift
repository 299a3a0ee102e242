/// A way of breaking rules that a native peer can be told to follow: what it is and how strong it can be.
public struct MisbehaviourSpec: Hashable, Sendable {
  public var name: String
  /// What a dose counts.
  public var unit: String
  /// One sentence for a person.
  public var summary: String
  /// Three, mild to strong. The mildest is the stated limit of detection of the check that it must fail.
  public var doses: [Double]
  /// Every dose that makes sense.
  public var allowed: ClosedRange<Double>
  /// Whether a dose must be a whole number.
  public var isWhole: Bool
  let build: Builder

  /// How a peer comes to misbehave (see `Rule` for the third way).
  enum Builder: Hashable, Sendable {
    case moreSlots
    case scaledUpload
    case scaledDownload
    case rule(RuleName)
  }

  /// What decorates the core.
  enum RuleName: Hashable, Sendable {
    case stopShort, skipVerification, requestWhileChoked, unaskedBlock, lateBitfield, noReject, requestHeldPiece
  }
}

/// Why a misbehaviour was refused.
public enum MisbehaviourError: Error, Hashable, CustomStringConvertible {
  case unknown(name: String)
  case dose(Double, of: MisbehaviourSpec)
  case needsTitForTat(name: String)

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
    }
  }
}
