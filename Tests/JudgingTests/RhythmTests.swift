import Dissection
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

/// Decisions, the grid that they keep, and the figures made of them.
@Suite struct RhythmTests {
  private func rhythm(_ choker: Choker, end: Double = 100) throws -> ChokeRhythm {
    var choker = choker
    choker.stage.recordOrdinaryRun(end: end)
    return ChokeRhythm(try #require(choker.stage.scene.choking(of: choker.stage.index(Choker.name))))
  }

  private func figures(_ choker: Choker, end: Double = 100) throws -> PeerMetrics {
    var choker = choker
    choker.stage.recordOrdinaryRun(end: end)
    return try #require(Metrics(choker.stage.scene).peers.first { $0.name == Choker.name })
  }

  @Test func whatIsSentTogetherIsOneDecision() throws {
    var choker = Choker()
    choker.change(at: [3, 3.1, 3.2, 13.1, 33])
    let rhythm = try rhythm(choker)
    #expect(rhythm.onGrid.map(\.changes.count) == [6, 2, 2])
    #expect(rhythm.offGrid == [])
    #expect(rhythm.changedRounds == [0, 1, 3])
  }

  @Test func oneBusyMomentOffTheGridDoesNotDrawTheGridToItself() throws {
    var choker = Choker()
    choker.change(at: [3, 13, 23, 37, 37.01, 37.02, 37.03, 37.04])
    let rhythm = try rhythm(choker)
    #expect(rhythm.changedRounds == [0, 1, 2])
    #expect(rhythm.offGrid.map(\.changes.count) == [10])
  }

  @Test func whileStateIsUnknownNothingIsADecision() throws {
    var choker = Choker()
    choker.change(at: [3, 13, 17, 23])
    choker.stage.hole("leecher-9", choker.connections[7], from: 16, to: 16.1, loses: .state)
    #expect(try rhythm(choker).offGrid == [])
    choker.stage.say("leecher-9", choker.connections[7], .interested, at: 16.2)
    #expect(try rhythm(choker).offGrid.count == 1)
  }

  @Test("After a pause the rounds of another program may lie elsewhere", arguments: [ClientPlan.Kind.native, .command])
  func paused(kind: ClientPlan.Kind) throws {
    var choker = Choker()
    choker.stage.change(Choker.name) { $0.client = ClientPlan(kind: kind) }
    choker.change(at: [3, 13, 23, 33, 67, 77])
    choker.stage.note(40, .fault(id: "1", kind: "pause", peers: [Choker.name], isHealing: false))
    choker.stage.note(44, .fault(id: "1", kind: "pause", peers: [Choker.name], isHealing: true))
    let rhythm = try rhythm(choker)
    #expect(rhythm.onGrid.count == 4)
    #expect(rhythm.offGrid.count == (kind == .native ? 2 : 0))
  }

  @Test func aDecisionIsToldByTheGridOfItsOwnStretch() throws {
    var choker = Choker()
    choker.stage.change(Choker.name) { $0.profile?.restartsOnVacancy = true }
    choker.change(at: [3, 13, 23, 33, 37])
    let holder = choker.served[0]
    choker.stage.say("leecher-\(holder + 2)", choker.connections[holder], .notInterested, at: 40)
    choker.change(at: [46, 56, 66, 76, 86])
    let rhythm = try rhythm(choker)
    let stray = try #require(rhythm.offGrid.first)
    let offset = try #require(rhythm.ownGrid(of: stray)).offset(of: stray.at)
    #expect(rhythm.offGrid.count == 1 && abs(offset.seconds - 4) < 0.01)
  }

  @Test func whereWhatIsDecidedTakesLongToTheWireThereIsNoGrid() throws {
    var choker = Choker()
    choker.change(at: [3, 13, 23])
    choker.stage.change(Choker.name) {
      $0.limitedBy = .kernel
      $0.upload = LimitPlan(bytesPerSecond: 655_360)
    }
    // Half a second, and half of what delays the wire: 1 s in which five send buffers drain together, and twice 2 ms.
    #expect(try rhythm(choker).tolerance == .milliseconds(1002))
    choker.stage.change(Choker.name) { $0.upload = LimitPlan(bytesPerSecond: 163_840) }
    #expect(try rhythm(choker).grid == nil)
  }

  /// What it says on a connection waits behind payload there; before an unchoke there is none.
  @Test func ofAClientWithABufferOfItsOwnOnlyUnchokesTellTheTime() throws {
    var choker = Choker()
    choker.change(at: [3, 13, 23, 33])
    choker.stage.say(Choker.name, choker.connections[choker.served[0]], .choke, at: 37)
    #expect(try rhythm(choker).offGrid.count == 1)
    choker.stage.change(Choker.name) { $0.profile?.outputBuffer = .seconds(15) }
    let rhythm = try rhythm(choker)
    #expect(rhythm.onGrid.map(\.changes.count) == [1, 1, 1, 1] && rhythm.offGrid.isEmpty)
    #expect(rhythm.tolerance == .milliseconds(502))
  }

  @Test(arguments: [2.0, 5, 8, 12, 15, 27.5]) func thePeriodThatFitsIsFound(period: Double) throws {
    var choker = Choker()
    choker.change(at: (0..<16).map { 3 + period * Double($0) })
    let rhythm = try rhythm(choker, end: 500)
    let found = try #require(OtherPeriod(rhythm, strays: 0.03))
    #expect(found.period == .seconds(period))
    #expect(found.matched == 16)
  }

  @Test func roundsAreThePointsThatItWentThrough() throws {
    var choker = Choker()
    choker.change(at: [3, 13, 33.1, 53, 57])
    let peer = try figures(choker)
    #expect(peer.rounds == 10 && peer.changedRounds == 4 && peer.decisionsOffGrid == 1)
    // Without a decision: 94 s are nine rounds or ten, 96 s ten or eleven; the nearest number of both is told.
    #expect(try figures(Choker(), end: 94).rounds == 9)
    #expect(try figures(Choker(), end: 96).rounds == 10)
  }

  @Test func roundsEndWithThePeersTimeInTheSwarm() throws {
    var choker = Choker()
    choker.change(at: [3, 13, 33])
    choker.stage.note(45, .exited(process: Choker.name, code: 0, signal: nil, ordered: true))
    #expect(try figures(choker).rounds == 5)
  }

  @Test func dwellIsTheTimeUntilAChokeOfWhoWantsIt() throws {
    var choker = Choker(slots: 3)
    // Given at 0.4 s: two end after 12.6 and 22.6 s, the third is given up by its holder and says only "at least 16 s".
    choker.change(at: [13, 23])
    choker.stage.say("leecher-4", choker.connections[2], .notInterested, at: 16.4)
    choker.stage.say(Choker.name, choker.connections[2], .choke, at: 16.41)
    let peer = try figures(choker, end: 30)
    #expect(peer.dwellLeast == 12_600_000_000)
    // Five in all, two of them over: at 12.6 s one of three that last so long, at 22.6 s the only one.
    #expect(peer.dwellMedian == 22_600_000_000)
    #expect(try figures(Choker(), end: 30).dwellMedian == nil)
  }

  @Test func aFlapIsAChokeTakenBackBeforeTheNextRound() throws {
    var choker = Choker()
    choker.stage.say(Choker.name, choker.connections[0], .choke, at: 3)
    choker.stage.say(Choker.name, choker.connections[0], .unchoke, at: 7)
    choker.stage.say(Choker.name, choker.connections[1], .choke, at: 13)
    choker.stage.say(Choker.name, choker.connections[1], .unchoke, at: 23)
    // Its partner's doing, not its own.
    choker.stage.say("leecher-4", choker.connections[2], .notInterested, at: 30)
    choker.stage.say(Choker.name, choker.connections[2], .choke, at: 30.1)
    choker.stage.say("leecher-4", choker.connections[2], .interested, at: 31)
    choker.stage.say(Choker.name, choker.connections[2], .unchoke, at: 31.1)
    #expect(try figures(choker).flaps == 1)
  }
}
