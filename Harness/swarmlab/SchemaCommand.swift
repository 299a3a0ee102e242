import ArgumentParser
import Comparing
import Judging
import Reporting
import TopologyFile

struct SchemaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema of the topology format, of client files or of studies, for editors.",
    discussion: """
      Write it beside your topologies and name it in their first line:
        swarmlab schema > swarm.schema.json
        # yaml-language-server: $schema=./swarm.schema.json
      With --markdown it prints the same as a page to read: every key with its values, its default and its meaning.
      """)

  @Flag(help: "The schema of client files (*.client.yaml).") var client = false
  @Flag(help: "The schema of studies (*.study.yaml).") var study = false

  @Flag(help: "Every key of topologies, or with --client of client files, as a page to read.") var markdown = false

  func validate() throws {
    if markdown && study { throw ValidationError("--markdown is for topologies and client files; leave out --study") }
    if client && study { throw ValidationError("--client and --study are two schemas: give one") }
  }

  func run() async throws {
    try await reporting {
      if markdown {
        Output.write(client ? ForeignClientSchema.markdown : TopologySchema.markdown)
        return .passed
      }
      let checks = CheckCatalogue.specs
      Output.print(
        study ? StudyFile.json : client ? ForeignClientSchema.json(checks: checks) : TopologySchema.json(checks: checks)
      )
      return .passed
    }
  }
}
