import Comparing
import Judging
import Planning
import Staging
import SwarmTime
import Testing

/// Peers that no fault strikes, with the faults and without.
@Suite struct CollateralTests {
  private static let seeds = (1...8).map(UInt64.init)

  /// Peers complete after 50 s and some scatter without faults, and so much later with them.
  private func comparison(
    later: Double, repeats: Int = 8, faults: String = "none,all", change: (inout RunResult) -> Void = { _ in }
  ) throws -> Comparison {
    let settings = Setting.all(of: [try Variation("faults=\(faults)"), try Variation("x=1,2")])
    let seeds = Array(Self.seeds.prefix(repeats))
    let results = settings.flatMap { setting in
      seeds.map { seed -> RunResult in
        let hasFaults = setting.values[0].value != "none"
        let completion = 50 + Double(seed) + (hasFaults ? later + Double(seed * seed % 3) / 10 : 0)
        var result = RunResult(
          setting: setting, randomSeed: seed, plan: "", values: ["completion-spared": MetricValue(completion)],
          ended: "complete", isLate: false, failed: [], folder: "")
        change(&result)
        return result
      }
    }
    return Comparison(name: "made", settings: settings, randomSeeds: seeds, results: results, metrics: nil)
  }

  @Test func `Settings that differ in nothing but faults are held against each other, whatever their order`() throws {
    for faults in ["none,all", "all,none"] {
      let found = Collateral(try comparison(later: 1, faults: faults), within: 10)
      #expect(found.findings.count == 2 && found.outcome == .kept)
      #expect(found.findings.allSatisfy { ($0.difference?.differences.mean ?? 0) > 1 })
      #expect(found.lines.count == 2 && found.lines[0].contains("kept"), "\(found.lines)")
    }
  }

  @Test func `Who is surely later than the bound breaks it`() throws {
    let found = Collateral(try comparison(later: 10), within: 10)
    #expect(found.outcome == .broken && found.lines.allSatisfy { $0.contains("broken") })
    #expect(Collateral(try comparison(later: 10), within: 30).outcome == .kept)
    // Sooner is no harm.
    #expect(Collateral(try comparison(later: -10), within: 0).outcome == .kept)
  }

  @Test func `Of few repeats, and where nothing was compared, it is open`() throws {
    #expect(Collateral(try comparison(later: 10, repeats: 5), within: 10).outcome == .open)
    let other = Comparison(
      name: "made", settings: Made.settings, randomSeeds: Made.seeds, results: Made.results, metrics: nil)
    let found = Collateral(other, within: 10)
    #expect(found.outcome == .open && found.findings.isEmpty && found.lines.count == 1)
  }

  @Test func `Who has not completed with faults is not shown to be in time, and may be shown to be late`() throws {
    func censored(_ value: String) -> (inout RunResult) -> Void {
      { result in
        if result.setting[0].value == value { result.values["completion-spared"]?.isCensored = true }
      }
    }
    #expect(Collateral(try comparison(later: 1, change: censored("all")), within: 10).outcome == .open)
    #expect(Collateral(try comparison(later: 10, change: censored("all")), within: 10).outcome == .broken)
    #expect(Collateral(try comparison(later: 10, change: censored("none")), within: 10).outcome == .open)
  }

  @Test func `Who is struck is reckoned once for each random seed`() throws {
    var (bySeed, asked) = (StruckBySeed(), [UInt64]())
    func plans(_ randomSeed: UInt64) -> [Plan] {
      asked.append(randomSeed)
      var plan = Stage(leechers: 4).plan
      plan.faults = [FaultPlan(id: "1", kind: .kill, at: .zero, peers: ["leecher-\(randomSeed)"])]
      return [Stage(leechers: 4).plan, plan]
    }
    for randomSeed in [1, 2, 1, 1, 2] as [UInt64] {
      let struck = bySeed.with(randomSeed) { plans(randomSeed) }
      #expect(struck.names?.sorted() == ["leecher-\(randomSeed)"])
    }
    #expect(asked == [1, 2])
    // What could not be planned is asked for again.
    #expect(throws: PlanningError.self) { try bySeed.with(3) { throw PlanningError([]) } }
    let third = bySeed.with(3) { plans(3) }
    #expect(third.names?.sorted() == ["leecher-3"] && asked == [1, 2, 3])
  }

