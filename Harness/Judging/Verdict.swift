public import Planning
public import SwarmTime

/// What a check says of a run.
public struct Verdict: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable { case invariant, statistic }
  public enum Status: String, Hashable, Sendable, Codable { case pass, fail, undecided }
  public enum Scope: String, Hashable, Sendable, Codable { case swarm, peer, pair }

  public var check: String
  public var kind: Kind
  public var status: Status
  public var scope: Scope
  /// Names of the peers that the verdict is about; empty for the whole swarm.
  public var subjects: [String]
  /// All parameters, defaults included.
  public var parameters: [String: PlannedValue]
  public var expected: String
  public var observed: String
  /// How much there was to judge by, and how much is needed.
  public var power: Power
  public var evidence: [Evidence]
  /// Why it is undecided.
  public var reason: String?
  /// The entry of the client's known deviations that this verdict falls under, whatever its status; nil for none.
  public var knownDeviation: KnownDeviation?
  /// What a statistic measured in this run; nil for invariants, and where nothing could be measured.
  public var effect: Effect?

  /// A measured value and the bound that it must reach.
  public struct Effect: Hashable, Sendable, Codable {
    public var value: Fixed
    public var atLeast: Fixed
    public init(value: Fixed, atLeast: Fixed) {
      self.value = value
      self.atLeast = atLeast
    }
  }

  public struct Power: Hashable, Sendable, Codable {
    public var n: Int
    public var needed: Int
    public init(n: Int, needed: Int) {
      self.n = n
      self.needed = needed
    }
  }

  public init(
    check: String, kind: Kind, status: Status, scope: Scope, subjects: [String], parameters: [String: PlannedValue],
    expected: String, observed: String, power: Power, evidence: [Evidence] = [], reason: String? = nil,
    effect: Effect? = nil, knownDeviation: KnownDeviation? = nil
  ) {
    self.check = check
    self.kind = kind
    self.status = status
    self.scope = scope
    self.subjects = subjects
    self.parameters = parameters
    self.expected = expected
    self.observed = observed
    self.power = power
    self.evidence = evidence
    self.reason = reason
    self.effect = effect
    self.knownDeviation = knownDeviation
  }
}

/// A moment that shows why.
public struct Evidence: Hashable, Sendable, Codable {
  public var t: SwarmInstant
  /// Frame in the capture, from 1; nil where no packet shows it.
  public var frame: Int?
  public var peers: [String]
  public var text: String

  public init(t: SwarmInstant, frame: Int?, peers: [String], text: String) {
    self.t = t
    self.frame = frame
    self.peers = peers
    self.text = text
  }
}
