import ArgumentParser
import Hostility
import SwarmTime

struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Kills a native peer in the middle of a download and starts it again, at moments drawn by lot.",
    discussion: """
      Each time a leecher of 8 MiB in 128 pieces fetches from a seed that records what it is asked for and told, is ended \
      by SIGKILL, and is started again on the same data. The file must be right at the end, and no piece that had been \
      announced may be asked for again.
      """)

  @Option(help: ArgumentHelp("How often.", valueName: "n"))
  var trials = 50
  @Option(help: ArgumentHelp("For the moments.", valueName: "n"))
  var randomSeed: UInt64 = 1

  func run() async throws {
    var random = RandomSource(seed: randomSeed)
    var all: [KillAndResume.Trial] = []
    for number in 1...max(1, trials) {
      // From a tenth of the payload to all of it: the median lies beyond the half.
      let moment = 0.1 + 0.9 * random.unit()
      let delay = Duration.microseconds(random.below(3000))
      let trial = try await KillAndResume.trial(moment: moment, delay: delay, at: "127.80.2.1")
      all.append(trial)
      print(
        "\(number): killed with \(trial.announced) of \(trial.pieceCount) pieces announced; "
          + (trial.isFine ? "none asked for again, the file is right" : "\(trial)"))
    }
    let failed = all.count { !$0.isFine }
    let announced = all.map(\.announced).sorted()
    print(
      "\(all.count) times killed, \(failed) times wrong; pieces announced by then: median \(announced[all.count / 2])")
    if failed > 0 { throw ExitCode(1) }
  }
}
