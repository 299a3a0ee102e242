import ArgumentParser
import ProofMatrix

struct MatrixCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "matrix", abstract: "Plays the proof matrix on ideal links and writes its table.")

  @OptionGroup var play: PlayOptions
  @OptionGroup var selection: Selection
  @OptionGroup var writing: Writing
  @Flag(help: "Print what every check came to in every run.")
  var verbose = false

  func run() async throws {
    let kinds = try selection.kinds()
    let jobs = try selection.jobs(of: kinds, seeds: 3, honestSeeds: 5)
    var done = 0
    let results = try await Crew.work(
      jobs.map(\.trial), width: play.width ?? 2,
      progress: { place, result in
        done += 1
        let complaints = kinds[jobs[place].kind].complaints(result)
        let against = complaints.isEmpty ? "" : "  AGAINST: \(complaints.joined(separator: "; "))"
        say("\(done) of \(jobs.count): \(jobs[place].trial.name)\(against)")
        if verbose { tell(result) }
      }, { try $0.play() })
    let table = selection.table(kinds, jobs, results)
    try writing.write(table.markdown, as: "matrix")
    try table.conclude(jobs.count)
  }

  private func tell(_ result: TrialResult) {
    for (check, outcome) in result.outcomes.sorted(by: { $0.key < $1.key }) {
      say("    \(check) \(outcome.state.rawValue): \(outcome.quote)")
      for blame in outcome.blamed { say("      blames \(blame)") }
    }
  }
}
