import Dissection
import Judging
import Lab
import Planning
import Recording
import Reporting
import SwarmTime

/// One run of one plan, from the making of its folder to the last line about it.
struct SwarmRun {
  struct Outcome {
    let state: ExitState
    /// Nil where it was interrupted in a hurry, or had to be killed.
    let judgement: Judgement?
    let reason: EndReason
    let rung: Sandbox.Rung
    /// Where it lies.
    let folder: String
  }

  let plan: Plan
  let topology: LoadedTopology
  let output: String
  let timeout: RealDuration?
  /// Versions of foreign clients by name.
  let clients: [String: String]
  let undecidedFails: Bool
  /// Monotonic nanoseconds at which the work on it began.
  let started: Int64
  let interrupts: Interrupts
  /// One of many, of which others speak: nothing is printed but faults, and `latest` stays where it is.
  var isQuiet = false

  func perform() async throws -> Outcome {
    let work = interrupts.work()
    var folder = try RunFolder.create(
      in: output, name: plan.name, randomSeed: plan.randomSeed, secondsSince1970: RealTime.secondsSince1970())
    let atOnce = folder
    interrupts.watch(work) { [plan] in
      Leftovers.clear(plan, folder: atOnce.path)
      var partial = atOnce
      try? partial.interrupt()
    }
    defer { interrupts.watch(work, nil) }
    if !isQuiet { Output.print("\(Output.style.bold(plan.name)): \(PlanSummary.line(plan))") }

    let outcome: LabOutcome
    do {
      try Files.write(plan.yaml, to: folder.file("plan.yaml"))
      outcome = try await lab(in: folder, work)
    } catch {
      try? folder.remove()
      throw error
    }
    if let error = outcome.error { try abandon(&folder, because: error) }
    // A lab that took too long to stop, and was killed, has closed neither record nor capture: nothing can be judged.
    if interrupts.isHasty || outcome.capture == nil {
      keep(&folder)
      let state = interrupts.exitState ?? (outcome.reason == .timedOut ? .timedOut : .interrupted)
      return Outcome(state: state, judgement: nil, reason: outcome.reason, rung: outcome.rung, folder: folder.path)
    }
    do {
      return try await judge(&folder, outcome, work)
    } catch {
      keep(&folder)
      throw error
    }
  }

  /// Judges what was captured, writes what comes of it, and says so.
  private func judge(_ folder: inout RunFolder, _ outcome: LabOutcome, _ work: Int) async throws -> Outcome {
    let record = try readRecord(folder)
    let evaluation = try await evaluate(folder, record).judging(undecidedFails: undecidedFails)
    let wall = RealTime.monotonicNanoseconds() - started
    // Who interrupts while it is judged finds that in the folder's name, as in the exit status.
    let isPartial = outcome.reason == .interrupted || outcome.reason == .timedOut || interrupts.exitState != nil
    let state = self.state(evaluation, outcome)
    let manifest = RunManifest(
      plan: plan, topologyFile: topology.file, clients: clients, record: record, outcome: outcome, state: state,
      undecidedFails: undecidedFails, wallNanoseconds: wall)
    try Files.write(manifest.json, to: folder.file("run.json"))
    let path = folder.path
    try await GivingWay.run {
      try evaluation.write(into: path, facts: manifest.facts, milliseconds: wall / 1_000_000, isPartial: isPartial)
    }
    if isPartial { try folder.interrupt() } else { try folder.complete() }
    interrupts.watch(work, nil)
    if !isQuiet { conclude(evaluation, manifest, folder, outcome) }
    return Outcome(
      state: state, judgement: evaluation.judgement, reason: outcome.reason, rung: outcome.rung, folder: folder.path)
  }

  // MARK: The lab

  private func lab(in folder: RunFolder, _ work: Int) async throws -> LabOutcome {
    let lab = try await LabProcess.launch(
      plan: plan, folder: try Programs.absolute(folder.path), executable: try Programs.ownPath(),
      deadline: timeout?.duration)
    interrupts.on(
      work,
      .init(
        stop: { Task { await lab.stop(.interrupted) } },
        kill: {
          Task {
            await lab.stop(.interrupted)
            lab.kill()
          }
        }))
    defer { interrupts.on(work, nil) }
    var reporter = isQuiet ? nil : ProgressReporter(plan: plan)
    for await event in lab.events { reporter?.handle(event) }
    let outcome = await lab.outcome
    reporter?.close()
    return outcome
  }

