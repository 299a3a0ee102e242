import ArgumentParser
import Dissection
import Judging
import Planning
import Recording
import Reporting

struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Dissects and judges a capture: a run's own, or anybody's.",
    discussion: """
      With plan.yaml and record.jsonl beside the capture, verdicts and metrics are those of the run, byte for byte.
      Without them the peers are those who are seen, by peer id and address, and what a profile says of their clients is
      what they are held against.

      Exit status: of verdicts as with `run`. With --against 0 where the conversation was played to its end, and 1 where the
      client departed from it. 64 for what is no capture.
      """)

  @Argument(help: "A capture (.pcap, .pcapng, gzipped or not), such as RUN/capture.pcap.gz, or a run folder.")
  var capture: String
  @OptionGroup var stranger: StrangerOptions
  @Option(
    help: ArgumentHelp(
      "Folder to write verdicts, metrics and reports to, none if not given; with --reenact, topology and run, runs if not "
        + "given.", valueName: "folder"))
  var output: String?
  @Option(
    help: "What an undecided check not listed under mustDecide means for the exit status: ok (if not given) or fail.")
  var undecided: RunCommand.UndecidedRule?
  @OptionGroup(title: "Playing to a live client") var against: AgainstOptions
  @OptionGroup(title: "Running the like of it again") var reenact: ReenactOptions

  func validate() throws {
    guard against.address != nil else { return }
    if output != nil || undecided != nil || reenact.isAsked {
      throw ValidationError(
        "--against plays one side, and judges nothing: leave out --output, --undecided and --reenact")
    }
  }

  func run() async throws {
    try await reporting {
      if let address = against.address {
        return try against.play(try ReadCapture.file(capture), metainfo: try stranger.metainfo(), address: address)
      }
      if reenact.isAsked {
        let path = try ReadCapture.file(capture)
        return try await reenact.run(
          path, metainfo: try stranger.metainfo(), output: output ?? "runs", undecidedFails: undecided == .fail)
      }
      let read = try ReadCapture(capture, stranger, checks: Sidecar.everyCheck)
      let evaluation = Evaluation(read.scene).judging(undecidedFails: undecided == .fail)
      let account = Account(read.scene)
      if let output { try write(evaluation, account, read, to: output) }
      Output.print("\(Output.style.bold(evaluation.plan.name)): \(read.path)")
      if read.sidecar.plan == nil { Output.print("  no plan.yaml beside it: what needs a plan stays undecided") }
      Output.print(CoverageLines(account).lines.map { "  " + $0 })
      Output.print(Sightings(account: account).lines.map { "  " + $0 })
      Output.print(evaluation.lines)
      if let headline = evaluation.headline { Output.print("  \(headline)") }
      if let output { Output.print(output) }
      return evaluation.exitState
    }
  }

  private func write(_ evaluation: Evaluation, _ account: Account, _ read: ReadCapture, to output: String) throws {
    try Files.makeFolders(output)
    if let plan = read.sidecar.plan { try Files.write(plan.yaml, to: output + "/plan.yaml") }
    if !read.sidecar.record.isEmpty {
      try Files.write(read.sidecar.record.map { $0.line + "\n" }.joined(), to: output + "/record.jsonl")
    }
    try evaluation.write(into: output, facts: [.init("replay of", capture)], milliseconds: 0, isPartial: false)
    try account.write(into: output + "/account")
  }
}
