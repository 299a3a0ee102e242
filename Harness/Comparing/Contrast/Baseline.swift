import FoundationEssentials
import Reporting

/// A comparison from before, by which a later one is measured: settings and random seeds that both have, metric by metric.
public struct Baseline: Sendable {
  public let path: String
  private let stored: Stored

  public struct Fault: Error, Sendable {
    public let what: String
    public let expected: String
    public let mend: String
  }

  private struct Stored: Decodable, Sendable {
    struct Setting: Decodable, Sendable { var values: [Comparing.Setting.Value] }
    struct Metric: Decodable, Sendable {
      var name: String
      var values: [[MetricValue?]]
    }
    var schema: Int
    var name: String
    var settings: [Setting]
    var randomSeeds: [String]
    var metrics: [Metric]
  }

  /// - Parameter path: a `comparison.json`, or the folder of a comparison that holds one.
  /// - Throws: `Fault` for what is no comparison; `FileFault` for what cannot be read.
  public init(path: String) throws {
    let file = path.hasSuffix(".json") ? path : path + "/comparison.json"
    self.path = file
    let bytes = try Files.bytes(of: file)
    let expected = "a comparison.json as `swarmlab compare` writes it, or the folder that holds it"
    do {
      stored = try JSONDecoder().decode(Stored.self, from: Data(bytes))
    } catch {
      throw Fault(what: "is no comparison", expected: expected, mend: "write it again with `swarmlab compare`")
    }
    guard stored.schema == 1 else {
      throw Fault(what: "has schema \(stored.schema)", expected: "schema 1", mend: "write it again with this version")
    }
    let isWhole = stored.metrics.allSatisfy {
      $0.values.count == stored.settings.count && $0.values.allSatisfy { $0.count == stored.randomSeeds.count }
    }
    guard isWhole else {
      throw Fault(
        what: "has metrics whose values are not one for each setting and random seed", expected: expected,
        mend: "write it again with `swarmlab compare`")
    }
  }

  /// Why nothing could come of measuring a comparison by it; nil where something can.
  ///
  /// - Parameters:
  ///   - name: of the topology.
  ///   - randomSeeds: of the repeats.
  ///   - metrics: those asked for; nil for the usual ones.
  public func trouble(
    name: String, settings: [Setting], randomSeeds: [UInt64], metrics: [Comparing.Metric]? = nil
  ) -> Fault? {
    if stored.name != name {
      return Fault(
        what: "is of \(stored.name), and this is \(name)", expected: "a baseline of the same topology",
        mend: "compare \(name) once without --baseline, and keep its comparison.json")
    }
    let missing = settings.filter { place(of: $0) == nil }
    if !missing.isEmpty {
      let has = stored.settings.map { Setting($0.values).name }.joined(separator: "; ")
      return Fault(
        what: "has nothing of " + missing.map(\.name).joined(separator: "; "),
        expected: "the same settings: it has \(has)",
        mend: "vary the same keys and values")
    }
    let both = randomSeeds.filter { stored.randomSeeds.contains(String($0)) }.count
    if both < PairedDifference.fewest {
      let seeds = [stored.randomSeeds.first, stored.randomSeeds.last].compactMap { $0 }.joined(separator: " to ")
      return Fault(
        what: "shares \(both) random seeds with this comparison",
        expected: "at least \(PairedDifference.fewest), since repeats are paired by them: it has \(seeds)",
        mend: "give its first with --seed, and enough with --repeat")
    }
    let asked = metrics ?? Comparing.Metric.usual
    let known = stored.metrics.compactMap { MetricKey(name: $0.name) }
    if !known.contains(where: { asked.contains($0.metric) }) {
      let has = stored.metrics.isEmpty ? "none" : stored.metrics.map(\.name).joined(separator: ", ")
      return Fault(
        what: "has none of the metrics asked for: " + asked.map(\.name).joined(separator: ", "),
        expected: "one of them at least: it has \(has)", mend: "ask for some that it has with --metrics")
    }
    return nil
  }

  private func place(of setting: Setting) -> Int? { stored.settings.firstIndex { $0.values == setting.values } }

  /// One setting, the baseline's first, then as it is now.
  public struct Change: Sendable {
    /// Place in the comparison's settings.
    public let setting: Int
    public let contrast: Contrast
    /// Names of metrics asked for that only one of the two has, or both in fewer than two repeats in common.
    public let unmatched: [String]
    /// Nil where hardly any run gets further or less far than before.
    public let completions: Completions?

    /// Whether something became worse surely: a metric, or how far runs get.
    public var isWorse: Bool { !regressions.isEmpty || completions?.isWorse ?? false }

    /// Whether too few repeats have any metric in common for anything to be stated.
    public var isSilent: Bool {
      contrast.findings.allSatisfy { $0.difference.count < PairedDifference.fewest }
    }

    /// What more runs than before did not get to see the end of, so that it may be worse by any amount unseen.
    public var unfinished: [Contrast.Finding] {
      contrast.findings(.open).filter { finding in
        finding.key.metric.better != .neither && finding.difference.secondCensored > finding.difference.firstCensored
      }
    }

    /// What became worse, surely and by more than 5 % perhaps: a bound within 5 % says nothing of how far on the truth is.
    public var regressions: [Contrast.Finding] {
      contrast.findings(.differs).filter { finding in
        let mean = finding.difference.differences.mean
        let isWorse = finding.key.metric.better == .lower ? mean > 0 : mean < 0
        return finding.key.metric.better != .neither && isWorse && !finding.difference.isSame
      }
    }
  }

  /// Each setting of a comparison against what it was.
  public func changes(to comparison: Comparison) -> [Change] {
    comparison.settings.indices.compactMap { now in
      guard let before = place(of: comparison.settings[now]) else { return nil }
      let repeats = comparison.metrics.map { key -> Completions.Repeats in
        let old = stored.metrics.first { $0.name == key.name }?.values[before]
        let new = comparison.values(key, of: now)
        let pairs = comparison.randomSeeds.indices.map { turn -> (first: MetricValue, second: MetricValue)? in
          let seed = String(comparison.randomSeeds[turn])
          guard let place = stored.randomSeeds.firstIndex(of: seed), let a = old?[place], let b = new[turn] else {
            return nil
          }
          return (a, b)
        }
        return (key, pairs)
      }
      var completions = Completions(repeats)
      let contrast = Contrast(
        first: now, second: now, metrics: repeats.map { ($0.key, $0.pairs.compactMap { $0 }) },
        randomSeed: comparison.randomSeeds.first ?? 0, beside: completions.map { [$0.p] } ?? [])
      if let corrected = contrast.besideCorrected.first { completions?.corrected = corrected }
      let both = Set(contrast.findings.map(\.key.name))
      let asked = Set(comparison.metrics.map(\.metric) + comparison.leftOut)
      let old = stored.metrics.filter { metric in
        let isAsked = MetricKey(name: metric.name).map { asked.contains($0.metric) } ?? false
        return isAsked && metric.values[before].contains { $0 != nil }
      }
      let new = comparison.metrics.filter { key in comparison.values(key, of: now).contains { $0 != nil } }
      let either = Set(old.map(\.name)).union(new.map(\.name))
      return Change(
        setting: now, contrast: contrast, unmatched: either.subtracting(both).sorted(), completions: completions)
    }
  }
}
