import Comparing
import Foundation
import Reporting
import Testing

/// A baseline whose runs all completed, and runs of which some did not.
@Suite struct CompletionsTests {
  private static let settings = Setting.all(of: [])
  private static let seeds = (1...16).map(UInt64.init)

  private static func comparison(
    _ completion: (UInt64) -> MetricValue, beside: [String: MetricValue] = [:]
  ) -> Comparison {
    let results = seeds.map { seed in
      RunResult(
        setting: settings[0], randomSeed: seed, plan: "",
        values: beside.merging(["completion-median": completion(seed)]) { _, new in new }, ended: "", isLate: false,
        failed: [], folder: "")
    }
    return Comparison(name: "made", settings: settings, randomSeeds: seeds, results: results, metrics: nil)
  }

  /// 60 to 97.5 seconds.
  private static func before(_ seed: UInt64) -> MetricValue { MetricValue(60 + 2.5 * Double(seed * 7 % 16)) }
  /// Every other run is cut off at 100 seconds.
  private static func half(_ seed: UInt64) -> MetricValue {
    seed.isMultiple(of: 2) ? MetricValue(63 + Double(seed) / 10) : MetricValue(100, isCensored: true)
  }

  private func change(from old: Comparison, to new: Comparison) throws -> Baseline.Change {
    let path = NSTemporaryDirectory() + "/swarmlab-completions-\(UUID().uuidString.prefix(8)).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Files.write(old.json, to: path)
    return try #require(try Baseline(path: path).changes(to: new).first)
  }

  @Test func `Half of the runs cut off is a regression, though their mean is not`() throws {
    let (old, new) = (Self.comparison(Self.before), Self.comparison(Self.half))
    let worse = try change(from: old, to: new)
    #expect(worse.contrast.findings.map(\.outcome) == [.open] && worse.regressions.isEmpty)
    let completions = try #require(worse.completions)
    #expect(completions.repeats == 16 && completions.worse == 8 && completions.better == 0)
    #expect(completions.p == 1.0 / 256 && completions.isWorse && worse.isWorse)
    #expect(completions.words.contains("8 of 16 repeats less far than before, 0 further, p = 0.008"))
    let better = try change(from: new, to: old)
    #expect(better.completions?.p == 1 && !better.isWorse)
  }

  @Test func `It is one question more, for which all are corrected`() throws {
    let beside = ["utilisation": MetricValue(0.5), "fairness": MetricValue(0.1)]
    let change = try change(
      from: Self.comparison(Self.before, beside: beside), to: Self.comparison(Self.half, beside: beside))
    let completions = try #require(change.completions)
    #expect(completions.corrected == 4 * completions.p)
    let median = try #require(change.contrast.findings.first { $0.key.name == "completion-median" })
    #expect(median.corrected == min(1, 3 * median.difference.p))
  }

  @Test func `Four runs cut off can show nothing, and no metric pays for it`() throws {
    let few = Self.comparison { $0 <= 4 ? MetricValue(100, isCensored: true) : Self.before($0) }
    let change = try change(from: Self.comparison(Self.before), to: few)
    let median = try #require(change.contrast.findings.first)
    #expect(change.completions == nil && median.corrected == median.difference.p)
  }

  @Test func `Runs that were given less time are not worse for it`() throws {
    let short = Self.comparison { _ in MetricValue(50, isCensored: true) }
    let change = try change(from: Self.comparison(Self.before), to: short)
    #expect(change.completions == nil && !change.isWorse && !change.unfinished.isEmpty)
  }

  @Test func `A thousand repeats and more have their chance`() throws {
    let seeds = (1...1200).map(UInt64.init)
    func comparison(_ completion: (UInt64) -> MetricValue) -> Comparison {
      let results = seeds.map { seed in
        RunResult(
          setting: Self.settings[0], randomSeed: seed, plan: "", values: ["completion-median": completion(seed)],
          ended: "", isLate: false, failed: [], folder: "")
      }
      return Comparison(name: "made", settings: Self.settings, randomSeeds: seeds, results: results, metrics: nil)
    }
    let (done, cut) = (MetricValue(90), MetricValue(100, isCensored: true))
    let old = comparison { $0.isMultiple(of: 2) ? done : cut }
    let new = comparison { $0.isMultiple(of: 2) ? cut : done }
    let completions = try #require(try change(from: old, to: new).completions)
    #expect(completions.worse == 600 && completions.better == 600)
    #expect(completions.p > 0.5 && completions.p < 0.52 && !completions.isWorse)
  }
}
