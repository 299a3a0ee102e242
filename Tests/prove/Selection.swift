import ArgumentParser
import ProofMatrix

/// Which part of the matrix, and how often.
struct Selection: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only rows whose misbehaviour has this in its name, and honest scenes that have it in theirs; `honest` for all of "
        + "these.", valueName: "text"))
  var only: [String] = []
  @Option(help: ArgumentHelp("Random seeds for each row and dose; 3 on ideal links, 1 with processes.", valueName: "n"))
  var seeds: Int?
  @Option(help: ArgumentHelp("Random seeds for each honest scene; 5 and 1.", valueName: "n"))
  var honestSeeds: Int?
  @Option(help: ArgumentHelp("The first random seed.", valueName: "n"))
  var from: UInt64 = 1
  @Option(help: ArgumentHelp("Folder of topologies that ship, to be played honestly too.", valueName: "folder"))
  var topologies: String?

  enum Kind: Sendable {
    case row(ProofRow, dose: Double)
    case honest(HonestScene)

    /// What stands against its expectation.
    func complaints(_ result: TrialResult) -> [String] {
      switch self {
      case .row(let row, _): result.complaints(row)
      case .honest(let scene): result.complaints(mustDecide: scene.mustDecide)
      }
    }
  }

  struct Job: Sendable {
    var kind: Int
    var trial: Trial
  }

  func kinds() throws -> [Kind] {
    func isWanted(_ name: String) -> Bool { only.isEmpty || only.contains { name.contains($0) } }
    var scenes = ProofScene.all.map { HonestScene($0) }
    if let topologies { scenes += try HonestScene.shipped(in: topologies) }
    var kinds = scenes.filter { only.contains("honest") || isWanted($0.name) }.map { Kind.honest($0) }
    for row in ProofRow.all where isWanted(row.misbehaviour) {
      kinds += row.doses.map { .row(row, dose: $0) }
    }
    return kinds
  }

  func jobs(of kinds: [Kind], seeds: Int, honestSeeds: Int) throws -> [Job] {
    var jobs: [Job] = []
    for (place, kind) in kinds.enumerated() {
      let count = if case .honest = kind { self.honestSeeds ?? honestSeeds } else { self.seeds ?? seeds }
      for randomSeed in from..<from + UInt64(count) {
        jobs.append(Job(kind: place, trial: try trial(kind, randomSeed)))
      }
    }
    return jobs
  }

  private func trial(_ kind: Kind, _ randomSeed: UInt64) throws -> Trial {
    switch kind {
    case .honest(let scene): return scene.trial(randomSeed: randomSeed)
    case .row(let row, let dose):
      guard let scene = ProofScene.named(row.scene) else {
        throw ValidationError("\(row.misbehaviour) is to be seen in \(row.scene), and no scene is called so")
      }
      return Trial(row, in: scene, dose: dose, randomSeed: randomSeed)
    }
  }

  func table(_ kinds: [Kind], _ jobs: [Job], _ results: [TrialResult]) -> ProofTable {
    var table = ProofTable(columns: Trial.checks)
    for (place, kind) in kinds.enumerated() {
      let mine = zip(jobs, results).filter { $0.0.kind == place }.map(\.1)
      switch kind {
      case .row(let row, let dose): table.add(row, dose: dose, mine)
      case .honest(let scene): table.add(honest: scene.name, mustDecide: scene.mustDecide, mine)
      }
    }
    return table
  }
}
