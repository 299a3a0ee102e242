import ArgumentParser
import ProofMatrix

struct SwarmsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swarms",
    abstract: "Runs the proof matrix with real processes, one swarm after the other, and writes its table.",
    discussion: "What is in the log already is not run again.")

  @OptionGroup var selection: Selection
  @OptionGroup var writing: Writing
  @Option(help: ArgumentHelp("The built swarmlab.", valueName: "path"))
  var swarmlab: String
  @Option(help: ArgumentHelp("Where results are kept, a line each.", valueName: "file"))
  var log: String
  @Option(help: ArgumentHelp("Where swarms are run.", valueName: "folder"))
  var folder: String
  @Option(help: ArgumentHelp("Runs of a swarm of which a busy machine left something undecided.", valueName: "n"))
  var attempts = 3

  func run() async throws {
    let kinds = try selection.kinds()
    let jobs = try selection.jobs(of: kinds, seeds: 1, honestSeeds: 1)
    let swarms = try RealSwarms(program: swarmlab, folder: folder)
    var log = try ProofLog(path: log)
    var results: [TrialResult] = []
    for (place, job) in jobs.enumerated() {
      let title = "\(place + 1) of \(jobs.count): \(job.trial.name)"
      if let known = log.result(of: job.trial) {
        results.append(known)
        continue
      }
      let kind = kinds[job.kind]
      let (result, run) = try await swarms.run(job.trial, attempts: attempts, against: { kind.complaints($0) })
      let complaints = kind.complaints(result)
      say(complaints.isEmpty ? title : "\(title)  AGAINST: \(complaints.joined(separator: "; "))\n  \(run)")
      try log.add(result)
      results.append(result)
    }
    let table = selection.table(kinds, jobs, results)
    try writing.write(table.markdown, as: "swarms")
    try table.conclude(jobs.count)
  }
}
