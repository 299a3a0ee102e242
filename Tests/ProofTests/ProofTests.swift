import Judging
import Misbehaviour
import ProofMatrix
import Testing

/// The fast part of the proof matrix: native peers on ideal links, judged as if captured. Honest swarms fail nothing and
/// decide what they must; each dose of each misbehaviour fails the checks that name it, for the peer that did it and no
/// other. `./Harness/bench proof` plays the whole, over more random seeds.
@Suite struct ProofTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var row: ProofRow
    var dose: Double
    var testDescription: String { "\(row.misbehaviour)=\(ProofScene.plain(dose)) in \(row.scene)" }
  }

  /// All doses; of scenes that last for hours, the mildest.
  private static let cases = ProofRow.all.flatMap { row in
    row.doses.prefix(row.scene == "friends-and-crowd" ? 1 : 3).map { Case(row: row, dose: $0) }
  }

  @Test("A dose fails what it must, and nothing but what it may", arguments: cases)
  func isFound(_ one: Case) throws {
    let scene = try #require(ProofScene.named(one.row.scene))
    let result = try Trial(one.row, in: scene, dose: one.dose, randomSeed: 1).play()
    let complaints = result.complaints(one.row)
    #expect(complaints == [])
  }

  @Test("Honest peers fail nothing, with BEP 6 and without", arguments: ProofScene.all.map(\.name), [true, false])
  func honest(name: String, isFast: Bool) throws {
    let scene = try #require(ProofScene.named(name))
    var trial = HonestScene(scene).trial(randomSeed: 1)
    trial.isFast = isFast
    let complaints = try trial.play().complaints(mustDecide: scene.mustDecide)
    #expect(complaints == [])
  }

  @Test("Every check of the catalogue can fail, by what it says fails it; every misbehaviour has its row")
  func isWhole() {
    // Nothing happens to swarms on ideal links: what takes a fault to be seen is shown with processes, in SwarmTests.
    let rows = ProofRow.all + ProofRow.withFaults
    for check in CheckCatalogue.all {
      let failing = rows.filter { $0.mustFail.contains(check.name) }.map(\.misbehaviour)
      #expect(Set(failing) == Set(check.failedBy), "\(check.name)")
    }
    #expect(Set(rows.map(\.misbehaviour)) == Set(MisbehaviourCatalogue.all.map(\.name)))
    #expect(rows.allSatisfy { !$0.doses.isEmpty && ProofScene.named($0.scene) != nil })
  }
}
