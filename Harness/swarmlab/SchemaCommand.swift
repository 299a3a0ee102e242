import ArgumentParser
import Judging
import Reporting
import TopologyFile

struct SchemaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Prints the JSON Schema of the topology format, or of client files, for editors.",
    discussion: """
      Write it beside your topologies and name it in their first line:
        swarmlab schema > swarm.schema.json
        # yaml-language-server: $schema=./swarm.schema.json
      """)

  @Flag(help: "The schema of client files (*.client.yaml).") var client = false

  func run() async throws {
    try await reporting {
      Output.print(
        client
          ? ForeignClientSchema.json(checks: CheckCatalogue.specs) : TopologySchema.json(checks: CheckCatalogue.specs))
      return .passed
    }
  }
}
