import Comparing
import Judging
import Planning
import Reporting
import TopologyFile

/// A comparison before anything runs: each setting read, planned for every random seed and found to be one that can run.
struct ComparisonMatrix {
  let name: String
  let settings: [Setting]
  /// What settings are called for short.
  let labels: [String]
  /// Nil where settings are compared, not played against each other.
  let tournament: Tournament?
  let topologies: [LoadedTopology]
  /// Of the settings, with the first random seed.
  let plans: [Plan]
  let randomSeeds: [UInt64]
  /// Versions of foreign clients by name, for each setting.
  let clients: [[String: String]]

  /// Nil where something is wrong; all of it is said.
  ///
  /// - Parameter mayVaryNothing: one setting is enough: groups within one swarm are compared.
  init?(_ command: CompareCommand, mayVaryNothing: Bool = false) async throws {
    var versions: [[String: String]] = []
    let variations = try Self.variations(command, mayVaryNothing: mayVaryNothing || command.baseline != nil)
    tournament = command.tournament ? try Self.tournament(command, variations) : nil
    if command.tournament, tournament == nil { return nil }
    let settings = tournament?.settings ?? Setting.all(of: variations)
    labels = tournament.map { settings.indices.map($0.label) } ?? Setting.labels(of: settings)
    self.settings = settings
    guard let topologies = try Self.read(command, settings, tournament) else { return nil }
    self.topologies = topologies
    let planned = try await Self.firstPlans(topologies, command.options.randomSeed, &versions)
    guard let planned, let plan = planned.first else { return nil }
    plans = planned
    clients = versions
    name = plan.name
    let seeds = plan.randomSeed.addingReportingOverflow(UInt64(command.repeats - 1))
    guard !seeds.overflow else {
      throw Failure(
        state: .usage, what: "\(command.repeats) random seeds from \(plan.randomSeed) pass the largest, \(UInt64.max)",
        place: "--repeat \(command.repeats)", mend: "choose another with --seed")
    }
    randomSeeds = Array(plan.randomSeed...seeds.partialValue)
  }

  /// Plans every setting once: one that is none for one random seed is none for any. Returns nil where
  /// one cannot be planned, or its clients cannot be executed; what is wrong with several is said once.
  private static func firstPlans(
    _ topologies: [LoadedTopology], _ randomSeed: UInt64?, _ versions: inout [[String: String]]
  ) async throws -> [Plan]? {
    var said: [Diagnostic] = []
    var plans: [Plan] = []
    for topology in topologies {
      var found: [Diagnostic] = []
      do {
        let plan = try Planner.plan(topology.topology, randomSeed: randomSeed, speed: nil)
        plans.append(plan)
        let standings = await ClientStandings(topology.topology)
        versions.append(standings.versions)
        found = Planner.warnings(about: plan, of: topology.topology) + topology.clientTroubles(plan, as: .error)
        found += standings.troubles
      } catch let error as PlanningError {
        found = error.diagnostics
      }
      said += found.filter { !said.contains($0) }
    }
    TopologyOptions.show(said)
    return said.contains { $0.severity == .error } ? nil : plans
  }

  private static func variations(_ command: CompareCommand, mayVaryNothing: Bool) throws -> [Variation] {
    var variations: [Variation] = []
    var faults: [String] = []
    for text in command.vary {
      do throws(Variation.Fault) {
        let variation = try Variation(text)
        if variations.contains(where: { $0.path == variation.path }) {
          faults.append("--vary \(text): \(variation.path) is varied twice; expected all its values in one --vary")
        } else if command.options.settings.contains(where: { $0.hasPrefix(variation.path + "=") }) {
          faults.append("--vary \(text): --set gives \(variation.path) one value; expected one of both")
        } else {
          variations.append(variation)
        }
      } catch {
        faults.append(error.description)
      }
    }
    if command.vary.isEmpty, !mayVaryNothing {
      faults.append("nothing is varied: expected --vary PATH=A,B,…, or --baseline FILE to measure the topology by")
    }
    guard faults.isEmpty else { throw Failure(state: .usage, what: faults.joined(separator: "\n")) }
    return variations
  }

  /// Nil where the topology itself is invalid, which is said.
  private static func tournament(_ command: CompareCommand, _ variations: [Variation]) throws -> Tournament? {
    do {
      let group = try Tournament.group(of: variations)
      guard let topology = try command.options.read(command.file) else { return nil }
      guard let members = topology.topology.groups.first(where: { $0.name == group }) else {
        let names = topology.topology.groups.map(\.name).joined(separator: ", ")
        throw Failure(state: .usage, what: "--tournament: there is no group \(group)", expected: "one of \(names)")
      }
      return try Tournament(
        variations[0], group: group, count: members.count, onlySeeds: members.role == .seed,
        groups: topology.topology.groups.map(\.name))
    } catch let fault as Tournament.Fault {
      throw Failure(state: .usage, what: fault.description)
    }
  }

  /// What is wrong with any of them is said once, all at once.
  private static func read(
    _ command: CompareCommand, _ settings: [Setting], _ tournament: Tournament?
  ) throws -> [LoadedTopology]? {
    let bytes = try TopologyOptions.bytes(of: command.file)
    let shelf = try ClientFolder.shelf()
    var said: [Diagnostic] = []
    let topologies = settings.map { setting in
      var varied = setting.overrides
      if let tournament, tournament.hasRivals(setting) {
        varied.insert(.copy(of: "peers.\(tournament.group)", to: "peers.\(tournament.rivals)"), at: 0)
      }
      let result = TopologyReader.read(
        bytes: bytes, file: command.file, overrides: command.options.overrides + varied, checks: CheckCatalogue.specs,
        clients: shelf)
      said += result.diagnostics.filter { !said.contains($0) }
      return result.topology.map { LoadedTopology(file: command.file, topology: $0) }
    }
    TopologyOptions.show(said)
    let valid = topologies.compactMap { $0 }
    let none = Setting.Value(path: Collateral.path, value: Collateral.none)
    let leavesOut = settings.contains { $0.values.contains(none) }
    if leavesOut, valid.count == settings.count, valid.allSatisfy({ $0.topology.faults.isEmpty }) {
      throw Failure(
        state: .usage, what: "there are no faults to leave out", place: command.file,
        expected: "a topology with faults", mend: "vary something else")
    }
    return valid.count == settings.count ? valid : nil
  }

  /// Of every setting.
  func plans(randomSeed: UInt64) throws -> [Plan] {
    try settings.indices.map { try plan(of: PlannedRun(setting: $0, randomSeed: randomSeed)) }
  }

  func plan(of run: PlannedRun) throws -> Plan {
    do {
      return try Planner.plan(topologies[run.setting].topology, randomSeed: run.randomSeed, speed: nil)
    } catch let error as PlanningError {
      throw Failure(state: .usage, what: error.diagnostics.map(\.description).joined(separator: "\n"))
    }
  }

  func trouble(with baseline: Baseline, metrics: [Metric]?) -> Baseline.Fault? {
    baseline.trouble(name: name, settings: settings, randomSeeds: randomSeeds, metrics: metrics)
  }

  /// Every run, in the order in which they are made.
  var order: [PlannedRun] {
    PlannedRun.order(settings: settings.count, repeats: randomSeeds.count, from: randomSeeds.first ?? 0)
  }
}
