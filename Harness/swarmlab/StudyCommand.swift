import ArgumentParser
import Comparing
import Reporting
import TopologyFile

struct StudyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Runs comparisons whose conclusions were written down before, and says which of them hold.",
    discussion: """
      A study (NAME.study.yaml) asks a question, names a topology and what is varied, and claims what metrics will show. \
      Each is a comparison in a folder of its own: broken off, the same command goes on where it was.

        swarmlab study
        swarmlab study Topologies/studies/clustering.study.yaml --repeat 12

      Exit status: 0 every claim came out as its study says · 1 one did not · 2 one is open · 64, 70, 75, 129, 130, 143 as \
      with `run`.
      """)

  @Argument(help: "Study files (*.study.yaml), or a folder of them.") var files = ["Topologies/studies"]
  @Option(name: .customLong("repeat"), help: "Runs of each setting, instead of the studies' own.") var repeats: Int?
  @Option(name: .customLong("seed"), help: "First random seed, from 0, instead of the topologies' own.")
  var randomSeed: UInt64?
  @Option(help: "Swarm seconds for each real second, 0.1 to 1000, instead of the topologies' own.") var speed: Double?
  @Option(help: ArgumentHelp("Runs side by side, as with `compare`.", valueName: "n")) var sideBySide = "auto"
  @Option(help: "Folder in which each study has its own, and where studies.md is written.") var output = "runs/studies"

  func validate() throws {
    // What `compare` will be given is refused here as it would refuse it.
    do {
      _ = try CompareCommand.parse(["any.swarm.yaml"] + options(repeats: repeats ?? 2))
    } catch {
      throw ValidationError(CompareCommand.message(for: error))
    }
  }

  func run() async throws {
    let interrupts = Interrupts()
    try await reporting {
      let studies = try read()
      guard let studies else { return .usage }
      // All that is wrong with any of them is said before the first runs.
      var made: [(study: Study, command: CompareCommand, matrix: ComparisonMatrix)] = []
      for (study, file) in studies {
        let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
        if let trouble = Self.trouble(ofTopologyIn: folder, of: study, file: file) {
          TopologyOptions.show([trouble])
          continue
        }
        let command = try comparison(of: study, in: folder)
        guard let matrix = try await ComparisonMatrix(command, mayVaryNothing: true) else { continue }
        let troubles = study.troubles(file: file, plans: matrix.plans)
        TopologyOptions.show(troubles)
        if troubles.isEmpty { made.append((study, command, matrix)) }
      }
      guard made.count == studies.count else { return .usage }
      try Self.refuseEqualNames(studies)
      // What is in their folders already is looked at as well.
      let prepared = try made.map { study, command, matrix in
        let place = try ComparisonFolder(matrix, output: command.output, resume: false)
        let making = try ComparisonMaking(
          matrix: matrix, folder: place, width: try command.width(), timeout: nil, keepsCaptures: false,
          interrupts: interrupts)
        return (study, matrix, place, making)
      }
      var states: [ExitState] = []
      var sections: [String] = []
      for (study, matrix, place, unmade) in prepared {
        var making = unmade
        try await making.perform()
        if let interrupted = interrupts.exitState {
          Output.print("broken off; the same command goes on where it was")
          return interrupted
        }
        let comparison = Comparison(
          name: matrix.name, settings: matrix.settings, randomSeeds: matrix.randomSeeds, results: making.results,
          metrics: Metric.all, labels: matrix.labels)
        let report = StudyReport(study, comparison)
        try place.write(comparison)
        try Files.write(report.json, to: place.path + "/study.json")
        try Files.write(report.markdown, to: place.path + "/study.md")
        Output.print([""] + report.lines(style: Output.style))
        Output.print(making.remarks(comparison).map { Output.style.yellow("  \($0)") } + [""])
        sections.append(report.markdown)
        states += [making.state] + report.findings.map(\.exitState)
        try Files.write(sections.joined(separator: "\n"), to: output + "/studies.md")
      }
      Output.print("\(output)/studies.md")
      return ExitState.of(states)
    }
  }

  /// Nil where something is wrong with one of them, which is said.
  private func read() throws -> [(study: Study, file: String)]? {
    let paths = try files.flatMap { path -> [String] in
      if path.hasSuffix(".yaml") { return [path] }
      let names = try Self.reading { () throws(FileFault) in try Files.names(in: path) }
        .filter { $0.hasSuffix(".study.yaml") }
      guard !names.isEmpty else {
        throw Failure(
          state: .usage, what: "there is no study", place: path, expected: "files NAME.study.yaml",
          mend: "name a study file, or a folder of them")
      }
      return names.sorted().map { "\(path)/\($0)" }
    }
    let results = try paths.map { path -> (String, StudyFile.ReadResult) in
      let bytes = try Self.reading { () throws(FileFault) in try Files.bytes(of: path) }
      return (path, StudyFile.read(bytes, file: path))
    }
    TopologyOptions.show(results.flatMap(\.1.diagnostics))
    let studies = results.compactMap { path, result in result.study.map { (study: $0, file: path) } }
    return studies.count == results.count ? studies : nil
  }

  /// Each has a folder by its name.
  private static func refuseEqualNames(_ studies: [(study: Study, file: String)]) throws {
    var known: [String: String] = [:]
    for (study, file) in studies {
      guard let other = known.updateValue(file, forKey: study.name) else { continue }
      throw Failure(
        state: .usage, what: "name: \(study.name) is that of \(other) as well, and both would be kept in one folder",
        place: file, expected: "a name of its own")
    }
  }

  /// Throws `Failure` for what cannot be read.
  private static func reading<Value>(_ read: () throws(FileFault) -> Value) throws -> Value {
    do {
      return try read()
    } catch {
      throw Failure(
        state: .usage, what: error.description, expected: "a study file (NAME.study.yaml), or a folder of them",
        mend: "\(error.mend); without one those of Topologies/studies are run, in swarmlab's own folder")
    }
  }

  /// Why the topology that a study names cannot be read, at the line that names it; nil where it can.
  private static func trouble(ofTopologyIn folder: String, of study: Study, file: String) -> Diagnostic? {
    let path = "\(folder)/\(study.topology)"
    do {
      _ = try Files.bytes(of: path)
      return nil
    } catch {
      let cut = path.lastIndex(of: "/") ?? path.startIndex
      let names = (try? Files.names(in: String(path[..<cut]))) ?? []
      // What is meant is written as the study wrote it: from its own folder.
      let near = Suggestion.nearest(
        to: String(path[cut...].dropFirst()), among: names.filter { $0.hasSuffix(".swarm.yaml") })
      let within = study.topology.lastIndex(of: "/").map { String(study.topology[...$0]) } ?? ""
      return Diagnostic(
        file: file, place: study.topologyPlace,
        message: "topology: \(error.description), so that the study \(study.name) has nothing to run",
        expected: "a topology file (*.swarm.yaml), its path from this study's folder; to mend it: \(error.mend)",
        suggestion: near.map { within + $0 })
    }
  }

  /// As one would ask for it by hand.
  private func comparison(of study: Study, in folder: String) throws -> CompareCommand {
    var arguments = ["\(folder)/\(study.topology)", "--output", "\(output)/\(study.name)"]
    arguments += options(repeats: repeats ?? study.repeats)
    for variation in study.variations {
      arguments += ["--vary", "\(variation.path)=\(variation.values.joined(separator: ","))"]
    }
    return try CompareCommand.parse(arguments)
  }

  /// Those that `compare` has, too.
  private func options(repeats: Int) -> [String] {
    var arguments = ["--repeat", String(repeats), "--side-by-side", sideBySide]
    if let randomSeed { arguments += ["--seed", String(randomSeed)] }
    if let speed { arguments += ["--speed", "\(speed)"] }
    return arguments
  }
}
