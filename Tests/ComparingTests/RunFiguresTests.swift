import Comparing
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

/// The metrics of swarms on ideal links, against what `metrics.json` says of the same.
@Suite struct RunFiguresTests {
  private static func judged(_ stage: Stage) -> Judgement {
    Judge.judge(plan: stage.plan, record: stage.events, trace: stage.trace)
  }

  @Test func `A whole swarm of equals has the figures of its metrics.json, and none of what it lacks`() throws {
    let judgement = Self.judged(try IdealCapture.run(pieces: 32, checks: []))
    let (figures, swarm) = (RunFigures(judgement).values, judgement.metrics.swarm)
    let times = judgement.metrics.peers.compactMap(\.timeToComplete).sorted().map { Double($0) / 1e9 }
    #expect(times.count == 8)
    func near(_ name: String, _ expected: Double?) -> Bool {
      guard let expected, let value = figures[name] else { return false }
      return abs(value.value - expected) < 1e-6 && !value.isCensored
    }
    // The first time by which half of the eight are done, and the last of all.
    #expect(near("completion-median", times[3]) && near("completion-p95", times[7]))
    #expect(near("efficiency", swarm.efficiency?.value) && near("seed-copies", swarm.seedCopies?.value))
    #expect(near("fairness", judgement.metrics.fairness.correlation?.rho.value))
    #expect(try #require(figures["utilisation"]).value > 0.3)
    #expect(try #require(figures["share-ratio"]).value > 0.3)
    #expect(try #require(figures["newcomer-latency"]).value > 0)
    #expect(try #require(figures["unchoke-churn"]).value > 0)
    #expect(figures["clustering"] == nil && figures["free-riders"] == nil)
    #expect(figures.keys.allSatisfy { MetricKey(name: $0)?.name == $0 && !$0.contains(":") })
  }

  @Test func `Metrics of groups are those that say so, where leechers are of several`() throws {
    var stage = try IdealCapture.run(pieces: 32, checks: [])
    for place in stage.plan.peers.indices.dropFirst(5) { stage.plan.peers[place].group = "other" }
    let keys = RunFigures(Self.judged(stage)).values.keys.compactMap { MetricKey(name: $0) }
    for metric in Metric.all where metric.extent != .all {
      let groups = keys.filter { $0.metric == metric }.map(\.group)
      #expect(Set(groups.compactMap { $0 }) == ["leecher", "other"], "\(metric.name)")
      #expect(groups.contains(nil) == (metric.extent == .allAndGroups), "\(metric.name)")
    }
    #expect(keys.allSatisfy { $0.group == nil || $0.metric.extent != .all })
  }

  @Test func `Who has not completed is censored at the end, and never dropped`() throws {
    var plan = try IdealCapture.run(pieces: 32, checks: []).plan
    plan.until.within = .seconds(12)
    let judgement = Self.judged(try IdealCapture.run(plan: plan))
    #expect(judgement.metrics.swarm.completed == 0)
    let figures = RunFigures(judgement).values
    for name in ["completion-median", "completion-p95"] {
      let value = try #require(figures[name])
      #expect(value.isCensored && value.value > 11 && value.value <= 12.5, "\(value)")
    }
    #expect(try #require(figures["efficiency"]).isCensored)
    #expect(try !#require(figures["newcomer-latency"]).isCensored)
  }

  @Test(arguments: [(false, 100), (true, 20)] as [(Bool, Double)])
  func `Who crashed waits to the end, who left by order until it left`(wasOrdered: Bool, seconds: Double) throws {
    var stage = Stage(leechers: 1)
    stage.note(20, .exited(process: "leecher-1", code: 1, signal: nil, ordered: wasOrdered))
    stage.recordOrdinaryRun(end: 100)
    let figures = RunFigures(Self.judged(stage)).values
    #expect(figures["completion-median"] == MetricValue(seconds, isCensored: true))
  }

  @Test func `Who got no block has waited since its first interest, and who wanted nothing has not waited`() {
    var stage = Stage(leechers: 2)
    let connection = stage.connect("leecher-1", "seed", at: 30)
    stage.say("leecher-1", connection, .interested, at: 40)
    stage.recordOrdinaryRun(end: 100)
    #expect(RunFigures(Self.judged(stage)).values["newcomer-latency"] == MetricValue(60, isCensored: true))
  }

  @Test func `Who takes without giving is punished, by so much of the others' rate as it lacks`() throws {
    let stage = try IdealCapture.run(pieces: 64, misbehaving: ("free-rider", 1), checks: [])
    let judgement = Self.judged(stage)
    let value = try #require(RunFigures(judgement).values["free-riders"]).value
    let leechers = judgement.metrics.fairness.leechers
    let rider = try #require(leechers.first { $0.freeRide != nil })
    let givers = leechers.filter { $0.freeRide == nil }.map { Double($0.receivedRate) }
    #expect(rider.name == "leecher-1")
    #expect(abs(value - (1 - Double(rider.receivedRate) / (givers.reduce(0, +) / Double(givers.count)))) < 1e-5)
  }
}
