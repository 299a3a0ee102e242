import Dissection
import Judging
import Planning
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct UtilisationTests {
  /// A seed of 1 MiB/s serves a leecher that always waits: a block of 16 KiB every so many milliseconds, 15.625 at the
  /// full rate, for 30 s, with eight requests open.
  private static func steady(everyMilliseconds step: Double, download: Int64 = 4 << 20) -> Stage {
    var (stage, connection) = Stage.pair(pieces: 4096)
    stage.change("leecher-1") { $0.download = LimitPlan(bytesPerSecond: download) }
    let count = Int(30_000 / step)
    let ahead = 8 + Int(500 / step)
    func block(_ index: Int) -> (piece: Int, begin: Int) { (index / 2, index % 2 * Stage.block) }
    for index in 0..<count {
      let at = 2 + Double(index) * step / 1000
      let asked = index == 0 ? Array(0..<ahead) : [index + ahead - 1]
      for one in asked {
        stage.say("leecher-1", connection, .request, block(one).piece, block(one).begin, Stage.block, at: at)
      }
      stage.say(
        "seed", connection, .piece, block(index).piece, block(index).begin, Stage.block, at: at + step / 2000)
    }
    stage.recordOrdinaryRun(end: 60)
    return stage
  }

  @Test func aPeerThatSendsAtItsRateWhileSomebodyWaitsPasses() throws {
    let verdict = try #require(Self.steady(everyMilliseconds: 15.6).verdict("utilisation", of: "seed"))
    #expect(verdict.status == .pass, "\(verdict.observed)")
    #expect(verdict.power.n == 1)
  }

  @Test func idlenessWhileSomebodyWaitsFails() throws {
    let verdict = try #require(Self.steady(everyMilliseconds: 17.4).verdict("utilisation", of: "seed"))
    #expect(verdict.status == .fail, "\(verdict.observed)")
    // The wait begins when patience is over, at which there is no frame.
    #expect(verdict.evidence.count == 2 && verdict.evidence[0].frame == nil)
    #expect(try #require(verdict.effect).value.value < 0.93)
  }

  @Test func aReceiverAtItsOwnLimitIsNoFaultOfTheSender() {
    let verdicts = Self.steady(everyMilliseconds: 31.25, download: 512 << 10).judge("utilisation")
    #expect(verdicts.map(\.status) == [.undecided])
    #expect(Self.steady(everyMilliseconds: 31.25).verdict("utilisation", of: "seed")?.status == .fail)
  }

  @Test func whereNobodyWaitsNothingIsDecided() throws {
    let verdict = try #require(Stage.honest().judge("utilisation").first)
    #expect(verdict.status == .undecided && verdict.reason?.contains("nobody was waited for") == true)
  }

  @Test func whatWasAskedWhileChokedIsNotWaitedFor() throws {
    var (stage, connection) = Stage.pair(unchoked: false)
    stage.say("leecher-1", connection, .request, 0, 0, Stage.block, at: 2)
    stage.recordOrdinaryRun(end: 60)
    #expect(stage.judge("utilisation").map(\.status) == [.undecided])
  }

  @Test func whatACaptureLostIsNotWaitedFor() throws {
    var stage = Self.steady(everyMilliseconds: 31.25)
    stage.hole("seed", 0, from: 2.5, to: 31.9, loses: .state)
    #expect(!stage.judge("utilisation").contains { $0.status == .fail })
  }
}
