import Dissection
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import TopologyFile
import Wire

@Suite struct JudgeTests {
  private static let all = CheckCatalogue.specs.map { CheckPlan(name: $0.name, parameters: [:]) }

  private func judge(_ stage: Stage) -> Judgement {
    Judge.judge(plan: stage.plan, record: stage.events, trace: stage.trace)
  }

  @Test func theSameInputsGiveTheSameBytes() {
    let stage = Stage.honest(checks: Self.all)
    let first = judge(stage)
    for _ in 0..<20 {
      let again = judge(stage)
      #expect(again.verdictsJSON == first.verdictsJSON)
      #expect(again.metricsJSON == first.metricsJSON)
    }
    #expect(first.verdictsJSON.contains("\"schema\": 1"))
    #expect(first.metricsJSON.contains("\"schema\": 1"))
  }

  @Test func theOrderOfChecksInThePlanDecidesNothing() {
    let forwards = judge(Stage.honest(checks: Self.all))
    let backwards = judge(Stage.honest(checks: Self.all.reversed()))
    #expect(forwards.verdictsJSON == backwards.verdictsJSON)
  }

  @Test func anHonestRunFailsNothing() {
    let summaries = judge(Stage.honest(checks: Self.all)).summaries
    #expect(summaries.map(\.check) == CheckCatalogue.specs.map(\.name).sorted())
    // Two leechers and a seed for ten seconds say nothing of what needs numbers, time or a fault.
    let undecided = [
      "address-change", "churn-resilience", "distribution-time", "fairness", "free-rider-penalty", "optimistic-unchoke",
      "rarest-first", "rechoke-interval", "reciprocation", "recovery-time", "survives-seed-loss",
      "survives-tracker-loss", "tit-for-tat", "utilisation",
    ]
    for summary in summaries {
      #expect(summary.outcome == (undecided.contains(summary.check) ? .undecided : .pass), "\(summary)")
    }
  }

  @Test func theExitStatusFollowsTheVerdicts() {
    let honest = judge(Stage.honest(checks: Self.all))
    #expect(honest.exitStatus(mustDecide: ["completion", "rate-limit"], undecidedFails: false) == 0)
    #expect(honest.exitStatus(mustDecide: ["distribution-time"], undecidedFails: false) == 2)
    #expect(honest.exitStatus(mustDecide: [], undecidedFails: true) == 2)
    #expect(honest.exitStatus(mustDecide: ["never-made"], undecidedFails: false) == 2)
    var stage = Stage.honest(checks: Self.all)
    stage.note(5, .exited(process: "seed", code: 1, signal: nil, ordered: false))
    #expect(judge(stage).exitStatus(mustDecide: ["distribution-time"], undecidedFails: true) == 1)
  }

  @Test func anUnknownCheckIsUndecided() {
    let verdicts = Stage.honest().judge("fairness-of-the-gods")
    #expect(verdicts.map(\.reason) == ["this version has no check named fairness-of-the-gods"])
  }

  @Test func parametersAreStatedWithTheirDefaults() {
    let verdict = Stage.honest().judge("protocol-conformance", ["grace": .integer(1)]).first
    #expect(verdict?.parameters == ["grace": .integer(1), "rejectWithin": .integer(5_000_000_000)])
  }

  @Test func everyDefaultOfTheCatalogueCanBeRead() {
    for check in CheckCatalogue.specs {
      let read = Parameters(specs: check.parameters)
      for parameter in check.parameters where parameter.defaultText != nil {
        #expect(read.values[parameter.key] != nil, "\(check.name).\(parameter.key)")
      }
    }
  }

