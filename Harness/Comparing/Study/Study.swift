public import TopologyFile

/// A question put to swarms, with what is claimed of the answer before anything runs: `NAME.study.yaml`.
public struct Study: Hashable, Sendable {
  public var name: String
  public var question: String
  /// Where the claims come from: papers, other people's measurements.
  public var sources: [String]
  /// The topology's file, from the study's folder.
  public var topology: String
  /// Where the study names it.
  public var topologyPlace: Place
  /// None for claims about groups within one swarm.
  public var variations: [Variation]
  public var repeats: Int
  public var claims: [Claim]
}

/// One sentence about a metric that runs can show to be right or wrong.
public struct Claim: Hashable, Sendable {
  /// A metric as the study's file names it.
  public struct Mention: Hashable, Sendable {
    /// `claims[0].metric`.
    public var path: String
    public var place: Place
  }

  public enum Relation: String, CaseIterable, Hashable, Sendable { case above, below, same }

  /// What the metric is held against.
  public enum Comparand: Hashable, Sendable {
    case value(Double)
    /// Of the same random seed; another metric, another setting, or both.
    case metric(MetricKey, setting: Int)
  }

  public var says: String
  public var metric: MetricKey
  public var mention: Mention
  /// Place in the study's settings.
  public var setting: Int
  public var relation: Relation
  public var comparand: Comparand
  /// Of the metric that it is held against; the claim's own where that is no other one.
  public var otherMention: Mention
  /// Why it was found not to hold here; nil where it is expected to.
  public var failsSince: String?
}
