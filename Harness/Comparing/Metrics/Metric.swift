/// What runs are compared by. `Comparing.md` in the documentation gives each one's formula.
public struct Metric: Hashable, Sendable {
  public enum Unit: String, Hashable, Sendable {
    /// Swarm seconds.
    case seconds
    /// KiB for each swarm second.
    case rate
    /// Of 1.
    case share
    /// Plain numbers: copies, ratios, correlations.
    case number

    /// For people.
    var words: String {
      switch self {
      case .seconds: "seconds"
      case .rate: "KiB/s"
      case .share: "shares of 1"
      case .number: "plain numbers"
      }
    }
  }

  /// In which direction a change is one for the better.
  public enum Better: String, Hashable, Sendable { case lower, higher, neither }

  /// Of whom a run has a value where its leechers are of several groups; of one group there are none but of all.
  public enum Extent: Hashable, Sendable {
    case all
    /// Of all together, and of each group.
    case allAndGroups
    /// Of each group, and none of all together.
    case groups
  }

  /// As it stands on the command line and in files: `completion-median`.
  public let name: String
  /// For people.
  public let title: String
  public let unit: Unit
  public let better: Better
  /// Why a topology may have nothing of it.
  public let absent: String
  /// Whether it is shown without being asked for: each further question makes the answers to all less sure.
  public var isUsual = true
  public var extent = Extent.all
  /// Of a share: one of a whole, which nothing is above.
  public var isPart = false

  /// Those that are.
  public static let usual = all.filter(\.isUsual)

  /// In the order in which they are shown.
  public static let all: [Metric] = [
    Metric(
      name: "completion-median", title: "completion, median", unit: .seconds, better: .lower,
      absent: "there are no leechers", extent: .allAndGroups),
    Metric(
      name: "completion-p95", title: "completion, 95th percentile", unit: .seconds, better: .lower,
      absent: "there are no leechers", extent: .allAndGroups),
    Metric(
      name: "efficiency", title: "efficiency", unit: .share, better: .higher,
      absent: "no lower bound of the distribution time is known", isPart: true),
    Metric(
      name: "seed-copies", title: "copies sent by seeds", unit: .number, better: .neither, absent: "there are no seeds"),
    Metric(
      name: "utilisation", title: "upload utilisation of leechers", unit: .share, better: .higher,
      absent: "no leecher has an upload limit"),
    Metric(
      name: "fairness", title: "fairness (correlation)", unit: .number, better: .higher,
      absent: "fewer than four leechers, or all gave or got the same"),
    Metric(
      name: "share-ratio", title: "share ratio", unit: .number, better: .neither,
      absent: "no leecher received anything", extent: .groups),
    Metric(
      name: "clustering", title: "clustering by class", unit: .share, better: .neither,
      absent: "fewer than two classes of leechers, or no regular unchoke was surely one", isPart: true),
    Metric(
      name: "free-riders", title: "penalty of free riders", unit: .share, better: .higher,
      absent: "nobody rode free, or nobody else was there", isPart: true),
    Metric(
      name: "newcomer-latency", title: "latency of newcomers", unit: .seconds, better: .lower,
      absent: "no leecher was interested in anybody"),
    Metric(
      name: "unchoke-churn", title: "unchokes in a round", unit: .number, better: .neither,
      absent: "no peer with a profile went through a round of rechoking"),
    Metric(
      name: "completion-spared", title: "completion, median, of the spared", unit: .seconds, better: .lower,
      absent: "no setting has faults or peers that misbehave, or they spare no leecher"),
    Metric(
      name: "received-rate", title: "received by leechers", unit: .rate, better: .higher,
      absent: "no leecher received anything", isUsual: false, extent: .groups),
    Metric(
      name: "completion-spread", title: "spread of completions", unit: .share, better: .neither,
      absent: "not all leechers completed", isUsual: false),
    Metric(
      name: "deficit", title: "largest deficit", unit: .number, better: .lower, absent: "there are no leechers",
      isUsual: false),
    Metric(
      name: "proportion", title: "sent as received (correlation)", unit: .number, better: .neither,
      absent: "too few leechers sent each other anything", isUsual: false),
    Metric(
      name: "free-ride", title: "free riders, of their bound", unit: .share, better: .lower,
      absent: "nobody rode free, or somebody else has no upload limit or profile", isUsual: false),
    Metric(
      name: "seed-evenness", title: "evenness of seeds' service", unit: .number, better: .higher,
      absent: "no seed served anybody", isUsual: false),
    Metric(
      name: "seed-utilisation", title: "upload utilisation of seeds", unit: .share, better: .higher,
      absent: "no seed has an upload limit", isUsual: false),
  ]

  public static func named(_ name: String) -> Metric? { all.first { $0.name == name } }

  /// An amount with its unit: `41.2 s`, `87.3 %`, `1.25`.
  public func text(_ value: Double) -> String {
    switch unit {
    case .seconds: Decimal.text(value, places: places(around: value)) + " s"
    case .rate: Decimal.text(value, places: 1) + " KiB/s"
    case .share: Decimal.text(100 * value, places: 1) + " %"
    case .number: Decimal.text(value, places: 3)
    }
  }

  /// Places that an amount of this size is given with.
  func places(around value: Double) -> Int {
    switch unit {
    case .seconds: abs(value) < 1 ? 3 : abs(value) < 100 ? 2 : 1
    case .share, .rate: 1
    case .number: 3
    }
  }
}

/// A metric of all leechers, or of one class of them: a group of the topology.
public struct MetricKey: Hashable, Sendable {
  public let metric: Metric
  /// Nil for all.
  public let group: String?

  public init(_ metric: Metric, group: String? = nil) {
    self.metric = metric
    self.group = group
  }

  /// `completion-median`, `completion-median:slow`.
  public var name: String { metric.name + (group.map { ":" + $0 } ?? "") }
  public var title: String { metric.title + (group.map { ": " + $0 } ?? "") }

  /// - Returns: nil for a metric that there is not.
  public init?(name: String) {
    let parts = name.split(separator: ":", maxSplits: 1)
    guard let metric = parts.first.flatMap({ Metric.named(String($0)) }) else { return nil }
    self.init(metric, group: parts.count > 1 ? String(parts[1]) : nil)
  }
}

/// What a run showed, or a bound of it: where something was not over, the truth is further on in the direction that is
/// worse.
public struct MetricValue: Hashable, Sendable, Codable {
  public var value: Double
  public var isCensored: Bool

  public init(_ value: Double, isCensored: Bool = false) {
    self.value = value
    self.isCensored = isCensored
  }
}
