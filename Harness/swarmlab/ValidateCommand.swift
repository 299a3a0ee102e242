import ArgumentParser
import Planning
import Reporting
import TopologyFile

struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Says all that is wrong with topology files, at file:line:column.")

  @Argument(help: "Topology files.") var files: [String]
  @OptionGroup var options: TopologyOptions

  func run() async throws {
    try await reporting {
      var state = ExitState.passed
      for file in files {
        do {
          if try !isValid(file) { state = .usage }
        } catch let failure as Failure where failure.state == .usage {
          // A file that is not there keeps nobody from hearing of the others.
          Output.error(failure.text)
          state = .usage
        }
      }
      return state
    }
  }

  /// Says what is wrong with it, or that nothing is.
  private func isValid(_ file: String) throws -> Bool {
    guard let loaded = try options.read(file), let plan = try loaded.plan(randomSeed: options.randomSeed) else {
      return false
    }
    // It may be run on another machine, which has them.
    TopologyOptions.show(loaded.clientTroubles(plan, as: .warning))
    Output.print("\(file): valid. \(PlanSummary.line(plan))")
    return true
  }
}
