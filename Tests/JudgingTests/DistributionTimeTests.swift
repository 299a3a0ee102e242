import Dissection
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct DistributionTimeTests {
  // The bound is 8 s; the last HAVE comes at 1 + 9 * 3.5 / 4 + 0.01 = 8.885 s: efficiency 0.900394.

  @Test func enoughEfficiencyPasses() throws {
    let stage = Stage.honest()
    let verdict = try #require(stage.verdict("distribution-time", ["atLeast": .number(0.9)]))
    #expect(verdict.status == .pass)
    #expect(verdict.observed == "efficiency 0.900394, makespan 8.885 s")
    let last = try #require(
      stage.trace.messages.first { $0.kind == .have && $0.piece == 3 && $0.connection == 1 })
    #expect(verdict.frames == [Int(last.frame)])
  }

  @Test func tooLittleFails() {
    #expect(Stage.honest().verdict("distribution-time", ["atLeast": .number(0.91)])?.status == .fail)
  }

  @Test func withoutABoundAskedForItIsAMetric() {
    let verdict = Stage.honest().verdict("distribution-time")
    #expect(verdict?.status == .undecided)
    #expect(verdict?.reason == "no `atLeast` was given: this is a metric only")
  }

  @Test func theIncompleteAreCensored() {
    var stage = Stage.honest()
    stage.trace.messages.removeAll { $0.kind == .have && $0.piece == 1 }
    // The run ended at 20 s, so the efficiency is below 0.4 whatever would have come.
    #expect(stage.verdict("distribution-time", ["atLeast": .number(0.9)])?.status == .fail)
    #expect(
      stage.verdict("distribution-time", ["atLeast": .number(0.3)])?.reason
        == "these have not completed: leecher-1, leecher-2")
  }

  @Test func fasterThanTheoryIsAFaultOfTheHarness() {
    var stage = Stage.honest()
    stage.plan.bound = BoundPlan(duration: .seconds(12), decidedBy: "seed")
    #expect(
      stage.verdict("distribution-time", ["atLeast": .number(0.9)])?.reason
        == "faster than the bound and the bursts allow: a fault of the harness, or the bound does not apply")
  }

  @Test func withoutABoundItIsUndecided() {
    var stage = Stage.honest()
    stage.plan.bound = nil
    #expect(stage.verdict("distribution-time")?.reason == "no bound is known for this swarm")
  }
}
