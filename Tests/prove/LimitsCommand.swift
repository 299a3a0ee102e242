import ArgumentParser
import Foundation
import ProofMatrix
import SwarmTime

struct LimitsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limits",
    abstract: "Measures the mildest doses that are found in every one of many swarms, on ideal links.",
    discussion: """
      Doses are tried from mild to strong. 300 found of 300 show a chance of at least 0.99 to be found (one-sided bound, at
      a confidence of 95 %); 20 of 20, as with --confirm, show only 0.86.

      Each swarm is a line of the log. What is there already is not played again, so that the whole can be broken off: take
      the log away when a check has changed. A changed scene is played again in any case.
      """)

  @OptionGroup var play: PlayOptions
  @OptionGroup var writing: Writing
  @Option(help: ArgumentHelp("Swarms for each dose; 300 on ideal links, 20 with processes.", valueName: "n"))
  var runs: Int?
  @Option(help: ArgumentHelp("Only those with this in their title.", valueName: "text"))
  var only: [String] = []
  @Option(help: ArgumentHelp("Where results are kept, a line each.", valueName: "file"))
  var log: String
  @Flag(help: "Run the stated limits with real processes, instead of searching for them.")
  var confirm = false
  @Option(help: ArgumentHelp("The built swarmlab, for --confirm.", valueName: "path"))
  var swarmlab: String
  @Option(help: ArgumentHelp("Where swarms are run, for --confirm.", valueName: "folder"))
  var folder: String
  @Option(help: ArgumentHelp("Runs of a swarm, for --confirm, while the machine is too busy.", valueName: "n"))
  var attempts = 3

  func run() async throws {
    let chosen = DetectionLimit.all.filter { limit in only.isEmpty || only.contains { limit.title.contains($0) } }
    if confirm { try await confirm(chosen) } else { try await measure(chosen) }
  }

  // MARK: On ideal links

  private func measure(_ limits: [DetectionLimit]) async throws {
    var log = try SightingLog(path: log)
    var table = LimitTable()
    for limit in limits {
      say("\(limit.title) (\(limit.check) in \(limit.scene.name)):")
      let check = limit.check
      let found = try await limit.search(runs: runs ?? 300) { trials in
        try await log.results(trials, .ideal, width: play.width ?? 2, within: DetectionLimit.lateness) {
          try $0.sight(check)
        }
      }
      for tried in found.doses + [found.honest] { say("  \(LimitTable.words(tried, limit))") }
      table.add(limit, found.doses, honest: found.honest)
    }
    try writing.write(table.markdown, as: "limits")
    try conclude(table.complaints)
  }

  // MARK: With real processes

  private func confirm(_ limits: [DetectionLimit]) async throws {
    let swarms = try RealSwarms(program: swarmlab, folder: folder)
    var log = try SightingLog(path: log)
    var table = ConfirmedTable()
    for limit in limits {
      say("\(limit.title): \(limit.describe(limit.stated)) (\(limit.check) in \(limit.scene.name))")
      let (attempts, width) = (attempts, play.width ?? 1)
      let earlier = log
      let tried = try await limit.tried(limit.stated, runs: runs ?? 20, most: .max) { trials in
        try await log.results(trials, .real, width: width, within: limit.tolerated) {
          let sighting = try await swarms.sight($0, limit, attempts, after: earlier.sighting(of: $0, .real))
          let late = "late by \(sighting.lateness ?? 0) ms at worst, run \(sighting.runs ?? 1) times"
          say("  random seed \($0.randomSeed): \(sighting.state.rawValue): \(sighting.quote); \(late)")
          return sighting
        }
      }
      table.add(limit, tried)
    }
    try writing.write(table.markdown, as: "confirmed")
    try conclude(table.complaints)
  }

  private func conclude(_ complaints: [String]) throws {
    for complaint in complaints { say("AGAINST what is stated: \(complaint)") }
    if !complaints.isEmpty { throw ExitCode(1) }
  }
}

extension RealSwarms {
  /// Runs a trial, again where the machine was late, and looks at the limit's check.
  ///
  /// - Parameter earlier: what came of it before, on a machine that was late.
  fileprivate func sight(
    _ trial: Trial, _ limit: DetectionLimit, _ attempts: Int, after earlier: Sighting?
  ) async throws -> Sighting {
    func sight() async throws -> Sighting {
      let (result, run) = try await run(trial)
      let fidelity = try fidelity(of: run)
      let sighting = Sighting(
        trial, .real, try trial.outcome(of: limit.check, in: result), lateness: fidelity.lateness,
        dropped: fidelity.dropped)
      // What blames who keeps the rules is to be looked at.
      if sighting.blamed == 0 { remove(run) } else { say("  somebody else is blamed in \(run)") }
      return sighting
    }
    var sighting = try await sight()
    var (runs, blamed) = (1, max(sighting.blamed, earlier?.blamed ?? 0))
    while runs < attempts, sighting.isLate(beyond: limit.tolerated) {
      sighting = try await sight()
      runs += 1
      blamed = max(blamed, sighting.blamed)
    }
    // Who is blamed wrongly is, however late the machine was.
    sighting.blamed = blamed
    sighting.runs = runs + (earlier?.runs ?? 0)
    return sighting
  }
}