  /// The lab could not do its work. What it left is kept only where it shows more than the error says: where peers had
  /// joined, or the error is of a process that was started, whose log it names.
  private func abandon(_ folder: inout RunFolder, because error: LabError) throws -> Never {
    // The end of the record may be what failed: its last line is perhaps cut.
    let record = (try? RunRecord.salvage(path: folder.file("record.jsonl"))) ?? []
    let isOfAProcess = error.fault != .environment
    let showsMore = record.contains { entry in
      switch entry.event {
      case .joined: true
      case .spawned(error.place, _): isOfAProcess
      default: false
      }
    }
    guard showsMore else {
      try folder.remove()
      throw error
    }
    let running = folder.folderName
    keep(&folder)
    // What the error names lies where the folder is now.
    var moved = error
    moved.place = moved.place.replacing("/\(running)/", with: "/\(folder.folderName)/")
    throw moved
  }

  /// Whatever went wrong, what there is of the run stays, under a name that says that it is not whole.
  private func keep(_ folder: inout RunFolder) {
    guard folder.stage == .running else { return }
    Leftovers.clear(plan, folder: folder.path)
    do {
      try folder.interrupt()
    } catch {
      Output.error("swarmlab: \(error.description)")
    }
    Output.error("swarmlab: what there is of the run lies in \(folder.path)")
  }

  private func readRecord(_ folder: RunFolder) throws -> [RecordEntry] {
    Files.exists(folder.file("record.jsonl")) ? try RunRecord.read(path: folder.file("record.jsonl")) : []
  }

  // MARK: The judgement

  /// Judges the very file that was captured, and keeps it as the plan says. Dissected once; then one processor judges
  /// while another scrubs.
  private func evaluate(_ folder: RunFolder, _ record: [RecordEntry]) async throws -> Evaluation {
    let capture = folder.file("capture.pcap")
    let plan = plan
    guard Files.exists(capture) else { return Evaluation(trace: Trace(), plan: plan, record: record) }
    guard plan.capture.keep == .scrubbed else {
      let evaluation = try await GivingWay.run { try Evaluation(capture: capture, plan: plan, record: record) }
      if plan.capture.keep == .none { try Files.remove(capture) }
      return evaluation
    }
    let (trace, payload) = try await GivingWay.run { try Dissection.traceAndPayload(ofCapture: capture) }
    async let scrubbing: Void = GivingWay.run {
      try CaptureScrubber.scrub(from: capture, to: capture + ".gz", payload: payload)
    }
    let evaluation = await GivingWay.run { Evaluation(trace: trace, plan: plan, record: record) }
    do {
      try await scrubbing
    } catch {
      // Half of it shows nothing; the whole is still there.
      try? Files.remove(capture + ".gz")
      throw error
    }
    try Files.remove(capture)
    return evaluation
  }

  private func state(_ evaluation: Evaluation, _ outcome: LabOutcome) -> ExitState {
    if let interrupted = interrupts.exitState { return interrupted }
    if outcome.reason == .timedOut { return .timedOut }
    return evaluation.exitState
  }

  // MARK: The last lines

  private func conclude(
    _ evaluation: Evaluation, _ manifest: RunManifest, _ folder: RunFolder, _ outcome: LabOutcome
  ) {
    let style = Output.style
    Output.print(outcome.notes.map { "  note: \($0)" })
    Output.print(manifest.deaths.map { style.red("  \($0)") + ", see \(folder.path)/\($1)" })
    Output.print(evaluation.lines)
    if let headline = evaluation.headline { Output.print("  \(headline)") }
    var last = "  \(manifest.wall)"
    switch manifest.state {
    case .passed: last = style.green("  passed") + last
    case .failed: last = style.red("  failed") + last
    case .undecided: last = style.yellow("  undecided") + last
    case .timedOut: last = style.red("  timed out") + last
    default: last = style.yellow("  interrupted") + last
    }
    Output.print(last)
    if let over = manifest.overBudget {
      Output.print(style.yellow("  \(over)"))
      if Output.isGitHub {
        Output.print(GitHubAnnotations.command("warning", file: topology.file, line: 1, text: "\(plan.name) \(over)"))
      }
    }
    pointLatest(folder)
    Output.print(folder.path)
  }

  /// A link that cannot be made is said, and leaves the run what it is.
  private func pointLatest(_ folder: RunFolder) {
    guard folder.stage == .complete else { return }
    do {
      try folder.pointLatest()
    } catch {
      Output.error(Failure.from(error).text)
    }
  }
}
