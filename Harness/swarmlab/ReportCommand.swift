import ArgumentParser
import Judging
import Planning
import Reporting
import SwarmTime

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Renders the reports of stored runs again, from their captures.",
    discussion: """
      Writes report.html, junit.xml and intervals.csv; the run's verdicts and metrics stay as they are.
      With --picture it writes one picture as SVG instead: the choke timeline of a peer, its
      rates, the order in which it got the pieces, the pieces of all, or all uploads against downloads.
      """)

  enum Plot: String, ExpressibleByArgument, CaseIterable {
    case chokes, rates, order, pieces, shares

    var kind: Drawing.Kind {
      switch self {
      case .chokes: .chokes
      case .rates: .rates
      case .order: .order
      case .pieces: .pieces
      case .shares: .shares
      }
    }
  }

  @Argument(help: "Run folders.") var runs: [String]
  @Option(help: ArgumentHelp("Name of a peer: draw it instead of writing the reports.", valueName: "peer"))
  var picture: String?
  @Option(help: "What to draw: chokes (the default), rates or order of the peer, pieces or shares of all.")
  var plot: Plot?
  @Option(
    help: ArgumentHelp("Swarm time at which the picture begins, such as 20 s; zero if not given.", valueName: "time"),
    transform: RealDuration.moment(text:))
  var from: RealDuration?
  @Option(
    help: ArgumentHelp("Swarm time at which the picture ends; the run's end if not given.", valueName: "time"),
    transform: RealDuration.moment(text:))
  var until: RealDuration?
  @Option(help: ArgumentHelp("Partners that a choke timeline has room for; all by default.", valueName: "n"))
  var partners: Int?
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where the picture goes; standard output if not given.", valueName: "file"))
  var output: String?

  func validate() throws {
    guard picture == nil else {
      if let partners, partners < 1 { throw ValidationError("--partners must be at least 1; it is \(partners)") }
      if runs.count != 1 { throw ValidationError("--picture draws one run; \(runs.count) are named") }
      return
    }
    if from != nil || until != nil || output != nil || partners != nil || plot != nil {
      throw ValidationError("name the peer to draw with --picture")
    }
  }

  func run() async throws {
    try await reporting {
      // One run that cannot be rendered does not keep the others from it.
      ExitState.of(
        runs.map { run -> ExitState in
          do {
            try render(run.hasSuffix("/") ? String(run.dropLast()) : run)
            return .passed
          } catch {
            let failure = Failure.from(error)
            Output.error(failure.text)
            return failure.state
          }
        })
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
    let plan = try Sidecar.plan(at: run + "/plan.yaml")
    let evaluation = try Evaluation(capture: capture, plan: plan, record: sidecar.record)
    if let picture { return try draw(picture, evaluation.judgement) }
    let stored = Files.exists(run + "/verdicts.json") ? try Files.read(run + "/verdicts.json") : nil
    let manifest = try StoredManifest(in: run)
    try evaluation.judging(undecidedFails: manifest?.undecidedFails ?? false).writeReports(
      into: run, facts: manifest?.facts ?? [], milliseconds: manifest?.milliseconds ?? 0,
      isPartial: try Programs.absolute(run).hasSuffix(".partial"))
    Output.print("\(Output.style.bold(plan.name)): \(run)")
    Output.print(evaluation.lines)
    if let stored, stored != evaluation.judgement.verdictsJSON {
      Output.print("  these differ from the run's verdicts.json, which another version of swarmlab wrote")
    }
    Output.print(run + "/report.html")
  }

  private func draw(_ peer: String, _ judgement: Judgement) throws {
    let shown = RunPicture(judgement)
    let begin = from.map { SwarmInstant(nanoseconds: $0.milliseconds * 1_000_000) }
    let end = until.map { SwarmInstant(nanoseconds: $0.milliseconds * 1_000_000) }
    guard shown.peers.contains(where: { $0.name == peer }) else {
      throw Failure(
        state: .usage, what: "--picture: there is no peer \(peer)",
        expected: "one of " + shown.peers.map(\.name).joined(separator: ", "))
    }
    guard var drawing = Drawing(judgement, picture: shown, peer: peer, from: begin, to: end) else {
      throw Failure(
        state: .usage, what: "--from and --until leave nothing to draw",
        expected: "a stretch within the run, which ends at \(Quantity.instant(shown.end))")
    }
    if let partners { drawing.mostPartners = partners }
    let svg = drawing.svg((plot ?? .chokes).kind)
    if let output { try Files.write(svg, to: output) } else { Output.print(svg) }
  }
}
