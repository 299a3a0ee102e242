import ArgumentParser
import Comparing
import Reporting

struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Runs a topology with different settings, each with the same random seeds, and says in what they differ.",
    discussion: """
      Every combination of the values is run --repeat times, in an order drawn by lot, and compared repeat by repeat. What \
      was measured is kept run by run: broken off, the same command with --resume, or with the same --output, goes on \
      where it was; with a larger --repeat it adds what is missing.
        swarmlab compare first.swarm.yaml --vary defaults.choking.slots=1,4 --repeat 10

      Exit status: 0 compared · 1 worse than --baseline, in some metric or in how many runs get to the end, or beyond \
      --no-collateral · 2 --no-collateral is open, or --baseline tells nothing · 64, 70, 75, 129, 130, 143 as with \
      `run`. Whether checks pass does not matter here: those that fail are named.
      """)

  @Argument(help: "A topology file.") var file: String
  @Option(
    name: .customLong("vary"),
    help: ArgumentHelp("A key by its path, and the values that it takes; may be given often.", valueName: "path=a,b,…"))
  var vary: [String] = []
  @OptionGroup var options: TopologyOptions
  @Option(name: .customLong("repeat"), help: "Runs of each setting, with random seeds that follow each other.")
  var repeats = 10
  @Option(help: ArgumentHelp("Only these metrics, parted by commas; all by default.", valueName: "names"))
  var metrics: String?
  @Option(
    help: ArgumentHelp(
      "Runs side by side: a number, or auto: as many as the first run's use of processors leaves room for.",
      valueName: "n"))
  var sideBySide = "auto"
  @Option(
    help: ArgumentHelp(
      "A comparison.json from before, or its folder: what is worse now makes the exit status 1.", valueName: "file"))
  var baseline: String?
  @Option(
    help: ArgumentHelp(
      "With --vary faults=none,all: by how much later, in percent, peers may complete that no fault strikes.",
      valueName: "percent"))
  var noCollateral: Double?
  @Flag(
    help: ArgumentHelp(
      "Play the values of one key of a group against each other within swarms: one member, a tenth and half of the group "
        + "among the others, and all against all."))
  var tournament = false
  @Option(help: "Folder of the comparison; a new one in runs/NAME by default.") var output: String?
  @Flag(help: "Go on in the latest comparison of this topology in runs/NAME.") var resume = false
  @Flag(help: "Keep each run's capture as the topology says; none is kept by default.") var keepCaptures = false
  @Option(
    help: ArgumentHelp(
      "Hard limit for each run, in real time: 90 s, 5 min; none if not given. What is not over then is a bound.",
      valueName: "time"),
    transform: RealDuration.init(text:))
  var timeout: RealDuration?

  func validate() throws {
    if repeats < 2 { throw ValidationError("--repeat must be at least 2; it is \(repeats)") }
    if resume && output != nil { throw ValidationError("--resume looks for the folder; --output names it: give one") }
    if tournament && (baseline != nil || metrics != nil) {
      throw ValidationError("--tournament goes by completion times: --metrics and --baseline are for comparisons")
    }
    if let noCollateral {
      guard noCollateral >= 0, noCollateral.isFinite else {
        throw ValidationError("--no-collateral must be a number from 0, in percent; it is \(noCollateral)")
      }
      let isVaried = vary.compactMap { try? Variation($0) }.contains { variation in
        variation.path == Collateral.path && variation.values.contains(Collateral.none)
          && variation.values.contains(Collateral.all)
      }
      guard isVaried, !tournament else {
        throw ValidationError("--no-collateral compares runs with and without faults: give --vary faults=none,all")
      }
    }
    _ = try width()
    _ = try chosen()
  }

  func width() throws -> Schedule.Width {
    if sideBySide == "auto" { return .automatic }
    guard let count = Int(sideBySide), count >= 1 else {
      throw ValidationError("--side-by-side must be auto or a number from 1; it is \(sideBySide)")
    }
    return .fixed(count)
  }

  /// Nil for all.
  func chosen() throws -> [Metric]? {
    try metrics?.split(separator: ",", omittingEmptySubsequences: false).map { name in
      guard let metric = Metric.named(String(name)) else {
        let known = Metric.all.map(\.name).joined(separator: ", ")
        throw ValidationError("--metrics: there is no metric \"\(name)\"; expected some of \(known)")
      }
      return metric
    }
  }

  func run() async throws {
    let interrupts = Interrupts()
    try await reporting {
      guard let matrix = try await ComparisonMatrix(self) else { return .usage }
      let before = try baseline.map(Self.baseline)
      let wanted = try chosen()
      if let before, let trouble = matrix.trouble(with: before, metrics: wanted) {
        throw Failure(trouble, place: before.path)
      }
      let folder = try ComparisonFolder(matrix, output: output, resume: resume)
      var making = try ComparisonMaking(
        matrix: matrix, folder: folder, width: try width(), timeout: timeout, keepsCaptures: keepCaptures,
        interrupts: interrupts)
      try await making.perform()
      let comparison = Comparison(
        name: matrix.name, settings: matrix.settings, randomSeeds: matrix.randomSeeds, results: making.results,
        metrics: wanted, labels: matrix.labels)
      return try conclude(comparison, making, folder, before, matrix.tournament)
    }
  }

  private static func baseline(_ path: String) throws -> Baseline {
    do {
      return try Baseline(path: path)
    } catch let fault as Baseline.Fault {
      throw Failure(fault, place: path)
    } catch let fault as FileFault {
      throw Failure(
        state: .usage, what: fault.description, place: "--baseline \(path)",
        expected: "a comparison.json, or the folder of a comparison", mend: fault.mend)
    }
  }

  private func conclude(
    _ comparison: Comparison, _ making: ComparisonMaking, _ folder: ComparisonFolder, _ before: Baseline?,
    _ tournament: Tournament?
  ) throws -> ExitState {
    if let interrupted = making.interrupts.exitState {
      Output.print(
        "broken off with \(comparison.runs.count) of \(making.all) runs made; the same command with "
          + "--output \(folder.path) goes on")
      return interrupted
    }
    if comparison.runs.isEmpty {
      Output.print(making.remarks(comparison).map { Output.style.yellow("  \($0)") })
      return making.state == .passed ? .environment : making.state
    }
    Output.print("")
    if let tournament {
      let standings = Standings(tournament, comparison)
      try folder.write(standings, comparison)
      Output.print(standings.lines(style: Output.style))
    } else {
      try folder.write(comparison)
      Output.print(ComparisonTable(comparison, style: Output.style).lines)
    }
    Output.print(making.remarks(comparison).map { Output.style.yellow("  \($0)") })
    var states = [making.state]
    if let before {
      let report = BaselineReport(before, comparison)
      Output.print([""] + report.lines)
      states.append(report.state)
    }
    if let noCollateral {
      let collateral = Collateral(comparison, within: noCollateral)
      Output.print([""] + collateral.lines)
      switch collateral.outcome {
      case .kept: break
      case .broken: states.append(.failed)
      case .open: states.append(.undecided)
      }
    }
    Output.print(folder.path)
    return ExitState.of(states)
  }
}

extension Failure {
  init(_ fault: Baseline.Fault, place: String) {
    self.init(state: .usage, what: fault.what, place: place, expected: fault.expected, mend: fault.mend)
  }
}
