package import Judging
package import Planning
import Staging
import TopologyFile

/// One swarm to be judged: a row at a dose, or honest peers, with a random seed.
package struct Trial: Hashable, Sendable {
  package var misbehaviour: String?
  package var dose: Double?
  package var scene: String
  package var randomSeed: UInt64
  /// The topology.
  package var text: String
  /// Without BEP 6, on ideal links.
  package var isFast = true

  package static let checks = CheckCatalogue.specs.map(\.name)

  /// A row at a dose; all checks are made, or only some.
  package init(
    _ row: ProofRow, in scene: ProofScene, dose: Double, randomSeed: UInt64, checks: [String] = Trial.checks
  ) {
    (misbehaviour, self.dose, self.scene, self.randomSeed) = (row.misbehaviour, dose, scene.name, randomSeed)
    text = scene.text(checks: checks, misbehaving: (row.offenders, row.misbehaviour, dose), randomSeed: randomSeed)
  }

  /// Honest peers, in a topology given whole.
  package init(honest text: String, name: String, randomSeed: UInt64) {
    (scene, self.randomSeed, self.text) = (name, randomSeed, text)
  }

  /// `over-slots=1 in crowd, random seed 3`.
  package var name: String {
    let what = misbehaviour.map { "\($0)=\(ProofScene.plain(dose ?? 0))" } ?? "honest"
    return "\(what) in \(scene), random seed \(randomSeed)"
  }

  /// - Throws: `TrialError` for a topology that is none.
  package func plan() throws -> Plan {
    let read = TopologyReader.read(text: text, file: scene, checks: CheckCatalogue.specs)
    guard let topology = read.topology else {
      throw TrialError(reason: read.diagnostics.map(\.description).joined(separator: "\n"))
    }
    return try Planner.plan(topology, randomSeed: randomSeed, speed: 1)
  }

  /// Plays it on ideal links, and judges what would have been captured, with all that was judged by.
  package func judgement() throws -> Judgement {
    let stage = try IdealCapture.run(plan: try plan(), fast: isFast)
    return Judge.judge(plan: stage.plan, record: stage.events, trace: stage.trace)
  }

  /// Plays it on ideal links, and judges what would have been captured.
  package func play() throws -> TrialResult {
    let plan = try plan()
    let stage = try IdealCapture.run(plan: plan, fast: isFast)
    let verdicts = Judge.verdicts(of: stage.plan.checks, on: stage.scene)
    return TrialResult(self, plan: plan, findings: verdicts.map(Finding.init))
  }
}

package struct TrialError: Error, CustomStringConvertible {
  package var reason: String
  package var description: String { reason }
}

/// What came of a trial, check by check.
package struct TrialResult: Codable, Hashable, Sendable {
  package var misbehaviour: String?
  package var dose: Double?
  package var scene: String
  package var randomSeed: UInt64
  package var outcomes: [String: CheckOutcome]

  package init(_ trial: Trial, plan: Plan, findings: [Finding]) {
    (misbehaviour, dose, scene) = (trial.misbehaviour, trial.dose, trial.scene)
    randomSeed = trial.randomSeed
    let offenders = Set(plan.peers.filter { $0.client.misbehaviour != nil }.map(\.name))
    outcomes = [:]
    for check in plan.checks {
      outcomes[check.name] = CheckOutcome(findings.filter { $0.check == check.name }, offenders: offenders)
    }
  }

  /// Something is undecided since the machine did not keep up, or the capture dropped frames.
  package var isShortOfTime: Bool {
    outcomes.values.contains {
      $0.state == .undecided && ($0.quote.contains("did not keep up") || $0.quote.contains("dropped"))
    }
  }

  /// What stands against the row's expectations, check by check.
  package func complaints(_ row: ProofRow) -> [String] {
    outcomes.sorted { $0.key < $1.key }.compactMap { check, outcome in
      outcome.complaint(row.expectation(check)).map { "\(check) \($0)" }
    }
  }

  /// What stands against honest peers: any fail, and what must be decided and is not.
  package func complaints(mustDecide: [String]) -> [String] {
    outcomes.sorted { $0.key < $1.key }.compactMap { check, outcome in
      if let complaint = outcome.complaint(.mustPass) { return "\(check) \(complaint)" }
      guard mustDecide.contains(check), outcome.state != .pass else { return nil }
      return "\(check) \(outcome.state.rawValue): \(outcome.quote)"
    }
  }
}
