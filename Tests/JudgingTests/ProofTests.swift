import Dissection
import Judging
import Misbehaviour
import Oracle
import PeerCore
import Planning
import Recording
import SwarmTime
import Testing
import TopologyFile
import Wire

/// Native peers on ideal links, judged as if captured: honest swarms fail nothing and decide all, and each dose of each
/// misbehaviour fails the check that names it, for the peer that did it and no other.
@Suite struct ProofTests {
  private static let checks = CheckCatalogue.specs.map {
    CheckPlan(name: $0.name, parameters: $0.name == "distribution-time" ? ["atLeast": .number(0.85)] : [:])
  }

  @Test(arguments: [1, 2] as [UInt64], [true, false])
  func honestPeersFailNothing(randomSeed: UInt64, fast: Bool) throws {
    let stage = try IdealCapture.run(randomSeed: randomSeed, fast: fast, checks: Self.checks)
    let judgement = Judge.judge(plan: stage.plan, record: stage.events, trace: stage.trace)
    for verdict in judgement.verdicts {
      #expect(verdict.status == .pass, "\(verdict.check) \(verdict.subjects): \(verdict.observed) \(verdict.evidence)")
    }
    #expect(Set(judgement.summaries.map(\.check)) == Set(CheckCatalogue.specs.map(\.name)))
    #expect(judgement.metrics.swarm.completed == 8)
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var check: String
    var misbehaviour: String
    var dose: Double
    var testDescription: String { "\(misbehaviour)=\(dose) fails \(check)" }
  }

  private static let cases: [Case] = CheckCatalogue.all.flatMap { check in
    check.failedBy.flatMap { name in
      (MisbehaviourCatalogue.spec(named: name)?.doses ?? [.nan]).map {
        Case(check: check.name, misbehaviour: name, dose: $0)
      }
    }
  }

  @Test(arguments: cases) func everyDoseFailsItsCheck(_ one: Case) throws {
    let isOfSwarm = one.check == "distribution-time"
    let isOfDownload = one.misbehaviour == "overdrive-download"
    let seedMisbehaves = isOfSwarm || one.misbehaviour == "no-reject"
    // A download is at its limit only where one seed could give more; a slow seed is the one whose sloth tells.
    let stage = try IdealCapture.run(
      leechers: isOfDownload ? 1 : 12, pieces: isOfDownload ? 192 : 64,
      seedRate: isOfSwarm ? 256 << 10 : isOfDownload ? 4 << 20 : 1 << 20,
      misbehaving: (one.misbehaviour, one.dose), seedMisbehaves: seedMisbehaves, checks: Self.checks)
    let offender = seedMisbehaves ? "seed" : "leecher-1"
    let verdicts = Judge.verdicts(of: stage.plan.checks, on: stage.scene)
    let failed = verdicts.filter { $0.check == one.check && $0.status == .fail }
    #expect(failed.map(\.subjects).contains(isOfSwarm ? [] : [offender]), "\(failed)")
    // Entailed: a swarm that is slow enough misses its deadline.
    for verdict in verdicts where verdict.status == .fail && verdict.kind == .invariant && !isOfSwarm {
      #expect(verdict.subjects == [offender], "\(verdict.check) blames \(verdict.subjects): \(verdict.observed)")
    }
  }
}
