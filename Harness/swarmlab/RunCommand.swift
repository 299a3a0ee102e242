import ArgumentParser
import Judging
import Planning
import Reporting
import TopologyFile

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs topologies, captures every packet, and judges the swarms from what was captured.",
    discussion: "Exit status: as `swarmlab --help` says.")

  enum UndecidedRule: String, ExpressibleByArgument, CaseIterable { case ok, fail }

  @Argument(help: "Topology files.") var files: [String]
  @OptionGroup var options: TopologyOptions

  @Option(name: .customLong("repeat"), help: "Runs of each topology, with random seeds that follow each other.")
  var repeats = 1

  @Option(
    help: ArgumentHelp(
      "Hard limit for each run, in real time: 90 s, 5 min; none if not given. A run that reaches it is ended (exit status "
        + "124).", valueName: "time"),
    transform: RealDuration.init(text:))
  var timeout: RealDuration?

  @Option(help: ArgumentHelp("Folder that holds the run folders.", valueName: "folder")) var output = "runs"

  @Option(help: "What an undecided check that is not listed under mustDecide means for the exit status: ok or fail.")
  var undecided = UndecidedRule.ok

  func validate() throws {
    if repeats < 1 { throw ValidationError("--repeat must be at least 1; it is \(repeats)") }
    if files.isEmpty { throw ValidationError("name at least one topology file") }
  }

  func run() async throws {
    // Before anything is started: an interrupt from here on is one that we answer.
    let interrupts = Interrupts()
    let started = RealTime.monotonicNanoseconds()
    try await reporting {
      let loaded = try files.map { try options.read($0) }
      let runs = try loaded.map { topology in
        try topology.flatMap { topology in
          try topology.plan(randomSeed: options.randomSeed).map { Swarm(topology: topology, plan: $0) }
        }
      }
      guard runs.allSatisfy({ $0 != nil }) else { return .usage }
      for swarm in runs.compactMap({ $0 }) { try checkSeeds(from: swarm.plan) }
      let troubles = runs.compactMap { $0 }.flatMap { $0.topology.clientTroubles($0.plan, as: .error) }
      TopologyOptions.show(troubles)
      guard troubles.isEmpty else { return .usage }
      var standings: [ClientStandings] = []
      for swarm in runs.compactMap({ $0 }) { standings.append(await ClientStandings(swarm.topology.topology)) }
      TopologyOptions.show(standings.flatMap(\.troubles))
      guard standings.allSatisfy({ $0.troubles.isEmpty }) else { return .usage }
      var states: [ExitState] = []
      var isFirst = true
      for (swarm, standing) in zip(runs.compactMap({ $0 }), standings) {
        var outcomes: [SwarmRun.Outcome] = []
        var judged: [GitHubAnnotations.Run] = []
        for turn in 0..<repeats where interrupts.exitState == nil {
          var plan = swarm.plan
          if turn > 0 {
            guard let next = try swarm.topology.plan(randomSeed: swarm.plan.randomSeed + UInt64(turn)) else {
              return .usage
            }
            plan = next
          }
          if !isFirst { Output.print("") }
          let run = SwarmRun(
            plan: plan, topology: swarm.topology, output: output, timeout: timeout,
            clients: standing.versions, undecidedFails: undecided == .fail,
            started: isFirst ? started : RealTime.monotonicNanoseconds(),
            interrupts: interrupts)
          isFirst = false
          do {
            let outcome = try await run.perform()
            outcomes.append(outcome)
            if let judgement = outcome.judgement {
              judged.append(.init(randomSeed: plan.randomSeed, verdicts: judgement.verdicts))
            }
            states.append(outcome.state)
          } catch {
            // One swarm that could not be run does not keep the others from it.
            let failure = Failure.from(error)
            Output.error(failure.text)
            states.append(failure.state)
          }
        }
        if outcomes.count(where: { $0.judgement != nil }) > 1 { states.append(pool(outcomes, swarm)) }
        if Output.isGitHub {
          Output.print(
            GitHubAnnotations.lines(
              runs: judged,
              mustDecide: undecided == .fail ? judged.flatMap { $0.verdicts.map(\.check) } : swarm.plan.mustDecide,
              file: swarm.topology.file,
              line: swarm.topology.line(of:)))
        }
      }
      return interrupts.exitState ?? ExitState.of(states)
    }
  }

  /// Each repeat has the next random seed; a round that began at 0 again would repeat runs that were perhaps made before.
  private func checkSeeds(from plan: Plan) throws {
    guard plan.randomSeed.addingReportingOverflow(UInt64(repeats - 1)).overflow else { return }
    throw Failure(
      state: .usage, what: "\(repeats) random seeds from \(plan.randomSeed) pass the largest, \(UInt64.max)",
      place: "--repeat \(repeats)", expected: "a random seed of at most \(UInt64.max - UInt64(repeats - 1))",
      mend: "choose another with --seed")
  }

  private struct Swarm {
    let topology: LoadedTopology
    let plan: Plan
  }

  /// Prints what the repeats come to together, and says which exit state that is.
  private func pool(_ outcomes: [SwarmRun.Outcome], _ swarm: Swarm) -> ExitState {
    let judgements = outcomes.compactMap(\.judgement)
    let verdicts = Judge.pool(judgements.map(\.verdicts))
    Output.print("\n\(Output.style.bold(swarm.plan.name)): \(judgements.count) runs together")
    Output.print(VerdictLines.lines(verdicts, mustDecide: swarm.plan.mustDecide, style: Output.style))
    let efficiencies = judgements.compactMap(\.metrics.swarm.efficiency).sorted()
    if let low = efficiencies.first, let high = efficiencies.last {
      let middle = (efficiencies[(efficiencies.count - 1) / 2].value + efficiencies[efficiencies.count / 2].value) / 2
      let median = Fixed(nearest: middle)
      Output.print(
        "  efficiency \(median.text(places: 3)) (median of \(efficiencies.count); \(low.text(places: 3)) to "
          + "\(high.text(places: 3)))")
    }
    let status = Judgement.exitStatus(
      of: verdicts, mustDecide: swarm.plan.mustDecide, undecidedFails: undecided == .fail)
    return ExitState(rawValue: status) ?? .fault
  }
}
