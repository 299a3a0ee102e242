import ArgumentParser
import Dissection
import Judging
import Planning
import Recording
import Reporting

struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Dissects and judges a capture, as the run did that made it.",
    discussion: """
      With plan.yaml and record.jsonl beside the capture, verdicts and metrics are those of the run, byte for byte.
      """)

  @Argument(help: "A capture (.pcap or .pcap.gz), such as RUN/capture.pcap.gz.") var capture: String
  @Option(help: "Folder to write verdicts, metrics and reports to.") var output: String?
  @Option(help: "What an undecided check that is not listed under mustDecide means for the exit status: ok or fail.")
  var undecided = RunCommand.UndecidedRule.ok

  func run() async throws {
    try await reporting {
      let sidecar = try Sidecar(besides: capture)
      let evaluation = try Evaluation(capture: capture, plan: sidecar.plan, record: sidecar.record)
      if let output { try write(evaluation, sidecar, to: output) }
      Output.print("\(Output.style.bold(sidecar.plan.name)): \(capture)")
      if !sidecar.isComplete {
        Output.print("  no plan.yaml beside it: what needs a plan stays undecided")
      }
      Output.print("  \(Self.coverage(evaluation.judgement.scene.trace.coverage))")
      Output.print(Sightings(judgement: evaluation.judgement).lines.map { "  " + $0 })
      Output.print(evaluation.lines)
      if let headline = evaluation.headline { Output.print("  \(headline)") }
      if let output { Output.print(output) }
      return evaluation.exitState(undecidedFails: undecided == .fail)
    }
  }

  private func write(_ evaluation: Evaluation, _ sidecar: Sidecar, to output: String) throws {
    try Files.makeFolders(output)
    if sidecar.isComplete { try Files.write(sidecar.plan.yaml, to: output + "/plan.yaml") }
    if !sidecar.record.isEmpty {
      try Files.write(sidecar.record.map { $0.line + "\n" }.joined(), to: output + "/record.jsonl")
    }
    try evaluation.write(into: output, facts: [.init("replay of", capture)], milliseconds: 0, isPartial: false)
  }

  /// How much of the capture was understood.
  private static func coverage(_ coverage: Coverage) -> String {
    var text = "\(coverage.frames) frames, \(coverage.streams) streams (\(coverage.streamsFromSYN) from their SYN), "
    text += "\(Quantity.bytes(coverage.streamBytes)) of stream, \(Quantity.bytes(coverage.holeBytes)) missing"
    let passed = coverage.passedOver.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    return passed.isEmpty ? text : text + "; passed over: " + passed.joined(separator: ", ")
  }
}
