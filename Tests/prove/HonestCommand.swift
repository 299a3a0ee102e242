import ArgumentParser
import Comparing
import Foundation
import ProofMatrix

struct HonestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "honest-runs",
    abstract: "Runs the shipped topologies at speeds 5, 10 and 20 with real processes: nothing may fail.",
    discussion: """
      Each run is a line of the log: topology, speed, random seed, exit status, checks that are undecided and that failed, \
      the commit, whether the machine kept up, and how many processors it kept busy. What is there already is not run \
      again, so that the whole can be broken off: take the log away when something has changed. A run that a busy machine \
      left undecided is a line like any other: it is counted, not run again. Runs that did not pass are kept.
      """)

  @Argument(help: ArgumentHelp("How many.", valueName: "n")) var count = 200
  @Option(help: ArgumentHelp("Folder of the topologies.", valueName: "folder")) var topologies: String
  @Option(help: ArgumentHelp("The built swarmlab.", valueName: "path")) var swarmlab: String
  @Option(help: ArgumentHelp("Where results are kept, a line each.", valueName: "file")) var log: String
  @Option(help: ArgumentHelp("Where runs are kept that did not pass.", valueName: "folder")) var kept: String
  @Option(help: ArgumentHelp("Where swarms are run.", valueName: "folder")) var folder: String
  @Option(help: ArgumentHelp("What is run, for the log.", valueName: "text")) var commit = "unknown"

  func run() async throws {
    if !FileManager.default.fileExists(atPath: log) { try LineFile.append(HonestResult.heading, to: log) }
    var results = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").compactMap {
      HonestResult(line: String($0))
    }
    let known = Set(results.map(\.run))
    let runs = HonestRun.first(count, of: try HonestRun.topologies(in: topologies))
    say("\(runs.count(where: known.contains)) of \(runs.count) runs are in the log already")
    let swarm = HonestSwarm(
      program: swarmlab, topologies: topologies, folder: folder, kept: kept, commit: commit)
    var berths = SideBySide(
      runs.filter { !known.contains($0) }, processors: ProcessInfo.processInfo.activeProcessorCount, known: results)
    try await withThrowingTaskGroup(of: HonestResult.self) { group in
      func start() { while let run = berths.next() { group.addTask { try await swarm.make(run) } } }
      start()
      while let result = try await group.next() {
        berths.ended(result)
        results.append(result)
        try LineFile.append(result.line, to: log)
        say("\(results.count): \(result.line)")
        start()
      }
    }
    let wanted = Set(runs)
    try conclude(results.filter { wanted.contains($0.run) })
  }

  private func conclude(_ results: [HonestResult]) throws {
    let failed = results.filter { $0.status == 1 }
    let undecided = results.filter { $0.status == 2 }
    let share = String(format: "%.1f", 100 * Double(undecided.count) / Double(max(1, results.count)))
    say(
      "\(results.count) runs: \(failed.count) with a failed check, \(undecided.count) with a check of mustDecide undecided "
        + "(\(share) %; \(undecided.count(where: \.isLate)) since the machine did not keep up)")
    for result in failed { say(result.line) }
    if !failed.isEmpty { throw ExitCode(1) }
  }
}
