import ArgumentParser
import Judging
import Lab
import Planning
import Reporting
import TopologyFile

/// What changes a topology from the command line.
struct TopologyOptions: ParsableArguments {
  @Option(
    name: .customLong("seed"),
    help: ArgumentHelp("Random seed, a whole number from 0, instead of the topology's randomSeed.", valueName: "n"))
  var randomSeed: UInt64?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Another value for a key, by its path: payload.size='4 MiB'. Items of a list go by name or by number from 0. May be "
        + "given often.", valueName: "path=value"))
  var settings: [String] = []

  @Option(help: "Swarm seconds for each real second, 0.1 to 1000, instead of the topology's speed.")
  var speed: Double?

  func validate() throws {
    if let speed, !(speed.isFinite && speed > 0) {
      throw ValidationError("--speed must be a number above 0, such as 10; it is \(speed)")
    }
    for setting in settings where !setting.dropFirst().contains("=") {
      throw ValidationError("--set \(setting): expected PATH=VALUE, such as payload.size='4 MiB'")
    }
  }

  /// `--speed` is one of them, so that the rules about speed see it.
  var overrides: [Override] {
    let set = settings.map { setting in
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return Override(path: String(parts[0]), value: String(parts[1]))
    }
    return set + (speed.map { [Override(path: "speed", value: "\($0)")] } ?? [])
  }

  /// Reads one file; its diagnostics go to standard error. Nil where it is invalid.
  func read(_ file: String) throws -> LoadedTopology? {
    try Self.read(try Self.bytes(of: file), file: file, overrides: overrides)
  }

  static func read(_ bytes: [UInt8], file: String, overrides: [Override] = []) throws -> LoadedTopology? {
    let result = TopologyReader.read(
      bytes: bytes, file: file, overrides: overrides, checks: CheckCatalogue.specs, clients: try ClientFolder.shelf())
    show(result.diagnostics)
    return result.topology.map { LoadedTopology(file: file, topology: $0) }
  }

  static func show(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics {
      Output.error(diagnostic.description)
      guard Output.isGitHub else { continue }
      let level = diagnostic.severity == .error ? "error" : "warning"
      // GitHub reads both; standard output may be a file that holds a plan.
      Output.error(
        GitHubAnnotations.command(
          level, file: diagnostic.file, line: diagnostic.line, column: diagnostic.column, text: diagnostic.description))
    }
  }

  static func bytes(of file: String) throws -> [UInt8] {
    do {
      return try Files.bytes(of: file)
    } catch {
      throw Failure(
        state: .usage, what: error.description, expected: "a topology file (*.swarm.yaml)", mend: error.mend)
    }
  }
}

/// A topology that was read and found valid.
struct LoadedTopology {
  let file: String
  let topology: Topology

  /// The line that asks for a check; the file's first where an option does, or nothing.
  func line(of check: String) -> Int {
    let place = topology.place("checks.\(check)")
    return place.option == nil ? place.line : 1
  }

  /// Clients of the plan that cannot be executed on this machine, at the groups that name them.
  func clientTroubles(_ plan: Plan, as severity: Diagnostic.Severity) -> [Diagnostic] {
    var groups: [String] = []
    return plan.peers.compactMap { peer in
      guard !groups.contains(peer.group), let trouble = ClientTrouble(of: peer.client) else { return nil }
      groups.append(peer.group)
      let path = "peers.\(peer.group).client" + (peer.client.name == nil ? ".command" : "")
      return Diagnostic(
        file: file, place: topology.place(path), severity: severity,
        message: "\(path): \(trouble.program) \(trouble.what)", expected: "\(trouble.expected): \(trouble.mend)")
    }
  }

  /// The plan for a random seed (nil: the topology's own). Nil where it cannot be planned; diagnostics are shown.
  func plan(randomSeed: UInt64?) throws -> Plan? {
    do {
      let plan = try Planner.plan(topology, randomSeed: randomSeed, speed: nil)
      TopologyOptions.show(Planner.warnings(about: plan, of: topology))
      return plan
    } catch let error as PlanningError {
      TopologyOptions.show(error.diagnostics)
      return nil
    }
  }
}
