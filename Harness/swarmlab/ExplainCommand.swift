import ArgumentParser
import Judging
import Planning
import Reporting

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Prints the plan that a topology comes to, to the last peer, without running it.",
    discussion: "With --yaml it prints what `run` writes as plan.yaml.")

  @Argument(help: "A topology file.") var file: String
  @OptionGroup var options: TopologyOptions
  @Flag(help: "The plan as YAML.") var yaml = false

  func run() async throws {
    try await reporting {
      guard let plan = try options.read(file)?.plan(randomSeed: options.randomSeed) else { return .usage }
      Output.write(yaml ? plan.yaml : PlanExplanation.text(plan, checks: CheckCatalogue.specs))
      return .passed
    }
  }
}
