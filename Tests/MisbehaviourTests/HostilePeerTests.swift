import Misbehaviour
import Oracle
import PeerCore
import SwarmTime
import Testing
import Wire

/// Peers that mean others no good: each does what its name says, an honest one does not, and honest ones are whole in
/// the end and do not drop one another.
@Suite struct HostilePeerTests {
  static let liar = MisbehaviourTests.liar

  struct Ending {
    var by: Int
    var other: Int
    var at: SwarmInstant
  }

  struct Seen {
    var outcome: IdealSwarm.Outcome
    var watch: WireWatch
    var endings: [Ending] = []
    /// When the liar last sent a block to each member that it sent any.
    var lastBlock: [Int: SwarmInstant] = [:]

    /// Honest peers are whole, and hold what they should.
    var honestAreWhole: Bool {
      outcome.completed.indices.allSatisfy { member in
        member == 0 || member == HostilePeerTests.liar
          || outcome.completed[member] != nil && outcome.damagedPieces[member] == 0
      }
    }

    /// Connections that a peer ended while one of both still lacked something; two seeds part in any case.
    func dropped(where isOfInterest: (Ending) -> Bool) -> [Ending] {
      endings.filter { ending in
        let isOver = [ending.by, ending.other].allSatisfy { member in
          member == 0 || outcome.completed[member].map { $0 <= ending.at } ?? false
        }
        return !isOver && isOfInterest(ending)
      }
    }
  }

  /// A seed at four times the rate of eight leechers, of whom one may misbehave.
  static func run(_ misbehaving: (String, Double)?, pieceCount: Int = 64) throws -> Seen {
    let leecher = IdealSwarm.Member(upload: 256 << 10, download: 1 << 20)
    var swarm = IdealSwarm(
      pieceLength: 128 << 10, pieceCount: pieceCount,
      members: [.init(upload: 1 << 20, isSeed: true)] + Array(repeating: leecher, count: 8))
    swarm.members[liar].make = { try MisbehaviourCatalogue.peer($0, misbehaving: misbehaving) }
    swarm.horizon = .seconds(400)
    let watch = WireWatch(memberCount: swarm.members.count)
    var endings: [Ending] = []
    var lastBlock: [Int: SwarmInstant] = [:]
    swarm.watch = { crossing in
      watch.see(crossing)
      switch crossing.content {
      case .closed: endings.append(Ending(by: crossing.from, other: crossing.to, at: crossing.at))
      case .block: if crossing.from == liar { lastBlock[crossing.to] = crossing.at }
      case .opened, .message: break
      }
    }
    let outcome = try swarm.run()
    return Seen(outcome: outcome, watch: watch, endings: endings, lastBlock: lastBlock)
  }

  // MARK: What it sends

  @Test func honestPeersRefuseNoPieceAndDropNobody() throws {
    let seen = try Self.run(nil)
    #expect(seen.honestAreWhole && seen.outcome.completed[Self.liar] != nil)
    #expect(seen.outcome.refusedPieces.allSatisfy { $0 == 0 })
    #expect(seen.outcome.identities.allSatisfy { $0 == 1 })
    #expect(seen.dropped { _ in true }.isEmpty)
    #expect(seen.watch.offenders.isEmpty)
  }

