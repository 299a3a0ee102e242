import Dissection
import Judging
import Planning
import Recording
import Reporting
import SwarmTime

/// A capture, dissected and judged. A live run and a replay of its folder take this one road, so that both come to the
/// same verdicts and metrics, byte for byte.
struct Evaluation: Sendable {
  let plan: Plan
  let judgement: Judgement
  /// Whether any undecided check fails the run (`--undecided fail`).
  private var undecidedFails = false

  /// - Throws: `CaptureError` for a file that is no capture or is cut short.
  init(capture: String, plan: Plan, record: [RecordEntry]) throws {
    self.init(trace: try Dissection.trace(ofCapture: capture), plan: plan, record: record)
  }

  init(trace: Trace, plan: Plan, record: [RecordEntry]) {
    self.plan = plan
    judgement = Judge.judge(plan: plan, record: record, trace: trace)
  }

  init(_ scene: Scene) {
    plan = scene.plan
    judgement = Judge.judge(scene)
  }

  /// The same with `--undecided fail`, or without.
  func judging(undecidedFails: Bool) -> Evaluation {
    var evaluation = self
    evaluation.undecidedFails = undecidedFails
    return evaluation
  }

  /// Checks that fail a build where they are undecided.
  private var mustDecide: [String] { undecidedFails ? judgement.summaries.map(\.check) : plan.mustDecide }

  var exitState: ExitState {
    ExitState(rawValue: judgement.exitStatus(mustDecide: plan.mustDecide, undecidedFails: undecidedFails)) ?? .fault
  }

  /// Writes verdicts, metrics and the reports made of them. `milliseconds` is the run's wall time, for JUnit.
  func write(into folder: String, facts: [ReportPage.Fact], milliseconds: Int64, isPartial: Bool) throws {
    try Files.write(judgement.verdictsJSON, to: folder + "/verdicts.json")
    try Files.write(judgement.metricsJSON, to: folder + "/metrics.json")
    try writeReports(into: folder, facts: facts, milliseconds: milliseconds, isPartial: isPartial)
  }

  /// Only what is made for reading: what can be rendered again. What stands there already is replaced whole.
  func writeReports(into folder: String, facts: [ReportPage.Fact], milliseconds: Int64, isPartial: Bool) throws {
    try Files.replace(folder + "/intervals.csv", with: judgement.scene.intervalsCSV)
    let suite = JUnit.Suite(
      name: plan.name, verdicts: judgement.verdicts, mustDecide: mustDecide, milliseconds: milliseconds, folder: folder)
    try Files.replace(folder + "/junit.xml", with: JUnit.xml([suite]))
    let page = ReportPage(
      plan: plan, picture: RunPicture(judgement), verdicts: judgement.verdicts, facts: facts + figures,
      isPartial: isPartial)
    try Files.replace(folder + "/report.html", with: page.html())
  }

  /// The verdicts as lines, those that failed with their evidence.
  var lines: [String] {
    VerdictLines.lines(judgement.verdicts, mustDecide: plan.mustDecide, style: Output.style)
  }

  /// The swarm's figures, for people.
  var figures: [ReportPage.Fact] {
    let swarm = judgement.metrics.swarm
    let pieces = Quantity.count(plan.payload.pieceCount, "piece")
    var facts: [ReportPage.Fact] = [
      .init("peers", "\(plan.peers.count)"),
      .init("payload", "\(Quantity.bytes(plan.payload.sizeBytes)) in \(pieces)"),
      .init("random seed", "\(plan.randomSeed)"), .init("speed", PlanSummary.speed(plan)),
    ]
    if let makespan = swarm.makespan {
      facts.append(.init("makespan", Quantity.duration(.init(nanoseconds: makespan))))
    }
    if let bound = swarm.bound {
      let term = swarm.boundDecidedBy.map { " (\($0))" } ?? ""
      facts.append(.init("bound", Quantity.duration(.init(nanoseconds: bound)) + term))
    }
    if let efficiency = swarm.efficiency { facts.append(.init("efficiency", efficiency.text(places: 3))) }
    if let copies = swarm.seedCopies { facts.append(.init("copies sent by seeds", copies.text(places: 2))) }
    return facts
  }

  /// Makespan, bound and efficiency in one line, with what the efficiency depends on; nil where nobody completed.
  var headline: String? {
    let swarm = judgement.metrics.swarm
    guard let makespan = swarm.makespan else { return nil }
    var text = "makespan \(Quantity.duration(.init(nanoseconds: makespan)))"
    guard let bound = swarm.bound, let efficiency = swarm.efficiency else { return text }
    text += ", bound \(Quantity.duration(.init(nanoseconds: bound)))"
    if let term = swarm.boundDecidedBy { text += " (\(term))" }
    let seeds = swarm.seedUpload.map { "seeds \(Quantity.rate($0)), " } ?? ""
    text += ", efficiency \(efficiency.text(places: 3)) (\(seeds)"
    text += "\(Quantity.count(swarm.leechers, "leecher")), \(Quantity.count(swarm.pieces, "piece")))"
    return text
  }
}
