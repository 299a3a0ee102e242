import Comparing
import Judging
import Lab
import Planning
import Reporting
import SwarmTime

/// Makes the runs that a comparison lacks, and keeps the result of each as soon as there is one.
struct ComparisonMaking {
  private let matrix: ComparisonMatrix
  private let folder: ComparisonFolder
  private let timeout: RealDuration?
  private let keepsCaptures: Bool
  let interrupts: Interrupts
  /// Of the runs asked for, those that are there.
  private(set) var results: [RunResult] = []
  /// What kept runs from being made, by the gravest.
  private(set) var state = ExitState.passed
  private var struckBySeed: StruckBySeed
  /// Runs that are there, beside other settings.
  private var stale = 0
  private var schedule: Schedule
  private var isHalted = false

  var all: Int { matrix.settings.count * matrix.randomSeeds.count }

  /// Reads what is there already.
  ///
  /// - Throws: `Failure` where that is of another swarm.
  init(
    matrix: ComparisonMatrix, folder: ComparisonFolder, width: Schedule.Width, timeout: RealDuration?,
    keepsCaptures: Bool, interrupts: Interrupts
  ) throws {
    self.matrix = matrix
    self.folder = folder
    self.timeout = timeout
    self.keepsCaptures = keepsCaptures
    self.interrupts = interrupts
    let stored = try folder.results.read()
    for broken in stored.broken {
      Output.error("\(folder.results.path):\(broken.line): \(broken.reason); that run is made again")
    }
    var missing: [PlannedRun] = []
    var bySeed = StruckBySeed()
    let before = StoredResults(stored.results)
    for run in matrix.order {
      let setting = matrix.settings[run.setting]
      // What is not there need not be planned yet.
      guard before.hold(setting, randomSeed: run.randomSeed) else {
        missing.append(run)
        continue
      }
      let struck = try bySeed.with(run.randomSeed) { try matrix.plans(randomSeed: run.randomSeed) }
      let plan = RunResult.digest(of: try matrix.plan(of: run).yaml)
      switch before.find(setting, randomSeed: run.randomSeed, plan: plan, struck: struck) {
      case .nothing: missing.append(run)
      case .result(let result) where result.mayComeToMore(within: timeout?.milliseconds): missing.append(run)
      case .result(let result): results.append(result)
      case .besideOtherSettings:
        missing.append(run)
        stale += 1
      case .ofAnotherPlan:
        throw Failure(
          state: .usage, what: "\(setting.name), random seed \(run.randomSeed), was run with another plan",
          place: folder.results.path, expected: "results of the topology and the settings given",
          mend: "choose another --output, or move that folder away")
      }
    }
    struckBySeed = bySeed
    schedule = Schedule(missing, width: width)
  }

  private struct Ended: Sendable {
    var turn: Schedule.Turn
    var result: Result<RunResult?, Failure>
    var isEnclosed = true
    var nanoseconds: Int64
    /// Processors kept busy; nil where other runs went on beside.
    var processors: Double?
    /// Those, and what was idle.
    var machine = Double(ProcessorUse.processors)
  }

  /// Returns when there is nothing left to make, or after an interrupt.
  mutating func perform() async throws {
    try Files.makeFolders(folder.path)
    let seeds = [matrix.randomSeeds.first, matrix.randomSeeds.last].compactMap { $0.map(String.init) }
    Output.print(
      "\(Output.style.bold(matrix.name)): \(Quantity.count(matrix.settings.count, "setting")), "
        + "\(matrix.randomSeeds.count) repeats of each (random seeds \(seeds.joined(separator: " to "))): \(all) runs"
        + (results.isEmpty ? "" : ", of which \(results.count) are there"))
    if stale > 0 {
      let runs = stale == 1 ? "1 run that was there is" : "\(stale) runs that were there are"
      Output.print("\(runs) made again, since the settings now strike other peers: others are spared")
    }
    try await withThrowingTaskGroup(of: Ended.self) { group in
      try start(&group)
      while let ended = try await group.next() {
        try take(ended)
        try start(&group)
      }
    }
  }

  private mutating func start(_ group: inout ThrowingTaskGroup<Ended, any Error>) throws {
    while interrupts.exitState == nil, !isHalted, let turn = schedule.next() {
      var plan = try matrix.plan(of: turn.run)
      let digest = RunResult.digest(of: plan.yaml)
      if !keepsCaptures { plan.capture.keep = .none }
      let began = RealTime.monotonicNanoseconds()
      let run = SwarmRun(
        plan: plan, topology: matrix.topologies[turn.run.setting], output: folder.runs, timeout: timeout,
        clients: matrix.clients[turn.run.setting], undecidedFails: false, started: began, interrupts: interrupts,
        isQuiet: true)
      let setting = matrix.settings[turn.run.setting]
      let above = folder.path + "/"
      let struck = try struck(randomSeed: turn.run.randomSeed)
      let limit = timeout?.milliseconds
      group.addTask {
        let (used, idle) = (ProcessorUse.nanoseconds(), ProcessorUse.idleNanoseconds())
        var result: Result<RunResult?, Failure>
        var isEnclosed = true
        do {
          let outcome = try await run.perform()
          isEnclosed = outcome.rung != .hostLoopback
          result = .success(Self.result(outcome, setting, turn.run.randomSeed, digest, above, struck, limit))
        } catch {
          result = .failure(Failure.from(error))
        }
        let wall = RealTime.monotonicNanoseconds() - began
        let busy = Double(ProcessorUse.nanoseconds() - used) / Double(max(1, wall))
        var ended = Ended(
          turn: turn, result: result, isEnclosed: isEnclosed, nanoseconds: wall, processors: turn.isAlone ? busy : nil)
        if let idle, let now = ProcessorUse.idleNanoseconds() {
          ended.machine = min(ended.machine, busy + Double(now - idle) / Double(max(1, wall)))
        }
        return ended
      }
    }
  }