  @Test(arguments: [16.0, 4, 1]) func poisonerIsFoundAndLeftByThoseThatItPoisoned(dose: Double) throws {
    let seen = try Self.run(("poisoner", dose))
    #expect(seen.outcome.refusedPieces.enumerated().contains { $0.offset != Self.liar && $0.element > 0 })
    #expect(seen.honestAreWhole)
    // It breaks no rule of the wire: what a block holds is not seen there.
    #expect(seen.watch.offenders.isEmpty)
    let found = seen.dropped { $0.other == Self.liar }
    #expect(!found.isEmpty)
    for ending in found {
      // What was on its way still comes; a second later nothing does.
      if let last = seen.lastBlock[ending.by] { #expect(last - ending.at < .seconds(1)) }
    }
    #expect(seen.dropped { $0.by != Self.liar && $0.other != Self.liar }.isEmpty)
  }

  @Test func silentToAllSendsNothingThoughItUnchokes() throws {
    let seen = try Self.run(("silent", 1))
    #expect(seen.outcome.sent[Self.liar].allSatisfy { $0 == 0 })
    #expect(seen.watch.mostUnchoked[Self.liar] >= 1)
    #expect(seen.watch.mostUnchoked.allSatisfy { $0 <= 5 })
    #expect(seen.honestAreWhole)
    #expect(seen.watch.offenders.isSubset(of: [Self.liar]))
  }

  @Test(arguments: [8.0, 3]) func silentLeavesSomeRequestsWithoutAnyAnswer(dose: Double) throws {
    let seen = try Self.run(("silent", dose), pieceCount: 128)
    #expect(seen.outcome.sent[Self.liar].reduce(0, +) > 0)
    #expect(seen.watch.faults[Self.liar].missingRejects > 0)
    #expect(seen.watch.offenders == [Self.liar])
    #expect(seen.honestAreWhole)
  }

  // MARK: Who it is

  @Test(arguments: [60.0, 20]) func whitewasherServesNobodyAndTakesNewPeerIDs(dose: Double) throws {
    let seen = try Self.run(("whitewasher", dose), pieceCount: 256)
    #expect(seen.outcome.sent[Self.liar].allSatisfy { $0 == 0 })
    #expect(seen.watch.mostUnchoked[Self.liar] == 0)
    let changes = seen.outcome.identities[Self.liar] - 1
    #expect(changes >= 1)
    let end = seen.outcome.completed[Self.liar]?.seconds ?? 400
    #expect(Double(changes) <= end / dose)
    #expect(seen.outcome.identities.enumerated().allSatisfy { $0.offset == Self.liar || $0.element == 1 })
    #expect(seen.honestAreWhole)
    #expect(seen.watch.offenders.isEmpty)
  }

  /// Most connections on which each of 24 members has said something, at once: a peer set of 12 with 4 dialled.
  static func crowds(_ misbehaving: (String, Double)?) throws -> (most: [Int], outcome: IdealSwarm.Outcome) {
    var swarm = IdealSwarm(
      pieceLength: 64 << 10, pieceCount: 64,
      members: [.init(upload: 256 << 10, isSeed: true)]
        + Array(repeating: .init(upload: 64 << 10, download: 1 << 20), count: 23))
    // Others know nothing of it but what it tells them, since it comes last.
    swarm.members[liar].arrives = .seconds(5)
    for index in swarm.members.indices {
      let told = index == liar ? misbehaving : nil
      swarm.members[index].make = { given in
        var configuration = given
        configuration.maximumConnections = 12
        configuration.maximumInitiated = 4
        configuration.minimumConnections = 2
        return try MisbehaviourCatalogue.peer(configuration, misbehaving: told)
      }
    }
    swarm.horizon = .seconds(60)
    var talking = Array(repeating: Set<Int>(), count: swarm.members.count)
    var ended: Set<Int> = []
    var most = Array(repeating: 0, count: swarm.members.count)
    swarm.watch = { crossing in
      switch crossing.content {
      case .opened: break
      case .closed:
        ended.insert(crossing.connection)
        talking[crossing.from].remove(crossing.connection)
        talking[crossing.to].remove(crossing.connection)
      case .message, .block:
        guard !ended.contains(crossing.connection) else { return }
        talking[crossing.from].insert(crossing.connection)
        most[crossing.from] = max(most[crossing.from], talking[crossing.from].count)
      }
    }
    let outcome = try swarm.run()
    return (most, outcome)
  }

  @Test func anHonestPeerSetIsNoLargerThanItMay() throws {
    let (most, _) = try Self.crowds(nil)
    #expect(most.allSatisfy { $0 <= 12 })
  }

  @Test(arguments: [2.0, 4]) func largeViewConnectsToMoreThanItMayAndServesNobody(dose: Double) throws {
    let (most, outcome) = try Self.crowds(("large-view", dose))
    #expect(most[Self.liar] > 12)
    #expect(most.enumerated().allSatisfy { $0.offset == Self.liar || $0.element <= 12 })
    #expect(outcome.sent[Self.liar].allSatisfy { $0 == 0 })
  }
}
