import ArgumentParser
import ProofMatrix

struct FaultsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faults",
    abstract: "Runs swarms that something happens to with real processes, honest and not, and writes their table.",
    discussion: """
      The checks that judge how a swarm comes through it have a column each, in the notation of the matrix. The exit \
      status is 1 where a cell stands against its expectation; the run folders of such swarms are kept, and named.
      """)

  @OptionGroup var writing: Writing
  @Option(help: ArgumentHelp("The first random seed.", valueName: "seed"))
  var from: UInt64 = 1
  @Option(name: .customLong("repeat"), help: ArgumentHelp("Random seeds for each swarm.", valueName: "n"))
  var count = 3
  @Option(help: ArgumentHelp("Swarms at once; they have seven processes at most.", valueName: "n"))
  var width = 2
  @Option(help: ArgumentHelp("Runs of a swarm of which a busy machine left something undecided.", valueName: "n"))
  var attempts = 3
  @Option(help: ArgumentHelp("The built swarmlab.", valueName: "path"))
  var swarmlab: String
  @Option(help: ArgumentHelp("Where swarms are run.", valueName: "folder"))
  var folder: String

  private struct Job: Sendable {
    var place: Int
    var randomSeed: UInt64
  }

  private struct Outcome: Sendable {
    var result: TrialResult
    /// Of the run.
    var folder: String
  }

  func validate() throws {
    guard count > 0 else { throw ValidationError("--repeat is \(count); expected 1 or more") }
  }

  func run() async throws {
    let cases = FaultCase.all
    let jobs = cases.indices.flatMap { place in
      (0..<UInt64(count)).map { Job(place: place, randomSeed: from + $0) }
    }
    let swarms = try RealSwarms(program: swarmlab, folder: folder)
    let (attempts, width) = (attempts, width)
    var done = 0
    let outcomes = try await Crew.work(
      jobs, width: width,
      progress: { (place: Int, outcome: Outcome) in
        done += 1
        let (job, one) = (jobs[place], cases[jobs[place].place])
        let complaints = one.complaints(outcome.result)
        let against = complaints.isEmpty ? "" : "  AGAINST: \(complaints.joined(separator: "; "))\n  \(outcome.folder)"
        say("\(done) of \(jobs.count): \(one), random seed \(job.randomSeed)\(against)")
      },
      { (job: Job) async throws -> Outcome in
        let one = cases[job.place]
        let (result, run) = try await swarms.run(
          one.trial(randomSeed: job.randomSeed), attempts: attempts, against: { one.complaints($0) })
        return Outcome(result: result, folder: run)
      })
    var table = ProofTable(columns: FaultCase.checks)
    for (place, one) in cases.enumerated() {
      table.add(one, zip(jobs, outcomes).filter { $0.0.place == place }.map(\.1.result))
    }
    try writing.write(table.markdown, as: "faults")
    try table.conclude(jobs.count)
  }
}
