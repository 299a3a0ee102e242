/// A line of the table of faults: a swarm that something happens to, with honest peers or with somebody who misbehaves.
package struct FaultCase: Sendable, CustomStringConvertible {
  package struct Misbehaving: Sendable {
    package var row: ProofRow
    package var dose: Double
  }

  package var scene: ProofScene
  /// Nil for honest peers.
  package var misbehaving: Misbehaving?

  /// What judges how a swarm comes through faults: no row on ideal links can fail these.
  package static let checks = [
    "address-change", "churn-resilience", "survives-seed-loss", "survives-tracker-loss", "recovery-time",
    "expected-end-state",
  ]

  /// The honest ones first, then each row at each of its doses.
  package static let all = honest + proving

  private static let honest: [FaultCase] = ProofScene.withFaults.map { FaultCase(scene: $0) }

  private static let proving: [FaultCase] = ProofRow.withFaults.flatMap { row -> [FaultCase] in
    guard let scene = ProofScene.withFaults.first(where: { $0.name == row.scene }) else { return [] }
    return row.doses.map { FaultCase(scene: scene, misbehaving: Misbehaving(row: row, dose: $0)) }
  }

  /// `crash=8 in late-start`.
  package var description: String {
    let what = misbehaving.map { "\($0.row.misbehaviour)=\(ProofScene.plain($0.dose))" } ?? "honest"
    return "\(what) in \(scene.name)"
  }

  package func trial(randomSeed: UInt64) -> Trial {
    guard let misbehaving else {
      return Trial(
        honest: scene.text(checks: Self.checks, randomSeed: randomSeed), name: scene.name, randomSeed: randomSeed)
    }
    return Trial(
      misbehaving.row, in: scene, dose: misbehaving.dose, randomSeed: randomSeed, checks: Self.checks)
  }

  /// What stands against its expectation.
  package func complaints(_ result: TrialResult) -> [String] {
    guard let misbehaving else { return result.complaints(mustDecide: scene.mustDecide) }
    return result.complaints(misbehaving.row)
  }
}

extension ProofTable {
  /// - Parameter results: of one case, one for each random seed.
  package mutating func add(_ one: FaultCase, _ results: [TrialResult]) {
    if let misbehaving = one.misbehaving {
      add(misbehaving.row, dose: misbehaving.dose, results)
    } else {
      add(honest: one.scene.name, mustDecide: one.scene.mustDecide, results)
    }
  }
}
