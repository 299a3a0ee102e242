import ArgumentParser
import Dissection
import Judging
import Planning
import Recording
import Reporting
import Wire

struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Dissects and judges a capture: a run's own, or anybody's.",
    discussion: """
      With plan.yaml and record.jsonl beside the capture, verdicts and metrics are those of the run, byte for byte.
      Without them the peers are those who are seen, by peer id and address, and what a profile says of their clients is
      what they are held against.
      """)

  @Argument(help: "A capture (.pcap or .pcap.gz), such as RUN/capture.pcap.gz.") var capture: String
  @Option(
    name: .customLong("profile"),
    help: ArgumentHelp(
      "What is known of the clients on a capture without a plan: a shipped profile or a file, with settings after commas "
        + "(libtorrent,allSlots=4); with an address before it (10.0.0.7=aria2) of that peer alone. May be given often.",
      valueName: "profile"))
  var profiles: [String] = []
  @Option(help: "The .torrent file of a capture without a plan; its measure is learned from the wire else.")
  var torrent: String?
  @Option(help: "Folder to write verdicts, metrics and reports to.") var output: String?
  @Option(help: "What an undecided check that is not listed under mustDecide means for the exit status: ok or fail.")
  var undecided = RunCommand.UndecidedRule.ok

  func run() async throws {
    try await reporting {
      let sidecar = try Sidecar(besides: capture)
      let trace = try Dissection.trace(ofCapture: capture)
      let evaluation: Evaluation
      if let plan = sidecar.plan {
        try refuseSettings()
        evaluation = Evaluation(trace: trace, plan: plan, record: sidecar.record)
      } else {
        let strangers = Strangers(trace, metainfo: try metainfo())
        let book = try ProfileBook(profiles)
        let plan = strangers.plan(name: sidecar.file, checks: Sidecar.everyCheck) { book.known(of: $0) }
        evaluation = Evaluation(strangers, plan: plan, trace: trace)
      }
      if let output { try write(evaluation, sidecar, to: output) }
      Output.print("\(Output.style.bold(evaluation.plan.name)): \(capture)")
      if sidecar.plan == nil { Output.print("  no plan.yaml beside it: what needs a plan stays undecided") }
      Output.print("  \(Self.coverage(trace.coverage))")
      Output.print(Sightings(judgement: evaluation.judgement).lines.map { "  " + $0 })
      Output.print(evaluation.lines)
      if let headline = evaluation.headline { Output.print("  \(headline)") }
      if let output { Output.print(output) }
      return evaluation.exitState(undecidedFails: undecided == .fail)
    }
  }

  /// A run is judged by its own plan, or it would not be a replay.
  private func refuseSettings() throws {
    guard !profiles.isEmpty || torrent != nil else { return }
    throw Failure(
      state: .usage, what: "\(profiles.isEmpty ? "--torrent" : "--profile") is for captures without a plan",
      place: capture,
      expected: "a capture without plan.yaml beside it", mend: "the plan says what its peers are held against")
  }

  private func metainfo() throws -> Metainfo? {
    guard let torrent else { return nil }
    let bytes = try Files.bytes(of: torrent)
    do {
      return try Metainfo(parsing: bytes)
    } catch {
      throw Failure(
        state: .usage, what: "is no .torrent file: \(error)", place: torrent, expected: "a metainfo file (BEP 3)")
    }
  }

  private func write(_ evaluation: Evaluation, _ sidecar: Sidecar, to output: String) throws {
    try Files.makeFolders(output)
    if let plan = sidecar.plan { try Files.write(plan.yaml, to: output + "/plan.yaml") }
    if !sidecar.record.isEmpty {
      try Files.write(sidecar.record.map { $0.line + "\n" }.joined(), to: output + "/record.jsonl")
    }
    try evaluation.write(into: output, facts: [.init("replay of", capture)], milliseconds: 0, isPartial: false)
  }

  /// How much of the capture was understood.
  private static func coverage(_ coverage: Coverage) -> String {
    var text = "\(coverage.frames) frames, \(coverage.streams) streams (\(coverage.streamsFromSYN) from their SYN), "
    text += "\(Quantity.bytes(coverage.streamBytes)) of stream, \(Quantity.bytes(coverage.holeBytes)) missing"
    let datagrams = coverage.datagrams.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    if !datagrams.isEmpty { text += "; datagrams: " + datagrams.joined(separator: ", ") }
    let passed = coverage.passedOver.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    return passed.isEmpty ? text : text + "; passed over: " + passed.joined(separator: ", ")
  }
}
