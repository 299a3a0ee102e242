import Dissection
import Judging
import Planning
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct ChokingViewTests {
  /// The seed and eight leechers that are interested in leecher-1, which unchokes on a grid of 3, 13, 23 … s.
  private func audience() -> (stage: Stage, connections: [Int]) {
    var stage = Stage(leechers: 8, pieces: 64)
    var connections: [Int] = []
    for other in 2...8 {
      let connection = stage.connect("leecher-\(other)", "leecher-1")
      stage.say("leecher-\(other)", connection, .haveNone, at: 0.2)
      stage.say("leecher-1", connection, .haveNone, at: 0.2)
      stage.say("leecher-\(other)", connection, .interested, at: 0.5)
      connections.append(connection)
    }
    return (stage, connections)
  }

  @Test func theGridIsFittedToWhatOnlyRoundsExplain() throws {
    var (stage, connections) = audience()
    for (place, connection) in connections.prefix(4).enumerated() {
      stage.say("leecher-1", connection, .unchoke, at: 3.01 + 10 * Double(place))
    }
    stage.say("leecher-1", connections[0], .choke, at: 43.03)
    // Interest lost, and the slot given on at once: no round.
    stage.say("leecher-3", connections[1], .notInterested, at: 47)
    stage.say("leecher-1", connections[1], .choke, at: 47.01)
    stage.say("leecher-1", connections[5], .unchoke, at: 47.02)
    stage.recordOrdinaryRun()
    let view = try #require(stage.scene.choking(of: stage.index("leecher-1")))
    #expect(view.changes.map(\.cause) == [.grid, .grid, .grid, .grid, .grid, .interest, .vacancy])
    let grid = try #require(view.grid)
    #expect(grid.matched == 5)
    #expect(grid.unmatched == 0)
    #expect(abs(grid.phase.seconds - 3.02) < 0.011)
    let points = view.rounds(in: .seconds(1)..<(.seconds(24)))
    #expect(points.map { Int($0.seconds) } == [3, 13, 23])
    #expect(view.partners.count == 7)
    #expect(view.leecherSpan == .zero..<(.seconds(100)))
    #expect(view.seedSpan == nil)
  }

  @Test func aPhaseNearTheEndOfThePeriodIsFittedAcrossIt() throws {
    let times = [9.9, 20.1, 29.95, 40.02].map { SwarmInstant.seconds($0) }
    let grid = try #require(ChokeGridFit(times, period: .seconds(10), tolerance: .milliseconds(500)))
    #expect(grid.matched == 4)
    #expect(grid.phase == .zero)
    #expect(abs(grid.offset(of: .seconds(39.7)).seconds + 0.3) < 0.001)
    #expect(ChokeGridFit([], period: .seconds(10), tolerance: .milliseconds(500)) == nil)
  }

  @Test func whoSentClearlyMoreBeatsOthersWheneverExactlyTheRoundWas() {
    var (stage, connections) = audience()
    // leecher-2 … leecher-7 send 6, 5, … 1 pieces of 64 KiB in the window before 30 s.
    for (place, connection) in connections.prefix(6).enumerated() {
      for block in 0..<(6 - place) * 4 {
        stage.say(
          "leecher-\(place + 2)", connection, .piece, block / 2, block % 2 * Stage.block, Stage.block,
          at: 15 + Double(block) / 10)
      }
    }
    stage.recordOrdinaryRun()
    let scene = stage.scene
    guard let view = scene.choking(of: stage.index("leecher-1")) else { return #expect(Bool(false)) }
    let ranking = Ranking(view, scene, at: .seconds(30))
    let admissible = (2...8).filter { ranking.isAdmissible(stage.index("leecher-\($0)")) }
    // Four slots: 2 and 3 beat 5 by more than the doubt, 4 and 5 do not beat each other; 8 sent nothing.
    #expect(admissible == [2, 3, 4, 5, 6])
    #expect(ranking.isSurelyRegular(stage.index("leecher-2")))
    #expect(!ranking.isSurelyRegular(stage.index("leecher-8")))
    #expect(ranking.entries.allSatisfy { !$0.mayBeSnubbing })
  }

  @Test func extremesSeeBlocksThatComeAndGoWithinTheSlack() throws {
    var (stage, connections) = audience()
    stage.say("leecher-2", connections[0], .piece, 0, 0, Stage.block, at: 10.2)
    stage.say("leecher-2", connections[0], .piece, 0, Stage.block, Stage.block, at: 30.4)
    stage.recordOrdinaryRun()
    let pair = try #require(
      stage.scene.deliveries.pair(from: stage.index("leecher-2"), to: stage.index("leecher-1")))
    let found = pair.extremes(window: .seconds(20), from: .seconds(30), through: .seconds(30.5))
    // The first falls out at 30.2, the second comes at 30.4.
    #expect(found.least == 0)
    #expect(found.most == Int64(Stage.block))
    #expect(pair.bytes(after: .seconds(10), through: .seconds(31)) == 2 * Int64(Stage.block))
  }
}
