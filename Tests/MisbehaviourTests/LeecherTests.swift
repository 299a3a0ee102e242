import Misbehaviour
import Oracle
import PeerCore
import SwarmTime
import Testing
import Wire

/// What a leecher asks for, and whether it is interested: each dose does what its name says, an honest one does not.
@Suite struct LeecherTests {
  static let liar = 3

  static func swarm(_ misbehaving: (String, Double)?) -> IdealSwarm {
    var swarm = IdealSwarm(
      pieceLength: 64 << 10, pieceCount: 200,
      members: [.init(upload: 256 << 10, isSeed: true)]
        + Array(repeating: .init(upload: 128 << 10, download: 1 << 20), count: 8))
    swarm.members[liar].make = { try MisbehaviourCatalogue.peer($0, misbehaving: misbehaving) }
    swarm.horizon = .seconds(400)
    return swarm
  }

  static func picks(_ misbehaving: (String, Double)?) throws -> PickWatch {
    var swarm = swarm(misbehaving)
    var watch = PickWatch(picker: liar, pieceCount: swarm.pieceCount, delay: swarm.delay)
    swarm.watch = { watch.see($0) }
    let outcome = try swarm.run()
    #expect(outcome.completed[liar] != nil)
    return watch
  }

  @Test func anHonestPeerBeginsWithTheRarest() throws {
    let watch = try Self.picks(nil)
    #expect(watch.meanRank < 0.1)
    #expect(watch.shareOfFirsts < 0.2)
  }

  @Test(arguments: [0.6, 0.8, 1]) func sequentialPickerBeginsWithTheFirst(dose: Double) throws {
    let watch = try Self.picks(("sequential-picker", dose))
    #expect(abs(watch.shareOfFirsts - dose) < 0.15)
    #expect(watch.meanRank > 0.12)
  }

  @Test(arguments: [0.6, 0.8, 1]) func commonFirstBeginsWithTheCommonest(dose: Double) throws {
    let watch = try Self.picks(("common-first", dose))
    #expect(abs(watch.meanRank - dose) < 0.15)
  }

  /// Times that each member takes its interest back, and shows it.
  static func flaps(
    _ misbehaving: (String, Double)?
  ) throws -> (watch: WireWatch, taken: [Int], shown: [Int], end: Double) {
    var swarm = swarm(misbehaving)
    let watch = WireWatch(memberCount: swarm.members.count)
    var taken = Array(repeating: 0, count: swarm.members.count)
    var shown = taken
    swarm.watch = { crossing in
      watch.see(crossing)
      if case .message(.notInterested) = crossing.content { taken[crossing.from] += 1 }
      if case .message(.interested) = crossing.content { shown[crossing.from] += 1 }
    }
    let outcome = try swarm.run()
    #expect(outcome.completed.dropFirst().allSatisfy { $0 != nil })
    return (watch, taken, shown, try #require(outcome.completed[liar]).seconds)
  }

  @Test(arguments: [30.0, 10, 2]) func interestFlapperTakesItsInterestBackAndBreaksNoOtherRule(dose: Double) throws {
    let seen = try Self.flaps(("interest-flapper", dose))
    // Of eight others, the seed at least is interesting all the time.
    #expect(Double(seen.taken[Self.liar]) > 2 * seen.end / dose)
    #expect(seen.shown[Self.liar] >= seen.taken[Self.liar] - 8)
    #expect(seen.watch.offenders.isEmpty)
    #expect(seen.watch.mostUnchoked.allSatisfy { $0 <= 5 })
    for honest in seen.taken.indices where honest != Self.liar { #expect(seen.taken[honest] < 60) }
  }
}