  @Test func `A result is taken again only beside settings that strike the same peers`() throws {
    let settings = Setting.all(of: [try Variation("faults=none,all")])
    func struck(_ names: [String]) -> Struck {
      var plan = Stage(leechers: 4).plan
      if !names.isEmpty { plan.faults = [FaultPlan(id: "1", kind: .kill, at: .zero, peers: names)] }
      return Struck([plan])
    }
    func result(_ struck: Struck, spared: Double?) -> RunResult {
      var values = ["completion-median": MetricValue(50)]
      if let spared { values["completion-spared"] = MetricValue(spared) }
      return RunResult(
        setting: settings[0], randomSeed: 7, plan: "p", struck: struck.digest, values: values, ended: "complete",
        isLate: false, failed: [], folder: "")
    }
    let (nobody, one, two) = (struck([]), struck(["leecher-1"]), struck(["leecher-2", "leecher-1"]))
    #expect(nobody.digest == nil && one.digest != nil && one.digest != two.digest)
    #expect(two == struck(["leecher-1", "leecher-2"]) && two.digest == struck(["leecher-1", "leecher-2"]).digest)
    let ones = result(one, spared: 51)
    func find(_ stored: [RunResult], _ struck: Struck, plan: String = "p", seed: UInt64 = 7) -> StoredResults.Found {
      StoredResults(stored).find(settings[0], randomSeed: seed, plan: plan, struck: struck)
    }
    #expect(find([ones], one) == .result(ones))
    #expect(find([ones], two) == .besideOtherSettings && find([ones], nobody) == .besideOtherSettings)
    #expect(find([ones], two, plan: "q") == .ofAnotherPlan && find([ones], one, seed: 8) == .nothing)
    #expect(StoredResults([ones]).hold(settings[0], randomSeed: 7))
    #expect(!StoredResults([ones]).hold(settings[1], randomSeed: 7))
    // Those of before are not lost.
    let twos = result(two, spared: 52)
    #expect(find([ones, twos], one) == .result(ones) && find([ones, twos], two) == .result(twos))
    // From before it was kept: who was struck is not known, but that somebody was.
    let (old, plain) = (result(nobody, spared: 51), result(nobody, spared: nil))
    #expect(find([plain], nobody) == .result(plain) && find([old], nobody) == .besideOtherSettings)
    #expect(find([old], one) == .besideOtherSettings && find([plain], one) == .besideOtherSettings)
  }

  @Test func `Spared is who is not struck and keeps the rules`() throws {
    var plan = Stage(leechers: 4).plan
    plan.peers[1].client.misbehaviour = MisbehaviourPlan(name: "free-rider", dose: 1)
    plan.faults = [FaultPlan(id: "1", kind: .kill, at: .zero, peers: ["leecher-2"])]
    #expect(plan.struck == ["leecher-1", "leecher-2"])

    var other = Stage(leechers: 4).plan
    #expect(Struck([other, other]).names == nil)
    other.faults = [FaultPlan(id: "1", kind: .kill, at: .zero, peers: ["leecher-3"])]
    #expect(Struck([plan, other]).names?.sorted() == ["leecher-1", "leecher-2", "leecher-3"])
    // A fault that strikes nobody leaves all to be spared from it.
    other.faults = [FaultPlan(id: "1", kind: .stopTracker, at: .zero, peers: [])]
    #expect(Struck([other]).names?.isEmpty == true)

    let stage = try IdealCapture.run(pieces: 32, checks: [])
    let judgement = Judge.judge(plan: stage.plan, record: stage.events, trace: stage.trace)
    #expect(RunFigures(judgement).values["completion-spared"] == nil)
    let times = judgement.metrics.peers.dropFirst(3).compactMap(\.timeToComplete).sorted().map { Double($0) / 1e9 }
    let spared = try #require(
      RunFigures(judgement, struck: ["leecher-1", "leecher-2"]).values["completion-spared"])
    #expect(times.count == 6 && abs(spared.value - times[2]) < 1e-6)
  }
}
