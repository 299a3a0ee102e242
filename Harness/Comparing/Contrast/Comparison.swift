import SwarmTime

/// All that came of a comparison's runs: the values of each metric by setting and repeat, and every pair of settings held
/// against each other. The same results give the same comparison, whatever the order in which they came.
public struct Comparison: Sendable {
  /// Of the topology.
  public let name: String
  public let settings: [Setting]
  /// What settings are called for short.
  public let labels: [String]
  /// Of the repeats, ascending.
  public let randomSeeds: [UInt64]
  /// Of which some run has a value.
  public let metrics: [MetricKey]
  /// Of which none has, or which were not asked for.
  public let leftOut: [Metric]
  public let contrasts: [Contrast]
  /// By setting and repeat; nil for a run that is not there, or with which the machine did not keep up.
  public let results: [[RunResult?]]
  /// Runs that are left out since the machine did not keep up: they show the machine, not the swarm.
  public let late: Int

  /// - Parameters:
  ///   - metrics: those asked for; nil for the usual ones.
  ///   - randomSeeds: of the repeats asked for.
  ///   - labels: of the settings; those that tell their values apart if not given.
  public init(
    name: String, settings: [Setting], randomSeeds: [UInt64], results: [RunResult], metrics wanted: [Metric]?,
    labels: [String]? = nil
  ) {
    self.name = name
    self.settings = settings
    self.labels = labels ?? Setting.labels(of: settings)
    self.randomSeeds = randomSeeds
    let all = settings.map { setting in
      randomSeeds.map { seed in results.first { $0.setting == setting.values && $0.randomSeed == seed } }
    }
    late = all.joined().count { $0?.isLate ?? false }
    let table = all.map { row in row.map { $0.flatMap { $0.isLate ? nil : $0 } } }
    self.results = table
    let measured = Set(table.joined().compactMap { $0 }.flatMap { $0.values.keys })
    let keys = (wanted ?? Metric.usual).flatMap { metric in
      [MetricKey(metric)].filter { measured.contains($0.name) }
        + measured.filter { $0.hasPrefix(metric.name + ":") }.sorted().compactMap { MetricKey(name: $0) }
    }
    metrics = keys
    leftOut = (wanted ?? Metric.usual).filter { metric in !keys.contains { $0.metric == metric } }
    contrasts = settings.indices.flatMap { first in
      settings.indices.dropFirst(first + 1).map { second in
        Contrast(
          first: first, second: second,
          metrics: keys.map { key in
            let pairs = randomSeeds.indices.compactMap { turn -> (first: MetricValue, second: MetricValue)? in
              guard let a = table[first][turn]?.values[key.name], let b = table[second][turn]?.values[key.name] else {
                return nil
              }
              return (a, b)
            }
            return (key, pairs)
          }, randomSeed: RandomSeed.derive(from: randomSeeds.first ?? 0, name: "\(first) \(second)"))
      }
    }
  }

  /// Values of a metric in the repeats of a setting; nil where there is none.
  public func values(_ key: MetricKey, of setting: Int) -> [MetricValue?] {
    results[setting].map { $0?.values[key.name] }
  }

  /// Of those that there are; nil for none.
  public func mean(_ key: MetricKey, of setting: Int) -> Double? {
    let values = values(key, of: setting).compactMap { $0?.value }
    return values.isEmpty ? nil : Sample(values).mean
  }

  /// Runs that are there and count.
  public var runs: [RunResult] { results.joined().compactMap { $0 } }
}

/// Two settings held against each other in every metric.
public struct Contrast: Sendable {
  /// Places in the settings.
  public let first: Int
  public let second: Int
  public let findings: [Finding]
  /// p-values of questions asked beside, corrected together with the findings'.
  let besideCorrected: [Double]

  public struct Finding: Sendable {
    public let key: MetricKey
    public let difference: PairedDifference
    /// `difference.p`, corrected for all findings of the contrast of which something can be stated; 1 for the others.
    public let corrected: Double
    public let outcome: PairedDifference.Outcome
    /// Where it is open: repeats that would settle it; nil for more than `RepeatsNeeded.most`, or where values are bounds.
    public let repeatsNeeded: Int?
  }

  /// - Parameters:
  ///   - metrics: each with the values of both in the repeats that both have; those with fewer than two such are no
  ///     finding.
  ///   - beside: p-values of further questions that are asked of the same runs: all are corrected for together.
  public init(
    first: Int, second: Int, metrics: [(key: MetricKey, pairs: [(first: MetricValue, second: MetricValue)])],
    randomSeed: UInt64, beside: [Double] = []
  ) {
    self.first = first
    self.second = second
    let differences = metrics.compactMap { metric in
      PairedDifference(
        metric.pairs, better: metric.key.metric.better,
        randomSeed: RandomSeed.derive(from: randomSeed, name: metric.key.name)
      ).map { (key: metric.key, difference: $0) }
    }
    // What too few repeats have is no question yet, for which others would have to pay.
    let asked = differences.indices.filter { differences[$0].difference.count >= PairedDifference.fewest }
    var corrected = [Double](repeating: 1, count: differences.count)
    let together = Holm.corrected(asked.map { differences[$0].difference.p } + beside)
    for (place, p) in zip(asked, together) { corrected[place] = p }
    besideCorrected = Array(together.dropFirst(asked.count))
    let questions = (asked.isEmpty ? differences.count : asked.count) + beside.count
    findings = zip(differences, corrected).map { found, corrected in
      let outcome = found.difference.outcome(corrected: corrected)
      return Finding(
        key: found.key, difference: found.difference, corrected: corrected, outcome: outcome,
        repeatsNeeded: outcome == .open ? found.difference.repeatsNeeded(questions: questions) : nil)
    }
  }

  public func findings(_ outcome: PairedDifference.Outcome) -> [Finding] { findings.filter { $0.outcome == outcome } }
}
