import ArgumentParser
import Foundation
import Judging
import ProofMatrix

struct MatrixCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "matrix", abstract: "Plays the proof matrix on ideal links and writes its table.")

  @OptionGroup var play: PlayOptions
  @Option(help: ArgumentHelp("Only rows whose misbehaviour has this in its name.", valueName: "text"))
  var only: [String] = []
  @Option(help: ArgumentHelp("Random seeds for each row and dose.", valueName: "n"))
  var seeds = 3
  @Option(help: ArgumentHelp("Random seeds for each honest scene.", valueName: "n"))
  var honestSeeds = 5
  @Option(help: ArgumentHelp("The first random seed.", valueName: "n"))
  var from: UInt64 = 1
  @Option(help: ArgumentHelp("Folder of topologies that ship, to be played honestly too.", valueName: "folder"))
  var topologies: String?
  @Option(help: ArgumentHelp("Where to write the table, as Markdown; standard output by default.", valueName: "file"))
  var output: String?
  @Flag(help: "Print what every check came to in every run.")
  var verbose = false

  private enum Kind: Sendable {
    case row(ProofRow, dose: Double)
    case honest(HonestScene)
  }

  func run() async throws {
    let rows = ProofRow.all.filter { row in only.isEmpty || only.contains { row.misbehaviour.contains($0) } }
    var kinds: [Kind] = []
    if only.isEmpty || only.contains("honest") {
      kinds += ProofScene.all.map { .honest(HonestScene($0)) }
      if let topologies { kinds += try HonestScene.shipped(in: topologies).map { .honest($0) } }
    }
    for row in rows { kinds += row.doses.map { .row(row, dose: $0) } }
    var jobs: [(kind: Int, trial: Trial)] = []
    for (place, kind) in kinds.enumerated() {
      for seed in from..<from + UInt64(seeds(of: kind)) {
        if let trial = try trial(kind, seed) { jobs.append((place, trial)) }
      }
    }
    let clock = ContinuousClock()
    let begun = clock.now
    var done = 0
    let results = try await Crew.work(
      jobs.map(\.trial), width: play.width,
      progress: { place, result in
        done += 1
        report(kinds[jobs[place].kind], result, "\(done) of \(jobs.count): \(jobs[place].trial.name)")
      }, { try $0.play() })
    var table = ProofTable(columns: Trial.checks)
    for (place, kind) in kinds.enumerated() {
      let mine = zip(jobs, results).filter { $0.0.kind == place }.map(\.1)
      switch kind {
      case .row(let row, let dose): table.add(row, dose: dose, mine)
      case .honest(let scene): table.add(honest: scene.name, mustDecide: scene.mustDecide, mine)
      }
    }
    try write(table, runs: jobs.count, took: clock.now - begun)
    if !table.complaints.isEmpty { throw ExitCode(1) }
  }

  private func seeds(of kind: Kind) -> Int { if case .honest = kind { honestSeeds } else { seeds } }

  private func trial(_ kind: Kind, _ randomSeed: UInt64) throws -> Trial? {
    switch kind {
    case .honest(let scene): return scene.trial(randomSeed: randomSeed)
    case .row(let row, let dose):
      guard let scene = ProofScene.named(row.scene) else {
        throw ValidationError("\(row.misbehaviour) is to be seen in \(row.scene), and no scene is called so")
      }
      return Trial(row, in: scene, dose: dose, randomSeed: randomSeed)
    }
  }

  private func report(_ kind: Kind, _ result: TrialResult, _ title: String) {
    let complaints: [String]
    switch kind {
    case .row(let row, _): complaints = result.complaints(row)
    case .honest(let scene): complaints = result.complaints(mustDecide: scene.mustDecide)
    }
    print(complaints.isEmpty ? title : "\(title)  AGAINST: \(complaints.joined(separator: "; "))")
    guard verbose else { return }
    for (check, outcome) in result.outcomes.sorted(by: { $0.key < $1.key }) {
      print("    \(check) \(outcome.state.rawValue): \(outcome.quote)")
    }
  }

  private func write(_ table: ProofTable, runs: Int, took: Duration) throws {
    if let output {
      try table.markdown.write(toFile: output, atomically: true, encoding: .utf8)
    } else {
      print(table.markdown)
    }
    print("\(runs) swarms in \(took.formatted(.units(allowed: [.minutes, .seconds], width: .abbreviated)))")
    for complaint in table.complaints { print("AGAINST its expectation: \(complaint)") }
    if table.complaints.isEmpty { print("no cell stands against its expectation") }
  }
}
