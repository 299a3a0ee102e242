import Dissection
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct FreeRiderPenaltyTests {
  /// `leecher-1` sends a block a second to each that it has unchoked, from 23 s on. Leechers 6 to 9 send it 40 KiB/s
  /// each, 5 sends it 8 KiB/s, and 2 to 4 nothing, if they are free riders.
  ///
  /// - Parameters:
  ///   - givers: leechers that send something.
  ///   - pennies: whether leecher 2 sends a block every 12 s, which is less than a tenth of what a slot gives it.
  private func stage(
    rounds: Int = 41, givers: ClosedRange<Int> = 5...9, pennies: Bool = false, sets: (Int) -> Set<Int>
  ) -> Stage {
    var choker = ChokerStage()
    let end = 30 + 10 * Double(rounds)
    for number in givers { choker.send(number, blocks: number > 5 ? 5 : 1, until: end) }
    if pennies { for at in stride(from: 2.5, to: end, by: 12) { choker.send(2, blocks: 1, from: at, until: at + 1) } }
    var piece = 1_000_000
    for round in 0..<rounds {
      let at = 23 + 10 * Double(round)
      choker.unchoke(sets(round), at: at)
      for second in 1..<10 {
        for number in sets(round).sorted() {
          choker.stage.say(
            "leecher-1", choker.connection(number), .piece, piece, 0, Stage.block, at: at + Double(second))
          piece += 1
        }
      }
    }
    choker.end(end)
    return choker.stage
  }

  /// The best four, and one of the others for three rounds each.
  private func honest(_ round: Int) -> Set<Int> { [6, 7, 8, 9, 2 + round / 3 % 4] }

  /// All free riders, and two of those that give.
  private func generous(_ round: Int) -> Set<Int> { [2, 3, 4, 8, 5 + round / 3 % 3] }

  @Test func whoServesFreeRidersByOptimisticSlotsAlonePasses() throws {
    let stage = stage(sets: honest)
    let verdict = try #require(stage.verdict("free-rider-penalty", of: "leecher-1"))
    #expect(verdict.status == .pass, "\(verdict.observed) \(verdict.reason ?? "")")
    #expect(verdict.power.n >= 10 && verdict.observed.contains("3 free riders"))
    // One slot of five, and a fiftieth more while a choke is on its way.
    #expect(verdict.effect?.atLeast == Fixed(millionths: 796_000))
    let value = try #require(verdict.effect).value.value
    #expect(value > 0.82 && value < 0.88)
    let swarm = try #require(stage.judge("free-rider-penalty").first { $0.scope == .swarm })
    #expect(swarm.status == .pass && swarm.observed.contains("free riders got"))
  }

  /// By the verdict's words as by the figure `freeRide` what one free rider gives another comes from a leecher.
  @Test func whatFreeRidersGotIsReckonedInOneWay() throws {
    var stage = stage(sets: honest)
    let connection = stage.connect("leecher-3", "leecher-2", at: 439.9)
    stage.say("leecher-3", connection, .piece, 999_999, 0, Stage.block, at: 439.99)
    let swarm = try #require(stage.judge("free-rider-penalty").first { $0.scope == .swarm })
    #expect(swarm.observed.contains("3 free riders") && swarm.observed.hasSuffix(", and 0 B/s from others"))
    let leechers = Metrics(stage.scene).fairness.leechers
    let second = try #require(leechers.first { $0.name == "leecher-2" })
    #expect(second.freeRide == second.receivedRate)
    // It gave more than a hundredth of what it got, the figure's bound, and less than the twentieth of the check.
    #expect(leechers.first { $0.name == "leecher-3" }?.freeRide == nil)
  }

  @Test func whoGivesThemRegularSlotsIsNamed() throws {
    let stage = stage(sets: generous)
    let verdict = try #require(stage.verdict("free-rider-penalty", of: "leecher-1"))
    #expect(verdict.status == .fail, "\(verdict.observed) \(verdict.reason ?? "")")
    #expect(verdict.evidence.count == 4)
    let first = try #require(verdict.evidence.first)
    #expect(first.peers.first == "leecher-1" && first.peers.count == 2 && first.frame != nil)
    #expect(first.text.contains("leecher-6, leecher-7, leecher-8"))
    // All together are judged by the same, since nobody else chose anybody.
    #expect(stage.judge("free-rider-penalty").map(\.status) == [.fail, .fail])
  }

  /// Three lead, and four regular slots are wanted: by 5 and 9, too, who send nothing and are never served. A rider that has
  /// the fourth keeps it, since nobody sends more.
  @Test(arguments: [false, true]) func whatNobodyClaimsARiderMayHave(pennies: Bool) {
    let stage = stage(givers: 6...8, pennies: pennies) { [6, 7, 8, 2, 3 + $0 / 3 % 2] }
    let verdicts = stage.judge("free-rider-penalty", ["gives": .number(0.1)])
    #expect(verdicts.map(\.status) == [.undecided], "\(verdicts.map(\.observed))")
    #expect(verdicts.first?.reason?.contains("wanted all regular slots") == true)
  }

  @Test func whatFallsFreeBetweenRoundsARiderMayHave() throws {
    var stage = stage(sets: honest)
    let address = stage.plan.peers[9].address
    let connection = try #require(stage.trace.connections.first { $0.a.endpoint.address == address }?.id)
    // In the middle of every round the best of all wants nothing for a second.
    for round in 0..<41 {
      let at = 28 + 10 * Double(round)
      stage.say("leecher-9", connection, .notInterested, at: at)
      stage.say("leecher-9", connection, .interested, at: at + 1)
    }
    stage.trace.messages.sort { ($0.time, $0.frame) < ($1.time, $1.frame) }
    let verdicts = stage.judge("free-rider-penalty")
    #expect(verdicts.map(\.status) == [.undecided], "\(verdicts.map(\.observed))")
  }

  @Test func whereEverybodyGivesNobodyRidesFree() throws {
    let verdicts = stage(givers: 2...9, sets: honest).judge("free-rider-penalty")
    #expect(verdicts.map(\.status) == [.undecided])
    #expect(verdicts.first?.reason?.hasPrefix("nobody rode free") == true, "\(verdicts)")
  }

  @Test func aBoundOfNothingFindsNobody() {
    let verdicts = stage(sets: honest).judge("free-rider-penalty", ["gives": .number(0)])
    #expect(verdicts.map(\.status) == [.undecided], "\(verdicts)")
  }

  @Test func aShortTimeSaysNothing() throws {
    let verdicts = stage(rounds: 12, sets: generous).judge("free-rider-penalty")
    #expect(verdicts.map(\.status) == [.undecided] && verdicts.first?.scope == .swarm)
    #expect(verdicts.first?.reason?.contains("10 are needed") == true, "\(verdicts)")
  }

  /// With fewer others than regular slots some are spare, and spare slots are for whoever comes.
  @Test func whereSlotsAreSpareNothingIsDecided() throws {
    let verdicts = stage(givers: 7...9, sets: generous).judge("free-rider-penalty")
    #expect(verdicts.map(\.status) == [.undecided], "\(verdicts)")
  }

  @Test func droppedFramesMayHoldTheChoke() throws {
    var stage = stage(sets: generous)
    stage.note(440, .capture(frames: 1, bytes: 0, dropped: 1, cutShort: false))
    #expect(stage.verdict("free-rider-penalty", of: "leecher-1")?.status == .undecided)
  }

  @Test func anotherAlgorithmIsNotJudged() throws {
    var stage = stage(sets: generous)
    for number in 1...9 {
      stage.change("leecher-\(number)") { $0.profile?.judged = .init(.slotsAndRounds, reason: "gives slots by lot") }
    }
    let verdicts = stage.judge("free-rider-penalty")
    #expect(verdicts.map(\.status) == [.undecided] && verdicts.first?.reason == "gives slots by lot")
  }

  // MARK: Whole swarms on ideal links

  @Test(arguments: [1, 2, 3] as [UInt64]) func anHonestSwarmPunishesItsFreeRider(randomSeed: UInt64) throws {
    let stage = try IdealCapture.run(
      peers: [
        "seed: {role: seed, upload: 128 KiB/s}", "giver: {count: 9, upload: 64 KiB/s, download: 1 MiB/s}",
        "rider: {upload: 64 KiB/s, download: 1 MiB/s, misbehaviour: {name: free-rider, dose: 1}}",
      ], mebibytes: 24, randomSeed: randomSeed)
    let verdicts = stage.judge("free-rider-penalty")
    #expect(verdicts.allSatisfy { $0.status != .fail }, "\(verdicts.map(\.observed))")
    let swarm = try #require(verdicts.first { $0.scope == .swarm })
    #expect(swarm.status == .pass && swarm.observed.contains("1 free rider"), "\(swarm.observed) \(swarm.reason ?? "")")
  }
}
