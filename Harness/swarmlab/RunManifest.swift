import Judging
import Lab
import Planning
import Recording
import Reporting
import SwarmTime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `run.json`: what is true of this one run on this one machine, and of no replay: versions, host, fidelity, wall times.
struct RunManifest {
  let plan: Plan
  let topologyFile: String
  /// Versions of foreign clients by name.
  let clients: [String: String]
  let record: [RecordEntry]
  let outcome: LabOutcome
  let state: ExitState
  /// Whether any undecided check fails the run (`--undecided fail`).
  let undecidedFails: Bool
  let wallNanoseconds: Int64

  /// Real nanoseconds from zero to the end of the run.
  private var swarmNanoseconds: Int64 {
    let end = record.last { if case .ended = $0.event { true } else { false } }?.at ?? .zero
    return max(0, Int64(Double(end.nanoseconds) / plan.speed))
  }

  /// `6.9 s, of which 0.6 s outside the swarm's own time`.
  var wall: String {
    let outside = SwarmDuration(nanoseconds: max(0, wallNanoseconds - swarmNanoseconds))
    let whole = SwarmDuration(nanoseconds: wallNanoseconds)
    return "in \(Quantity.duration(whole)), of which \(Quantity.duration(outside)) outside the swarm's own time"
  }

  /// What to say where the run took longer than its topology's `wallBudget`.
  var overBudget: String? {
    guard let budget = plan.wallBudgetSeconds, Double(wallNanoseconds) / 1e9 > budget else { return nil }
    let took = Quantity.duration(SwarmDuration(nanoseconds: wallNanoseconds))
    return "took \(took) of real time, over its wallBudget of \(Quantity.duration(.seconds(budget)))"
  }

  /// Who died without an order, how and when; and where its log lies in the run folder.
  var deaths: [(String, String)] {
    record.compactMap { entry in
      guard case .exited(let process, let code, let signal, false) = entry.event else { return nil }
      let how = signal.map { "died of signal \($0) (\(Self.name(of: $0)))" } ?? "exited with \(code ?? 0)"
      let log = process == "tracker" ? "tracker/stderr.log" : "peers/\(process)/stderr.log"
      return ("\(process) \(how) at \(Quantity.instant(entry.at)), though nobody told it to", log)
    }
  }

  /// For the head of the report.
  var facts: [ReportPage.Fact] {
    var facts: [ReportPage.Fact] = [
      .init("wall time", Quantity.duration(SwarmDuration(nanoseconds: wallNanoseconds))),
      .init("sandbox", outcome.rung.rawValue),
    ]
    if let capture = outcome.capture {
      facts.append(.init("frames", "\(capture.frames) (\(capture.dropped) dropped)"))
    }
    return facts
  }

  var json: String {
    let seconds = { (nanoseconds: Int64) in CanonicalJSON.decimal(Fixed(millionths: nanoseconds / 1000)) }
    var phases: [String: CanonicalJSON] = [:]
    for (phase, start) in outcome.phases { phases[phase.rawValue] = .decimal(Fixed(nearest: start)) }
    return CanonicalJSON.object([
      "schema": .integer(1),
      "swarmlab": .text(Swarmlab.version),
      "topology": .text(topologyFile),
      "name": .text(plan.name),
      "clients": .object(clients.mapValues { .text($0) }),
      "randomSeed": .text(String(plan.randomSeed)),
      "speed": .decimal(Fixed(nearest: plan.speed)),
      "arguments": .list(CommandLine.arguments.map { .text($0) }),
      "undecided": .text((undecidedFails ? RunCommand.UndecidedRule.fail : .ok).rawValue),
      "exitStatus": .integer(Int64(state.rawValue)),
      "ended": .text(outcome.reason.rawValue),
      "sandbox": .text(outcome.rung.rawValue),
      "notes": .list(outcome.notes.map { .text($0) }),
      "wall": .object([
        "seconds": seconds(wallNanoseconds), "swarmSeconds": seconds(swarmNanoseconds),
        "budgetSeconds": plan.wallBudgetSeconds.map { .decimal(Fixed(nearest: $0)) } ?? .null,
        "phaseStarts": .object(phases),
      ]),
      "fidelity": fidelity,
      "host": Self.host,
    ]).text
  }

  /// Whether the machine kept up, and whether the capture is whole.
  private var fidelity: CanonicalJSON {
    let facts = RunFacts(plan: plan, record: record)
    func integer(_ value: Int64?) -> CanonicalJSON { value.map { .integer($0) } ?? .null }
    return .object([
      "worstLatenessNanoseconds": integer(facts.worstLatenessNanoseconds),
      "longestWaitNanoseconds": integer(facts.longestWaitNanoseconds),
      "worstProcessorPressurePerMille": integer(facts.worstPressurePerMille.map(Int64.init)),
      "capturedFrames": integer(outcome.capture?.frames), "capturedBytes": integer(outcome.capture?.bytes),
      "droppedFrames": integer(outcome.capture?.dropped), "cutShort": .flag(outcome.capture?.cutShort ?? false),
    ])
  }

  private static var host: CanonicalJSON {
    var system = utsname()
    uname(&system)
    func text(_ bytes: some Any) -> CanonicalJSON {
      withUnsafeBytes(of: bytes) { .text(String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)) }
    }
    return .object([
      "system": text(system.sysname), "release": text(system.release), "machine": text(system.machine),
      "processors": .integer(Int64(sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
      "memoryBytes": .integer(Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE)))),
    ])
  }

  private static func name(of signal: Int32) -> String {
    let names: [Int32: String] = [
      SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV", SIGABRT: "SIGABRT", SIGTERM: "SIGTERM", SIGILL: "SIGILL",
      SIGTRAP: "SIGTRAP", SIGBUS: "SIGBUS", SIGINT: "SIGINT", SIGHUP: "SIGHUP", SIGPIPE: "SIGPIPE",
    ]
    return names[signal] ?? String(cString: strsignal(signal))
  }
}
