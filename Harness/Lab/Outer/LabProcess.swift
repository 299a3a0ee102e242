public import Planning
import SwarmTime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The outer half of a run: starts the lab in a sandbox, holds its lifeline, passes on what it tells.
///
/// The lifeline is a pipe. When this process goes, in whatever way, the pipe closes and everything inside is killed.
public actor LabProcess {
  /// What the lab tells, as it comes; ends with the run. For one reader.
  public nonisolated let events: AsyncStream<LabEvent>
  public nonisolated let rung: Sandbox.Rung

  private let enclosed: EnclosedLab
  private let feed: AsyncStream<LabEvent>.Continuation
  private var result: LabOutcome?
  private var waiting: [CheckedContinuation<LabOutcome, Never>] = []
  private var stopReason: EndReason?
  private var phases: [LabPhase: Double] = [:]
  private var notes: [String] = []
  private var done: (reason: EndReason, capture: CaptureSummary?)?
  private var failure: LabError?
  private let startedAt: Int64
  private var deadline: Task<Void, Never>?

  /// How long the lab may take to end a run in good order before its lifeline is closed.
  static let politeSeconds = 5.0

  /// Starts the run in `folder` (which holds `plan.yaml`; it is written when absent) on the first rung of the ladder
  /// that stands and can do what the plan needs.
  ///
  /// - Parameters:
  ///   - executable: the program whose hidden subcommand `lab` is `LabMain.main(arguments:)`.
  ///   - deadline: real time after which the run is ended, in good order.
  ///   - rungs: which rungs to try, in order.
  /// - Throws: `LabError`: exit status 75 when no rung takes the swarm, with the reason of each; 64 or 70 when the lab
  ///   cannot do what the plan says.
  public static func launch(
    plan: Plan, folder: String, executable: String, deadline: Duration? = nil,
    rungs: [Sandbox.Rung] = Sandbox.Rung.allCases
  ) async throws(LabError) -> LabProcess {
    let startedAt = SwarmClock.monotonicNanoseconds()
    try RunFolder.writePlanIfAbsent(plan, in: folder)
    let needs = Sandbox.needs(of: plan)
    var findings: [Sandbox.Finding] = []
    for rung in rungs {
      var reason = Sandbox.refusal(of: rung, needs: needs)
      if reason == nil {
        let attempt: EnclosedLab
        do {
          attempt = try EnclosedLab(
            rung: rung, command: [executable, "lab", folder], runFolder: folder)
        } catch {
          findings.append(Sandbox.Finding(rung: rung, capabilities: [], reason: error.what))
          continue
        }
        switch await attempt.verdict() {
        case .standing: return LabProcess(attempt, startedAt: startedAt, deadline: deadline)
        case .refused(let why): reason = why
        case .failed(let error):
          await attempt.end()
          throw error
        }
        await attempt.end()
      }
      findings.append(Sandbox.Finding(rung: rung, capabilities: [], reason: reason))
    }
    throw Sandbox.nothingStands(findings, needs: needs)
  }

  private init(_ enclosed: EnclosedLab, startedAt: Int64, deadline: Duration?) {
    self.enclosed = enclosed
    self.startedAt = startedAt
    rung = enclosed.rung
    (events, feed) = AsyncStream.makeStream(of: LabEvent.self)
    Task { await self.follow() }
    if let deadline {
      Task { await self.setDeadline(deadline) }
    }
  }

  /// Ends the run in good order; what is not over after five seconds is killed. The outcome says `reason`.
  public func stop(_ reason: EndReason = .interrupted) async {
    guard stopReason == nil, result == nil else { return }
    stopReason = reason
    enclosed.send(.stop(reason: reason))
    let enclosed = enclosed
    Task {
      try? await Task.sleep(for: .seconds(Self.politeSeconds))
      enclosed.cutLifeline()
    }
  }

  /// Kills everything inside at once; the outcome comes as soon as nothing is alive any more, and says what `stop` said.
  public nonisolated func kill() { enclosed.cutLifeline() }

  /// Waits for the run's end. Nothing of it is alive any more on return.
  public var outcome: LabOutcome {
    get async {
      if let result { return result }
      return await withCheckedContinuation { waiting.append($0) }
    }
  }

  private func setDeadline(_ duration: Duration) {
    deadline = Task {
      try? await Task.sleep(for: duration)
      if !Task.isCancelled { await self.stop(.timedOut) }
    }
  }

  private func follow() async {
    for await message in enclosed.messages {
      switch message {
      case .standing, .refused, .found: break
      case .event(let event):
        note(event)
        feed.yield(event)
      case .failed(let error): failure = error
      case .done(let reason, let capture): done = (reason, capture)
      }
    }
    let ending = await enclosed.end()
    deadline?.cancel()
    conclude(ending)
  }

  private func note(_ event: LabEvent) {
    switch event {
    case .phase(let phase):
      phases[phase] = Double(SwarmClock.monotonicNanoseconds() - startedAt) / 1e9
    case .note(let text): notes.append(text)
    default: break
    }
  }

  private func conclude(_ ending: EnclosedLab.Ending) {
    let end = RunEnding(
      done: done?.reason, failure: failure, stopReason: stopReason, termination: ending.termination,
      lastWords: ending.lastWords)
    if let note = end.note { notes.append(note) }
    let outcome = LabOutcome(
      reason: end.reason, rung: rung, error: end.error, capture: done?.capture, notes: notes, phases: phases)
    result = outcome
    feed.finish()
    for continuation in waiting { continuation.resume(returning: outcome) }
    waiting = []
  }
}
