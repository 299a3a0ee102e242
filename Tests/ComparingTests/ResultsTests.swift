import Comparing
import Foundation
import Reporting
import Testing

@Suite struct ResultsTests {
  private func scratch(_ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "/swarmlab-comparing-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test func `What is written is read again, and a later result of the same run counts`() throws {
    try scratch { folder in
      let file = ResultsFile(path: folder + "/results.jsonl")
      #expect(try file.read().results.isEmpty)
      for result in Made.results { try file.append(result) }
      #expect(try file.read().results == Made.results)
      var again = Made.results[0]
      again.isLate = true
      try file.append(again)
      let (results, broken) = try file.read()
      #expect(results.count == Made.results.count && results.last == again && broken.isEmpty)
    }
  }

  @Test func `Results of one run beside settings that strike others are both kept`() throws {
    try scratch { folder in
      let file = ResultsFile(path: folder + "/results.jsonl")
      var (one, other) = (Made.results[0], Made.results[0])
      (one.struck, other.struck) = ("one", "other")
      for result in [one, other, Made.results[0]] { try file.append(result) }
      #expect(try file.read().results == [one, other, Made.results[0]])
      one.isLate = true
      try file.append(one)
      #expect(try file.read().results == [other, Made.results[0], one])
    }
  }

  @Test func `Broken lines are named, and keep nothing else from being read or written`() throws {
    try scratch { folder in
      let file = ResultsFile(path: folder + "/results.jsonl")
      try file.append(Made.results[0])
      let whole = try Files.read(file.path)
      let other = whole.replacing("\"schema\":3", with: "\"schema\":1")
      try Files.write(whole + "{]\n" + other + String(whole.dropLast(20)), to: file.path)
      try file.append(Made.results[1])
      let (results, broken) = try file.read()
      #expect(results == Array(Made.results[0...1]))
      #expect(broken.map(\.line) == [2, 3, 4])
      #expect(
        broken.map(\.reason) == [
          "is no result of a run", "has schema 1; expected 3", "is no result of a run",
        ])
    }
  }

  @Test func `What a time limit cut off is made again with a longer one, or none`() throws {
    var result = Made.results[0]
    func again() -> [Bool] { ([30_000, 60_000, 60_001, nil] as [Int64?]).map { result.mayComeToMore(within: $0) } }
    #expect(again() == [false, false, false, false])
    (result.ended, result.cutAfter) = ("timedOut", 60_000)
    #expect(again() == [false, false, true, true])
    try scratch { folder in
      let file = ResultsFile(path: folder + "/results.jsonl")
      try file.append(result)
      #expect(try file.read().results == [result])
    }
    result.isLate = true
    #expect(again() == [true, true, true, true])
  }

  @Test func `Plans that differ in anything have other digests`() {
    #expect(RunResult.digest(of: "") == "cbf29ce484222325")
    #expect(RunResult.digest(of: "a") == "af63dc4c8601ec8c")
  }

  // MARK: The baseline

  private func baseline(_ folder: String, _ comparison: Comparison = Made.comparison()) throws -> Baseline {
    try Files.write(comparison.json, to: folder + "/comparison.json")
    return try Baseline(path: folder)
  }

  @Test func `Nothing is worse than itself, and everything is the same`() throws {
    try scratch { folder in
      let changes = try baseline(folder).changes(to: Made.comparison())
      #expect(changes.count == 2 && changes.allSatisfy { $0.regressions.isEmpty })
      #expect(changes.allSatisfy { $0.contrast.findings(.same).count == $0.contrast.findings.count })
    }
  }

  @Test func `What completes later is worse, in that setting and metric alone`() throws {
    try scratch { folder in
      let slower = Made.results(Made.settings[0], completion: 50) + Made.results(Made.settings[1], completion: 48)
      let changes = try baseline(folder).changes(to: Made.comparison(slower))
      #expect(changes[0].regressions.isEmpty)
      #expect(changes[1].regressions.map(\.key.name) == ["completion-median", "completion-median:fast"])
      // What completes sooner is no regression.
      let back = try baseline(folder, Made.comparison(slower)).changes(to: Made.comparison())
      #expect(back.allSatisfy { $0.regressions.isEmpty })
    }
  }

  @Test func `A change for the worse of less than 5 % is no regression`() throws {
    try scratch { folder in
      let slower = Made.results.map { result in
        var result = result
        result.values["completion-median"]?.value *= 1.02
        return result
      }
      let change = try baseline(folder).changes(to: Made.comparison(slower))[0]
      let found = try #require(change.contrast.findings.first { $0.key.name == "completion-median" })
      #expect(found.outcome == .differs && change.regressions.isEmpty)
    }
  }

  /// Made again with other completion times, all of which are bounds.
  private func bounded(_ change: (Double) -> Double) -> [RunResult] {
    Made.results.map { result in
      var result = result
      guard let before = result.values["completion-median"]?.value else { return result }
      result.values["completion-median"] = MetricValue(change(before), isCensored: true)
      return result
    }
  }

  @Test func `A bound little above what it was is a regression: the truth is further on`() throws {
    try scratch { folder in
      let change = try baseline(folder).changes(to: Made.comparison(bounded { $0 * 1.02 }))[0]
      let found = try #require(change.contrast.findings.first { $0.key.name == "completion-median" })
      #expect(found.outcome == .differs && found.difference.isWithinMargin)
      #expect(change.regressions.map(\.key.name) == ["completion-median"])
      #expect(!FindingWords(found).conclusion.contains("less than 5 %"))
    }
  }

  @Test func `Runs that were over before they could be worse leave it unknown, not well`() throws {
    try scratch { folder in
      let change = try baseline(folder).changes(to: Made.comparison(bounded { $0 / 2 }))[0]
      #expect(change.regressions.isEmpty)
      #expect(change.unfinished.map(\.key.name) == ["completion-median"])
      // What was a bound before is no more unknown than it was.
      let same = try baseline(folder, Made.comparison(bounded { $0 })).changes(to: Made.comparison(bounded { $0 }))[0]
      #expect(same.unfinished.isEmpty)
    }
  }

  @Test func `A baseline with no metric in common is refused, and what only one of both has is named`() throws {
    try scratch { folder in
      let other = try #require(Metric.named("utilisation"))
      let asked = try #require(Metric.named("fairness"))
      let baseline = try baseline(folder, Made.comparison(metrics: [other]))
      func trouble(_ metrics: [Metric]?) -> Baseline.Fault? {
        baseline.trouble(name: "made <swarm>", settings: Made.settings, randomSeeds: Made.seeds, metrics: metrics)
      }
      #expect(trouble([asked])?.what == "has none of the metrics asked for: fairness")
      #expect(trouble([asked, other]) == nil && trouble(nil) == nil)
      let silent = baseline.changes(to: Made.comparison(metrics: [asked]))
      #expect(silent.count == 2 && silent.allSatisfy { $0.isSilent && $0.unmatched == ["fairness"] })
      let partly = baseline.changes(to: Made.comparison(metrics: [asked, other]))
      #expect(partly.allSatisfy { !$0.isSilent && $0.unmatched == ["fairness"] })
    }
  }

  @Test func `A baseline of another swarm, of other settings or of other random seeds is refused`() throws {
    try scratch { folder in
      let baseline = try baseline(folder)
      let (name, settings, seeds) = ("made <swarm>", Made.settings, Made.seeds)
      #expect(baseline.trouble(name: name, settings: settings, randomSeeds: seeds) == nil)
      let other = baseline.trouble(name: "other", settings: settings, randomSeeds: seeds)
      #expect(other?.what == "is of made <swarm>, and this is other")
      let nine = Setting.all(of: [try Variation("defaults.choking.slots=1,9")])
      let missing = baseline.trouble(name: name, settings: nine, randomSeeds: seeds)
      #expect(missing?.what == "has nothing of defaults.choking.slots=9")
      let late = baseline.trouble(name: name, settings: settings, randomSeeds: (10...20).map(UInt64.init))
      #expect(late?.what == "shares 3 random seeds with this comparison")
    }
  }

  @Test(
    "What is no comparison is refused",
    arguments: [
      ("{}", "is no comparison"), ("no", "is no comparison"),
      (#"{"schema":2,"name":"","settings":[],"randomSeeds":[],"metrics":[]}"#, "has schema 2"),
      (
        #"{"schema":1,"name":"","settings":[{"values":[]}],"randomSeeds":["1"],"metrics":[{"name":"x","values":[[]]}]}"#,
        "has metrics whose values are not one for each setting and random seed"
      ),
    ])
  func refusals(text: String, what: String) throws {
    try scratch { folder in
      try Files.write(text, to: folder + "/comparison.json")
      let fault = #expect(throws: Baseline.Fault.self) { try Baseline(path: folder + "/comparison.json") }
      #expect(fault?.what == what)
      #expect(throws: FileFault.self) { try Baseline(path: folder + "/none") }
    }
  }
}
