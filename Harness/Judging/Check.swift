public import TopologyFile

/// Something that is judged of a run, from packets: one file, registered by one line in `CheckCatalogue`.
public protocol Check: Sendable {
  static var name: String { get }
  static var kind: Verdict.Kind { get }
  /// One sentence: what must hold.
  static var summary: String { get }
  /// The rows that the topology format reads, documents and completes with defaults.
  static var parameters: [ParameterSpec] { get }
  /// Misbehaviours of the native peer that must fail it.
  static var failedBy: [String] { get }
  static func needs(_ parameters: Parameters) -> Set<Need>
  /// What it learns from plan and record, for who has neither: ends a sentence that begins with "nobody says".
  static var learnsFromPlan: String { get }

  init()

  /// - Throws: `CheckTrouble`, or any error: the check is then undecided, with the error as the reason.
  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict]
}

/// What a check cannot do without. Where it is unmet, the check is undecided with the reason.
public enum Need: String, Hashable, Sendable, CaseIterable {
  /// The plan and the record of the run beside the capture.
  case sidecar
  /// Knowledge of the client's choking; asked for peer by peer.
  case profile
  /// A capture that lacks next to nothing. What was seen to be wrong stays wrong; only a pass is withheld.
  case noDrops
  /// At most one in a hundred of the bytes between peers missing: shares and orders of who gave whom can be told at all.
  case whole
  /// No encrypted conversation among the peers. Only a pass is withheld.
  case plaintext
  /// At most one in a hundred of the bytes between peers encrypted: who serves whom can be told at all.
  case readable
  /// A realtime clock that did not step: frames and record can be put into one order.
  case clock
  /// That, and a machine that kept up.
  case timing

  /// How it is documented.
  public var meaning: String {
    switch self {
    case .sidecar: "plan.yaml and record.jsonl beside the capture"
    case .profile: "a profile of the client's choking"
    case .noDrops: "a capture without dropped frames, of which at most 1 % is missing"
    case .whole: "at most 1 % of the bytes between peers missing"
    case .plaintext: "unencrypted conversations"
    case .readable: "at most 1 % of the bytes between peers encrypted"
    case .clock: "a clock that did not step"
    case .timing: "a machine that kept up and a clock that did not step"
    }
  }

  /// Whether a fail that was found stays a fail while the need is unmet.
  var withholdsOnlyPass: Bool { self == .noDrops || self == .plaintext }
}

/// Why a check cannot decide.
public struct CheckTrouble: Error, CustomStringConvertible, Sendable {
  public var reason: String
  public init(_ reason: String) { self.reason = reason }
  public var description: String { reason }
}

extension Check {
  /// A verdict of this check.
  func verdict(
    _ status: Verdict.Status, scope: Verdict.Scope, subjects: [String], parameters: Parameters, expected: String,
    observed: String, power: Verdict.Power, evidence: [Evidence] = [], reason: String? = nil,
    effect: Verdict.Effect? = nil
  ) -> Verdict {
    Verdict(
      check: Self.name, kind: Self.kind, status: status, scope: scope, subjects: subjects,
      parameters: parameters.values, expected: expected, observed: observed, power: power, evidence: evidence,
      reason: reason, effect: effect)
  }

  static var learnsFromPlan: String { "what the peers were told to do" }

  static var spec: CheckSpec { CheckSpec(name: name, summary: summary, parameters: parameters) }
}