  @Test func everyCheckNamesAMisbehaviourThatFailsIt() {
    for check in CheckCatalogue.all { #expect(!check.failedBy.isEmpty, "\(check.name)") }
  }

  @Test func withoutPlanAndRecordEachSaysWhatItLacks() throws {
    var stage = Stage.honest(checks: Self.all)
    stage.events = []
    #expect(judge(stage).verdicts.first { $0.check == "upload-slots" }?.reason?.hasPrefix("no record beside") == true)
    // As in a capture, which is in the order of time.
    stage.trace.segments.sort { $0.time < $1.time }
    let strangers = Strangers(stage.trace)
    let plan = strangers.plan(name: "stage", checks: Self.all) { _ in Strangers.Known() }
    let verdicts = Judge.judge(strangers, plan: plan, trace: stage.trace).verdicts
    for (check, lack) in [
      ("completion", "which peers should complete, and by when"), ("integrity", "which bytes the payload holds"),
      ("rate-limit", "what each peer's limits are"),
    ] {
      let reasons = verdicts.filter { $0.check == check }.map(\.reason)
      #expect(reasons == ["no plan beside the capture: nobody says \(lack)"])
    }
    let conformance = verdicts.filter { $0.check == "protocol-conformance" }
    #expect(conformance.count == 3 && conformance.allSatisfy { $0.status == .pass }, "\(conformance)")
    let slots = verdicts.filter { $0.check == "upload-slots" }
    let lack = "no profile says how many slots"
    #expect(slots.count == 3 && slots.allSatisfy { $0.reason?.hasPrefix(lack) == true }, "\(slots)")
  }

  @Test func aWholeNumberIsTheSameWhenItWasWrittenAndReadAgain() {
    let spec = ParameterSpec("weight", .number(1...100), default: "3", "How much.")
    let said = Parameters(["weight": .number(3)], specs: [spec]).values
    #expect(Parameters(["weight": .integer(3)], specs: [spec]).values == said)
    #expect(Parameters(specs: [spec]).values == said)
  }

  // MARK: Pooling

  @Test func anyRunsFailIsAnInvariantsFail() throws {
    let good = judge(Stage.honest(checks: Self.all)).verdicts
    var stage = Stage.honest(checks: Self.all)
    stage.trace.messages.removeAll { $0.kind == .have && $0.piece == 1 }
    let bad = judge(stage).verdicts
    let pooled = Judge.pool([good, bad, good])
    let completion = try #require(pooled.first { $0.check == "completion" })
    #expect(completion.status == .fail)
    #expect(completion.observed == "failed in 1 of 3 runs; first: not complete: 3 of 4 pieces seen")
    #expect(pooled.filter { $0.check == "rate-limit" }.allSatisfy { $0.status == .pass })
    #expect(pooled.filter { $0.check == "rate-limit" }.count == good.filter { $0.check == "rate-limit" }.count)
  }

  /// Each repeat draws other peers, of whom the other runs say nothing.
  @Test func whoWasStruckInSomeRunsOnlyIsJudgedByThose() throws {
    func verdict(_ peer: String, _ status: Verdict.Status) -> Verdict {
      Verdict(
        check: "address-change", kind: .invariant, status: status, scope: .peer, subjects: [peer], parameters: [:],
        expected: "", observed: "payload", power: .init(n: 1, needed: 1))
    }
    let good = [[verdict("a", .pass)], [verdict("b", .pass)], [verdict("a", .pass)]]
    let pooled = Judge.pool(good)
    #expect(pooled.map(\.status) == [.pass, .pass])
    #expect(pooled.first?.observed == "made in 2 of 3 runs, and passed there; first: payload")
    #expect(Judge.pool([good[0], [verdict("b", .undecided)]]).map(\.status) == [.undecided, .undecided])
    #expect(Judge.pool([good[0], []]).map(\.reason) == ["made in 1 of 2 runs"])
    #expect(Judge.pool([good[0], [verdict("b", .fail)]]).map(\.status) == [.pass, .fail])
  }

  /// Each repeat has a payload of its own: one's hash is not what all were measured by.
  @Test func whatEachRunExpectedForItselfIsNotSaidOfAll() throws {
    func run(_ digits: String) -> [Verdict] {
      var stage = Stage.honest(checks: Self.all)
      let hash = String(repeating: digits, count: 32)
      stage.events = stage.events.map { entry in
        switch entry.event {
        case .payload(_, let infoHash): RecordEntry(at: entry.at, event: .payload(sha256: hash, infoHash: infoHash))
        case .file(let peer, let size, _):
          RecordEntry(at: entry.at, event: .file(peer: peer, sizeBytes: size, sha256: hash))
        default: entry
        }
      }
      return judge(stage).verdicts
    }
    let two = try #require(Judge.pool([run("ab"), run("cd")]).first { $0.check == "integrity" })
    #expect(two.status == .pass)
    #expect(two.expected.hasPrefix("in each run its own; in the first: "), "\(two.expected)")
    let same = try #require(Judge.pool([run("ab"), run("ab")]).first { $0.check == "integrity" })
    #expect(!same.expected.hasPrefix("in each run its own"))
  }

  @Test func statisticsArePooledByRun() throws {
    func run(_ efficiency: Double) -> [Verdict] {
      [
        Verdict(
          check: "distribution-time", kind: .statistic, status: .pass, scope: .swarm, subjects: [], parameters: [:],
          expected: "", observed: "", power: .init(n: 1, needed: 1),
          effect: .init(value: Fixed(nearest: efficiency), atLeast: Fixed(nearest: 0.9)))
      ]
    }
    #expect(Judge.pool([run(0.94), run(0.95), run(0.96)]).map(\.status) == [.pass])
    #expect(Judge.pool([run(0.84), run(0.85), run(0.86)]).map(\.status) == [.fail])
    // It passed in the only run that measured it.
    #expect(Judge.pool([run(0.84), [], []]).map(\.status) == [.undecided])
    let unclear = try #require(Judge.pool([run(0.88), run(0.90), run(0.93)]).first)
    #expect(unclear.status == .undecided)
    #expect(unclear.reason == "the interval holds the bound 0.900000")
  }

  private static func utilisation(_ value: Double?, of bound: Double = 0.95) -> [Verdict] {
    let effect = value.map { Verdict.Effect(value: Fixed(nearest: $0), atLeast: Fixed(nearest: bound)) }
    let fails = (value ?? 0) < bound
    return [
      Verdict(
        check: "utilisation", kind: .statistic, status: fails ? .fail : .pass, scope: .peer, subjects: ["a"],
        parameters: [:], expected: "", observed: "too little", power: .init(n: 1, needed: 1), effect: effect)
    ]
  }

  @Test func eachRunIsHeldAgainstItsOwnBound() throws {
    // As some checks take it from the run: the first one's does not stand for all.
    let bounds = [0.9215] + [Double](repeating: 0.95, count: 9)
    let pooled = try #require(Judge.pool(bounds.map { Self.utilisation(0.93, of: $0) }).first)
    #expect(pooled.status == .fail && pooled.effect?.atLeast == Fixed(nearest: 0.94715), "\(pooled)")
  }

  @Test func aFailThatNoMeanIsOfIsAFail() throws {
    let unfinished = Judge.pool([0.96, 0.97, nil, 0.96].map { Self.utilisation($0) })
    #expect(unfinished.map(\.status) == [.fail])
    #expect(unfinished.first?.observed == "failed in 1 of 4 runs; first: too little")
    #expect(Judge.pool([Self.utilisation(0.5), []]).map(\.status) == [.fail], "the only run that measured it")
  }
}
