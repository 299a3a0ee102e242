import Judging
import Planning
import Staging
import Wire
import Testing

/// Expected failures: what a client's file says that it fails.
@Suite struct KnownDeviationTests {
  private static let known = KnownDeviation(
    check: "protocol-conformance", reason: "asks while choked", source: "measured, frame 12")

  /// A leecher that asks for a block long after it was choked.
  private func stage(deviating: [String]) -> Stage {
    var stage = Stage(leechers: 2, checks: [CheckPlan(name: "protocol-conformance", parameters: [:])])
    let connection = stage.connect("leecher-1", "seed")
    stage.say("seed", connection, .haveAll, at: 0.1)
    stage.say("leecher-1", connection, .haveNone, at: 0.1)
    stage.say("leecher-1", connection, .interested, at: 0.2)
    stage.say("leecher-1", connection, .request, 0, 0, 16384, at: 10)
    stage.say("seed", connection, .reject, 0, 0, 16384, at: 10.1)
    stage.recordOrdinaryRun()
    for name in deviating { stage.change(name) { $0.knownDeviations = [Self.known] } }
    return stage
  }

  private func judge(_ stage: Stage) -> Judgement {
    Judge.judge(plan: stage.plan, record: stage.events, trace: stage.trace)
  }

  @Test func aKnownFailFailsNoRunAndStaysAFail() throws {
    let judgement = judge(stage(deviating: ["leecher-1"]))
    let verdict = try #require(judgement.verdicts.first { $0.subjects == ["leecher-1"] })
    #expect(verdict.status == .fail)
    #expect(verdict.outcome == .deviates)
    #expect(verdict.knownDeviation == Self.known)
    #expect(judgement.exitStatus(mustDecide: ["protocol-conformance"], undecidedFails: false) == 0)
    #expect(judgement.verdictsJSON.contains("\"status\": \"fail\""))
    #expect(judgement.verdictsJSON.contains("\"where\": \"measured, frame 12\""))
  }

  @Test func anotherPeersFailIsNotCovered() {
    let judgement = judge(stage(deviating: ["leecher-2", "seed"]))
    #expect(judgement.exitStatus(mustDecide: [], undecidedFails: false) == 1)
    #expect(judgement.verdicts.first { $0.subjects == ["leecher-1"] }?.outcome == .fail)
  }

  @Test func ofOtherChecksItSaysNothing() {
    var stage = stage(deviating: [])
    stage.change("leecher-1") {
      $0.knownDeviations = [KnownDeviation(check: "upload-slots", reason: "", source: "")]
    }
    #expect(judge(stage).verdicts.first { $0.subjects == ["leecher-1"] }?.outcome == .fail)
  }

  @Test func overRunsAKnownFailStaysKnown() throws {
    let runs = [judge(stage(deviating: ["leecher-1"])).verdicts, judge(stage(deviating: ["leecher-1"])).verdicts]
    let pooled = try #require(Judge.pool(runs).first { $0.subjects == ["leecher-1"] })
    #expect(pooled.outcome == .deviates)
  }

  @Test func aPlanKeepsThem() throws {
    let plan = stage(deviating: ["leecher-1"]).plan
    #expect(try Plan(yaml: plan.yaml) == plan)
  }
}
