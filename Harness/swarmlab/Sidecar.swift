import Judging
import Planning
import Recording
import Reporting
import SwarmTime

/// What lies beside a capture in a run folder: the plan and the record.
struct Sidecar {
  /// Nil where there is none: a capture of strangers.
  let plan: Plan?
  let record: [RecordEntry]
  /// Name of the capture's file.
  let file: String

  /// Looks beside the capture. Throws `Failure` for a plan or record that is there but cannot be read.
  init(besides capture: String) throws {
    let folder = capture.lastIndex(of: "/").map { String(capture[..<$0]) } ?? "."
    let planPath = folder + "/plan.yaml"
    let recordPath = folder + "/record.jsonl"
    record = Files.exists(recordPath) ? try RunRecord.read(path: recordPath) : []
    plan = Files.exists(planPath) ? try Self.plan(at: planPath) : nil
    file = capture.lastIndex(of: "/").map { String(capture[capture.index(after: $0)...]) } ?? capture
  }

  static func plan(at path: String) throws -> Plan {
    let text = try Files.read(path)
    do {
      let (plan, supposed) = try Plan.read(yaml: text)
      if !supposed.isEmpty {
        let words = supposed.joined(separator: ", ")
        Output.error("\(path): the profiles of an older version say less than those of this one; supposed: \(words)")
      }
      return plan
    } catch {
      let line = (error as? PlanFileError)?.line.map { ":\($0)" } ?? ""
      throw Failure(
        state: .usage, what: "\(error)", place: path + line, expected: "a plan as `run` writes it",
        mend: "restore it from the run, or write it anew with `swarmlab explain --yaml`")
    }
  }

  /// Every check with its defaults: what is asked of a capture that no plan asks anything of.
  static let everyCheck = CheckCatalogue.all.map { CheckPlan(name: $0.name, parameters: [:]) }
}
