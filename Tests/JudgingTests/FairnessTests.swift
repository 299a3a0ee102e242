import Judging
import Planning
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct FairnessTests {
  /// Two classes of `count` leechers, of 64 and 256 KiB/s, that give for 100 s what they can and get the given rates, in
  /// KiB/s: all from and to a peer that is everybody's partner.
  /// That they were there for ten rounds only is not what is looked at here.
  private static let soon: [String: PlannedValue] = ["rounds": .integer(5)]

  private static func classes(count: Int = 12, slow: Int, fast: Int, used: Double = 1) -> Stage {
    var stage = Stage(leechers: 2 * count, pieces: 4096)
    for number in 1...2 * count {
      stage.change("leecher-\(number)") {
        $0.group = number <= count ? "slow" : "fast"
        $0.upload = LimitPlan(bytesPerSecond: number <= count ? 64 << 10 : 256 << 10)
      }
    }
    for number in 1...2 * count {
      let name = "leecher-\(number)"
      let connection = stage.connect(name, "seed", at: 0)
      let up = Double(number <= count ? 64 : 256) * used * (1 + Double(number) / 200)
      let down = Double(number <= count ? slow : fast) * (1 + Double(number * 7 % 25) / 400)
      for second in stride(from: 1, through: 100, by: 5) {
        stage.say(name, connection, .piece, 0, 0, Int(up * 5 * 1024), at: Double(second))
        stage.say("seed", connection, .piece, 0, 0, Int(down * 5 * 1024), at: Double(second))
      }
    }
    stage.recordOrdinaryRun(end: 100)
    return stage
  }

  @Test func whoGivesMoreGetsMore() throws {
    let verdict = try #require(Self.classes(slow: 100, fast: 200).verdict("fairness", Self.soon))
    #expect(verdict.status == .pass, "\(verdict.observed) \(verdict.reason ?? "")")
  }

  @Test func whoGivesMoreAndGetsLessIsTreatedUnfairly() throws {
    let verdict = try #require(Self.classes(slow: 200, fast: 100).verdict("fairness", Self.soon))
    #expect(verdict.status == .fail, "\(verdict.observed) \(verdict.reason ?? "")")
    #expect(verdict.evidence.count == 4)
  }

  @Test func wherePeersAreAlikeFairnessIsNoQuestion() throws {
    var stage = Self.classes(slow: 100, fast: 200)
    for number in 1...24 { stage.change("leecher-\(number)") { $0.upload = LimitPlan(bytesPerSecond: 64 << 10) } }
    #expect(stage.verdict("fairness", Self.soon)?.status == .undecided)
    #expect(Self.classes(count: 3, slow: 100, fast: 200).verdict("fairness", Self.soon)?.status == .undecided)
  }

  @Test func aSwarmThatWasShortSaysNothing() throws {
    let verdict = try #require(Self.classes(slow: 200, fast: 100).verdict("fairness"))
    #expect(verdict.status == .undecided && verdict.reason?.contains("to sort its peers") == true)
  }

  @Test func whereUplinksLieIdleSomethingElseDecides() throws {
    let verdict = try #require(Self.classes(slow: 200, fast: 100, used: 0.3).verdict("fairness", Self.soon))
    #expect(verdict.status == .undecided && verdict.reason?.contains("did not decide") == true)
  }

  @Test func evennessIsJudgedWhereItIsAskedFor() throws {
    let verdicts = Self.classes(slow: 100, fast: 200).judge("fairness", ["evenWithinClass": .number(0.9)])
    #expect(verdicts.filter { $0.scope == .peer }.map(\.status) == [.pass, .pass])
    let strict = Self.classes(slow: 100, fast: 200).judge("fairness", ["evenWithinClass": .number(0.9999)])
    #expect(strict.filter { $0.scope == .peer }.map(\.status) == [.fail, .fail])
  }

  /// Two that send each of the others twice what they get of it; who sends whom how much differs.
  @Test func proportionIsOfSharesOfAnUplinkNotOfBytes() throws {
    var stage = Stage(leechers: 4, pieces: 4096)
    for (first, second, blocks) in [(1, 3, 10), (1, 4, 30), (2, 3, 50), (2, 4, 20)] {
      let (fast, slow) = ("leecher-\(first)", "leecher-\(second)")
      let connection = stage.connect(fast, slow, at: 0)
      stage.say(fast, connection, .piece, 0, 0, 2 * blocks << 14, at: 2)
      stage.say(slow, connection, .piece, 0, 0, blocks << 14, at: 3)
    }
    stage.recordOrdinaryRun(end: 100)
    #expect(Metrics(stage.scene).fairness.proportion?.description == "1.000000")
  }

  /// What FairTorrent claims of deficits, it claims of every moment.
  @Test func theDeficitIsTheLargestOfTheRunNotWhatIsLeftOfIt() {
    var stage = Stage(leechers: 2, pieces: 64)
    let connection = stage.connect("leecher-1", "leecher-2", at: 0)
    stage.say("leecher-1", connection, .piece, 0, 0, 10 << 14, at: 10)
    stage.say("leecher-2", connection, .piece, 1, 0, 9 << 14, at: 50)
    stage.recordOrdinaryRun(end: 100)
    #expect(Metrics(stage.scene).fairness.leechers.map(\.deficit) == [10, 10])
  }

  @Test func figuresOfAnHonestRun() throws {
    let fairness = Metrics(Stage.honest().scene).fairness
    #expect(fairness.leechers.map(\.sentRate) == [0, 0] && fairness.reciprocity == nil)
    let seed = try #require(fairness.seeds.first)
    #expect(seed.leechers == 2 && seed.evenness?.description == "1.000000")
    #expect(seed.served == 2 * 9_700_000_000)
    let first = try #require(fairness.leechers.first)
    // Interested at 0.4 s, unchoked at 0.5 s, the first block at 1.005 s.
    #expect(first.firstInterested == 400_000_000)
    #expect(first.firstUnchoke == 100_000_000 && first.firstPayload == 605_000_000)
    #expect(first.deficit == 0 && first.interested?.description == "0.000000")
    // Gave nothing, and got nothing of leechers either.
    #expect(first.freeRide == 0)
    let samples = fairness.availability.samples
    #expect(samples.count == 11 && samples.first?.least == 1 && samples.last?.least == 3)
    #expect(samples.last?.mean?.description == "3.000000" && samples.last?.peers == 3)
    // The last piece comes to the first leecher 7.76 s after zero.
    #expect(fairness.availability.absent == 0 && fairness.availability.scarce == 7_760_000_000)
  }
}