  private mutating func struck(randomSeed: UInt64) throws -> Struck {
    let matrix = self.matrix
    return try struckBySeed.with(randomSeed) { try matrix.plans(randomSeed: randomSeed) }
  }

  /// Nil for a run that was broken off.
  private static func result(
    _ outcome: SwarmRun.Outcome, _ setting: Setting, _ randomSeed: UInt64, _ digest: String, _ above: String,
    _ struck: Struck, _ limit: Int64?
  ) -> RunResult? {
    guard let judgement = outcome.judgement, outcome.reason != .interrupted,
      outcome.reason == .timedOut || outcome.state.rawValue < ExitState.usage.rawValue
    else { return nil }
    let path = outcome.folder
    return RunResult(
      setting: setting, randomSeed: randomSeed, plan: digest, struck: struck.digest,
      values: RunFigures(judgement, struck: struck.names).values,
      ended: outcome.reason.rawValue, cutAfter: outcome.reason == .timedOut ? limit : nil,
      isLate: (judgement.scene.timingTrouble ?? judgement.scene.losses) != nil,
      failed: judgement.summaries.filter { $0.outcome == .fail }.map(\.check),
      folder: path.hasPrefix(above) ? String(path.dropFirst(above.count)) : path)
  }

  private mutating func take(_ ended: Ended) throws {
    let result = try? ended.result.get()
    let isFirst = schedule.width == nil
    let counts = schedule.ended(
      ended.turn, isLate: result?.isLate ?? false, processors: ended.processors, machine: ended.machine,
      isMade: result != nil, isEnclosed: ended.isEnclosed)
    let what = "\(matrix.labels[ended.turn.run.setting]), random seed \(ended.turn.run.randomSeed)"
    switch ended.result {
    case .failure(let failure):
      Output.error("\(what): \(failure.text)")
      state = ExitState.of([state, failure.state])
      // What this machine lacks, the next run lacks too.
      isHalted = isHalted || failure.state == .environment || failure.state == .usage
    case .success(nil): break
    case .success(let result?) where counts:
      try folder.results.append(result)
      results.append(result)
      let took = Quantity.duration(SwarmDuration(nanoseconds: ended.nanoseconds))
      let late = result.isLate ? Output.style.yellow("  (the machine did not keep up)") : ""
      let gap = String(repeating: " ", count: max(0, "\(all)".count - "\(results.count)".count))
      Output.print("  \(gap)\(results.count) of \(all)  \(what): \(Self.headline(result)), in \(took)\(late)")
    case .success:
      Output.print("  the machine did not keep up with \(what): it is run again alone at the end")
    }
    if isFirst, result != nil, let processors = ended.processors, let width = schedule.width {
      let (busy, free) = (Fixed(nearest: processors).text(places: 1), Fixed(nearest: ended.machine).text(places: 1))
      let how = width == 1 ? "one at a time" : "\(width) side by side"
      Output.print("  a run keeps \(busy) processors busy, and others leave \(free): \(how)")
    }
  }

  private static func headline(_ result: RunResult) -> String {
    for metric in Metric.all.prefix(1) {
      guard let value = result.values[metric.name] else { continue }
      return "\(metric.title) \(value.isCensored ? "over " : "")\(metric.text(value.value))"
    }
    return "ended: \(result.ended)"
  }

  /// What a reader of the table must know besides.
  func remarks(_ comparison: Comparison) -> [String] {
    var remarks: [String] = []
    func runs(_ count: Int) -> String { Quantity.count(count, "run") }
    let missing = all - comparison.runs.count - comparison.late
    if missing > 0 { remarks.append("\(runs(missing)) could not be made: see above") }
    if schedule.repeated > 0 {
      let times = schedule.repeated == 1 ? "once" : "\(schedule.repeated) times"
      remarks.append("\(times) a run was made again alone, since the machine did not keep up")
    }
    if comparison.late > 0 {
      let left = "\(runs(comparison.late)) left out, with which the machine did not keep up"
      remarks.append(left + "; the same command with --output \(folder.path) makes them again")
    }
    let ended = comparison.runs.filter { $0.ended != "complete" && $0.ended != "deadline" }
    for reason in Set(ended.map(\.ended)).sorted() {
      remarks.append("\(runs(ended.count { $0.ended == reason })) ended by \(reason)")
    }
    let failed = comparison.runs.flatMap(\.failed)
    for check in Set(failed).sorted() { remarks.append("\(check) failed in \(runs(failed.count { $0 == check }))") }
    return remarks
  }
}
