import Judging
import Planning
import Recording
import Reporting
import SwarmTime

/// What lies beside a capture in a run folder: the plan and the record.
struct Sidecar {
  let plan: Plan
  let record: [RecordEntry]
  /// Whether there was a plan; without one the checks that need it stay undecided.
  let isComplete: Bool

  /// Looks beside the capture. Throws `Failure` for a plan or record that is there but cannot be read.
  init(besides capture: String) throws {
    let folder = capture.lastIndex(of: "/").map { String(capture[..<$0]) } ?? "."
    let planPath = folder + "/plan.yaml"
    let recordPath = folder + "/record.jsonl"
    record = Files.exists(recordPath) ? try RunRecord.read(path: recordPath) : []
    isComplete = Files.exists(planPath)
    plan = isComplete ? try Self.plan(at: planPath) : Self.bare(capture)
  }

  static func plan(at path: String) throws -> Plan {
    let text = try Files.read(path)
    do {
      return try Plan(yaml: text)
    } catch {
      let line = (error as? PlanFileError)?.line.map { ":\($0)" } ?? ""
      throw Failure(
        state: .usage, what: "\(error)", place: path + line, expected: "a plan as `run` writes it",
        mend: "restore it from the run, or write it anew with `swarmlab explain`")
    }
  }

  /// A plan for a capture of which nothing else is known: nobody is expected, every check is asked.
  private static func bare(_ capture: String) -> Plan {
    let file = capture.lastIndex(of: "/").map { String(capture[capture.index(after: $0)...]) } ?? capture
    return Plan(
      name: file, description: "A capture without plan or record.", randomSeed: 0, speed: 1, wallBudgetSeconds: nil,
      payload: PayloadPlan(name: "", sizeBytes: 0, pieceLengthBytes: 0, randomSeed: 0),
      tracker: TrackerPlan(address: "", port: 0, announceInterval: .zero), peers: [],
      until: UntilPlan(condition: .time, within: .zero), capture: CapturePlan(keep: .full, atMostBytes: nil),
      checks: CheckCatalogue.all.map { CheckPlan(name: $0.name, parameters: [:]) }, mustDecide: [], bound: nil)
  }
}
