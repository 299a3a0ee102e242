import ArgumentParser
import Judging
import Reporting
import TopologyFile

struct SchemaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Prints the JSON Schema of the topology format, for editors.",
    discussion: """
      Write it beside your topologies and name it in their first line:
        swarmlab schema > swarm.schema.json
        # yaml-language-server: $schema=./swarm.schema.json
      """)

  func run() async throws {
    try await reporting {
      Output.print(TopologySchema.json(checks: CheckCatalogue.specs))
      return .passed
    }
  }
}
