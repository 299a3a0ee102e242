import ArgumentParser
import Judging
import Planning
import Reporting

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Renders the reports of stored runs again, from their captures.",
    discussion: "Writes report.html, junit.xml and intervals.csv; the run's verdicts and metrics stay as they are.")

  @Argument(help: "Run folders.") var runs: [String]

  func run() async throws {
    try await reporting {
      for run in runs { try render(run.hasSuffix("/") ? String(run.dropLast()) : run) }
      return .passed
    }
  }

  private func render(_ run: String) throws {
    let captures = [run + "/capture.pcap", run + "/capture.pcap.gz"]
    guard Files.exists(run + "/plan.yaml") else {
      throw Failure(
        state: .usage, what: "is no run folder: it holds no plan.yaml", place: run,
        expected: "a folder that `run` has written, such as runs/latest")
    }
    guard let capture = captures.first(where: Files.exists) else {
      throw Failure(
        state: .usage, what: "holds no capture, which the plots are drawn from", place: run,
        mend: "run it again with capture: {keep: scrubbed}")
    }
    let sidecar = try Sidecar(besides: capture)
    let evaluation = try Evaluation(capture: capture, plan: sidecar.plan, record: sidecar.record)
    let stored = Files.exists(run + "/verdicts.json") ? try Files.read(run + "/verdicts.json") : nil
    try evaluation.writeReports(into: run, facts: [], milliseconds: 0, isPartial: run.hasSuffix(".partial"))
    Output.print("\(Output.style.bold(sidecar.plan.name)): \(run)")
    Output.print(evaluation.lines)
    if let stored, stored != evaluation.judgement.verdictsJSON {
      Output.print("  these differ from the run's verdicts.json, which another version of swarmlab wrote")
    }
    Output.print(run + "/report.html")
  }
}
