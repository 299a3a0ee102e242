import Judging
import Planning
import ProofMatrix
import Testing

/// `./Harness/bench faults` runs them; here is what they consist of, and what is said of them.
@Suite struct FaultCaseTests {
  @Test("What no row on ideal links fails is failed here, each check at three doses")
  func checks() {
    let unproven = CheckCatalogue.all.map { $0.name }.filter { !ProofRow.provenChecks.contains($0) }
    #expect(Set(FaultCase.checks) == Set(unproven))
    for check in FaultCase.checks {
      let doses = FaultCase.all.filter { one in
        one.misbehaving.map { $0.row.mustFail.contains(check) } ?? false
      }
      #expect(Set(doses.map(\.description)).count >= 3, "\(check)")
    }
  }

  @Test("Honest peers come first, in every scene, and decide each check in one")
  func honest() {
    let honest = FaultCase.all.prefix { $0.misbehaving == nil }
    #expect(honest.map(\.scene.name) == ProofScene.withFaults.map(\.name))
    #expect(FaultCase.all.dropFirst(honest.count).allSatisfy { $0.misbehaving != nil })
    #expect(Set(honest.flatMap(\.scene.mustDecide)) == Set(FaultCase.checks))
    for one in FaultCase.all {
      guard let row = one.misbehaving?.row else { continue }
      #expect(row.mustFail.allSatisfy { one.scene.mustDecide.contains($0) }, "\(one)")
    }
  }

  @Test("Each is a swarm that can run, with the random seed it is given", arguments: FaultCase.all)
  func plan(_ one: FaultCase) throws {
    let plan = try one.trial(randomSeed: 7).plan()
    #expect(plan.randomSeed == 7)
    #expect(Set(plan.checks.map(\.name)) == Set(FaultCase.checks))
    let offenders = plan.peers.filter { $0.client.misbehaviour != nil }
    #expect(offenders.isEmpty == (one.misbehaving == nil))
    #expect(offenders.allSatisfy { $0.role == .leecher })
    // A crash is what happens in the one without.
    #expect(plan.faults.isEmpty == (one.scene.name == "late-start"))
    // Two runs side by side have a file each.
    #expect(one.trial(randomSeed: 7).fingerprint != one.trial(randomSeed: 8).fingerprint)
  }

  /// As if each check had come to what is said of it; others pass.
  private func complaints(_ one: FaultCase, _ statuses: [String: Verdict.Status]) throws -> [String] {
    let trial = one.trial(randomSeed: 1)
    let findings = FaultCase.checks.map { check in
      Finding(
        Verdict(
          check: check, kind: .invariant, status: statuses[check] ?? .pass, scope: .swarm, subjects: [],
          parameters: [:], expected: "", observed: "", power: .init(n: 1, needed: 1)))
    }
    let result = TrialResult(trial, plan: try trial.plan(), findings: findings)
    var table = ProofTable(columns: FaultCase.checks)
    table.add(one, [result])
    #expect(table.complaints.count == one.complaints(result).count)
    return one.complaints(result)
  }

  @Test("A check that does otherwise than is expected of it is told of", arguments: FaultCase.all)
  func against(_ one: FaultCase) throws {
    let mustFail = one.misbehaving?.row.mustFail ?? []
    let asExpected = Dictionary(uniqueKeysWithValues: mustFail.map { ($0, Verdict.Status.fail) })
    #expect(try complaints(one, asExpected) == [])
    for check in one.scene.mustDecide {
      var statuses = asExpected
      statuses[check] = mustFail.contains(check) ? .undecided : .fail
      let isEntailed = one.misbehaving?.row.mayFail.contains { $0.check == check } ?? false
      #expect(try complaints(one, statuses).count == (isEntailed ? 0 : 1), "\(check)")
    }
  }
}
