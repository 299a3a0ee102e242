import Choking
import Misbehaviour
import SwarmTime
import Testing

/// Each misbehaving choker does on the wire of an ideal swarm what its name says, at each of its doses, and an honest
/// one does not. All is counted from what crosses the wire.
@Suite struct ChokerTests {
  static let only = ChokerScene.onlyOptimistic

  private static func areMultiples(_ lengths: [Double], of unit: Double) -> Bool {
    lengths.allSatisfy { abs($0 / unit - ($0 / unit).rounded()) < 0.01 }
  }

  // MARK: When

  @Test func anHonestPeerReviewsEveryTenSeconds() throws {
    let gaps = try ChokerScene.classes.watch(nil).gaps
    #expect(Self.areMultiples(gaps, of: 10))
    #expect((gaps.min() ?? 0).rounded() == 10)
  }

  @Test(
    arguments: [
      ("fast-rechoke", 8), ("fast-rechoke", 5), ("fast-rechoke", 2), ("slow-rechoke", 12), ("slow-rechoke", 15),
      ("slow-rechoke", 20),
    ] as [(String, Double)])
  func anotherRhythmShows(name: String, dose: Double) throws {
    let gaps = try ChokerScene.classes.watch((name, dose)).gaps
    #expect(gaps.count >= 8)
    #expect(Self.areMultiples(gaps, of: dose))
    #expect((gaps.min() ?? 0) < 10 || dose > 10)
  }

  @Test func anHonestPeerServesNewcomersAtOnceAndEverybodyInTheEnd() throws {
    let watch = try ChokerScene.classes.watch(nil)
    #expect(watch.served == watch.suitors)
    #expect(watch.suitors.compactMap { watch.partners[$0]?.firstWait }.min() ?? .seconds(9) < .seconds(1))
  }

  @Test(arguments: [60.0, 120, 1_000_000]) func slowNewcomerKeepsEverybodyWaiting(dose: Double) throws {
    let watch = try ChokerScene.classes.watch(("slow-newcomer", dose))
    #expect(watch.suitors.count == 11)
    #expect(watch.suitors.compactMap { watch.partners[$0]?.firstWait }.allSatisfy { $0 >= .seconds(dose) })
    #expect(watch.served.count >= (dose > 300 ? 0 : 8))
  }

  @Test(arguments: [0.5, 0.8, 1]) func freeRiderNeverServesSome(dose: Double) throws {
    let watch = try ChokerScene.classes.watch(("free-rider", dose))
    let never = ChokerScene.among(share: dose)
    #expect(watch.served == watch.suitors.filter { !never.contains($0) })
    #expect(abs(Double(watch.suitors.count - watch.served.count) - 11 * dose) < 1.5)
  }

  // MARK: Optimistic slots

  @Test func anHonestPeerHasAnOptimisticSlotAllTheTimeForThirtySecondsEach() throws {
    for scene in [ChokerScene.giver, .arrivals] {
      let watch = try scene.watch(nil, randomSeed: 2)
      #expect(watch.share(ofTimeWith: 5) > 0.99)
      #expect(watch.mostUnchoked == 5)
    }
    let watch = try ChokerScene.giver.watch(nil, choking: Self.only)
    #expect(Self.areMultiples(watch.gaps, of: 30))
    #expect((watch.gaps.min() ?? 0).rounded() == 30)
    #expect(watch.reviews.count > 30)
    #expect(watch.served == watch.suitors)
    #expect(watch.shareOfUnchokedTime { $0 % 2 == 0 } < 0.66)
  }

  /// The share of time in which the optimistic slot is held.
  @Test(
    arguments: [
      ("no-optimistic", 6, 3.0 / 9), ("no-optimistic", 12, 3.0 / 15), ("no-optimistic", 1_000_000, 0),
      ("defect-optimistic-counter", 0.25, 0.75), ("defect-optimistic-counter", 0.5, 0.5),
      ("defect-optimistic-counter", 1, 0), ("defect-pool-head", 0.25, 0.75), ("defect-pool-head", 0.5, 0.5),
      ("defect-pool-head", 1, 0),
    ] as [(String, Double, Double)])
  func theOptimisticSlotStaysEmpty(name: String, dose: Double, expected: Double) throws {
    let watch = try ChokerScene.giver.watch((name, dose))
    let share = watch.share(ofTimeWith: 5)
    #expect(expected == 0 ? share == 0 : abs(share - expected) < 0.2)
    #expect(watch.mostUnchoked <= 5)
  }

  @Test(arguments: [20.0, 60, 1_000_000]) func stickyOptimisticHasTenuresOfItsOwn(dose: Double) throws {
    let watch = try ChokerScene.giver.watch(("sticky-optimistic", dose), choking: Self.only)
    if dose > 1500 { return #expect(watch.reviews.isEmpty) }
    #expect(Self.areMultiples(watch.gaps, of: dose))
    #expect((watch.gaps.min() ?? 0).rounded() == dose)
  }

  @Test(arguments: [0.125, 0.25, 0.5]) func shunnedAreNeverChosen(dose: Double) throws {
    let watch = try ChokerScene.giver.watch(("shunned", dose), choking: Self.only)
    let never = ChokerScene.among(share: dose)
    #expect(watch.suitors.contains { never.contains($0) })
    #expect(watch.served == watch.suitors.filter { !never.contains($0) })
  }

  @Test(arguments: [3.0, 6, 20]) func biasedChoicePrefersHalfOfAllPartners(dose: Double) throws {
    let share = try ChokerScene.giver.watch(("biased-choice", dose), choking: Self.only)
      .shareOfUnchokedTime { $0 % 2 == 0 }
    #expect(abs(share - 6 * dose / (6 * dose + 5)) < 0.15)
  }

  @Test(arguments: [0.25, 0.5, 1])
  func defectRefilledFromTopLosesTheRestOfATenureWhenSomebodyEarnsASlot(dose: Double) throws {
    var empty = 0.0
    for randomSeed in 1...(dose < 1 ? 4 : 1) as ClosedRange<UInt64> {
      let watch = try ChokerScene.arrivals.watch(("defect-refilled-from-top", dose), randomSeed: randomSeed)
      empty += watch.share(ofTimeWith: 4)
      #expect(watch.mostUnchoked == 5)
    }
    #expect(empty > 0.03 * dose)
  }

  @Test(arguments: [0.25, 0.5, 1]) func defectUnchokeOnInterestHasTooManyUnchoked(dose: Double) throws {
    let watch = try ChokerScene.giver.watch(("defect-unchoke-on-interest", dose), randomSeed: 2)
    #expect(watch.mostUnchoked > 5)
    #expect(dose < 1 || watch.mostUnchoked == 11)
  }

  @Test(arguments: [0.25, 0.5, 1]) func defectNoReviewLetsRoundsPass(dose: Double) throws {
    let watch = try ChokerScene.giver.watch(("defect-no-review", dose), choking: Self.only)
    if dose == 1 { return #expect(watch.reviews.isEmpty) }
    #expect(Self.areMultiples(watch.gaps, of: 10))
    #expect(!Self.areMultiples(watch.gaps, of: 30))
  }
}
