import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct RechokeIntervalTests {
  private static func moments(every period: Double, _ count: Int) -> [Double] {
    (0..<count).map { 3 + period * Double($0) }
  }

  @Test func whoKeepsItsGridPasses() {
    var choker = Choker()
    choker.change(at: [3, 13.2, 23, 43.3, 53, 63, 93, 103, 133])
    let verdicts = choker.verdicts()
    #expect(verdicts.map(\.status) == [.pass])
    #expect(verdicts.first?.subjects == [])
    #expect(verdicts.first?.observed.hasPrefix("9 of 9 decisions on the grids of 1 peer; 1 of 1 ") == true)
  }

  @Test(arguments: [8.0, 5, 2, 12, 15]) func anotherPeriodFailsAndIsNamed(period: Double) throws {
    var choker = Choker()
    choker.change(at: Self.moments(every: period, 30))
    let verdict = try #require(choker.verdicts().first { $0.status == .fail })
    #expect(verdict.subjects == [Choker.name])
    let words = "30 of 30 keep a period of \(Int(period)) s"
    #expect(verdict.observed.contains(words), "\(verdict.observed)")
    let first = try #require(verdict.evidence.first)
    #expect(verdict.evidence.count == 5 && first.frame != nil && first.peers.count == 3)
    #expect(first.text.contains("leecher-1 choked leecher-") && first.text.contains("the point at"))
  }

  @Test func twiceThePeriodShowsAsRoundsOfOneKindOnly() throws {
    var choker = Choker()
    choker.change(at: Self.moments(every: 20, 40))
    let verdict = try #require(choker.verdicts().first { $0.status == .fail })
    #expect(verdict.subjects == [Choker.name])
    #expect(verdict.observed.contains("every 20 s"), "\(verdict.observed)")
    #expect(verdict.effect?.value.description == "0.500000")
  }

  @Test func silenceOfTenuresThatOthersWaitForWeighsMore() {
    // Every 40 s, with three that wait and two more: each gap hides a draw that shows with 3 in 4 or more.
    func chance(_ partners: Int) -> Verdict.Status? {
      var choker = Choker(partners: partners)
      choker.change(at: Self.moments(every: 40, 12))
      return choker.verdicts().first { $0.status == .fail }?.status
    }
    #expect(chance(13) == .fail)
    #expect(chance(7) == nil)
  }

  @Test func onlyEveryThirdRoundIsWhatAStableSwarmShows() {
    var choker = Choker()
    choker.change(at: Self.moments(every: 30, 30))
    #expect(choker.verdicts().map(\.status) == [.pass])
  }

  @Test func tenuresOfTwoRoundsMakeEverySecondRoundOrdinary() {
    var choker = Choker()
    choker.stage.change(Choker.name) {
      $0.profile?.period = .seconds(15)
      $0.profile?.tenure = .seconds(30)
    }
    choker.change(at: Self.moments(every: 30, 30))
    #expect(choker.verdicts().allSatisfy { $0.status != .fail })
  }

  @Test func someLateDecisionsAreForgiven() {
    var choker = Choker()
    choker.change(at: Self.moments(every: 10, 40).enumerated().map { $0.offset == 7 ? $0.element + 3 : $0.element })
    #expect(choker.verdicts().map(\.status) == [.pass])
    var later = Choker()
    later.change(at: Self.moments(every: 10, 20).enumerated().map { $0.offset % 6 == 0 ? $0.element + 3 : $0.element })
    let verdict = later.verdicts().first
    #expect(verdict?.status == .undecided)
    #expect(verdict?.reason == "more lie off the grid than may, too few to say so for sure")
  }

  @Test func eventsExplainChangesBetweenThePoints() {
    var choker = Choker()
    choker.change(at: Self.moments(every: 10, 12))
    for (place, moment) in stride(from: 6.0, to: 106, by: 10).enumerated() {
      // A holder loses interest and its slot, which goes to another at once; then it wants something again.
      let (holder, other) = (choker.served[0], (choker.served[0] + 5 + place % 3) % 8)
      guard !choker.served.contains(other) else { continue }
      choker.stage.say("leecher-\(holder + 2)", choker.connections[holder], .notInterested, at: moment)
      choker.stage.say(Choker.name, choker.connections[holder], .choke, at: moment + 0.05)
      choker.stage.say(Choker.name, choker.connections[other], .unchoke, at: moment + 0.06)
      choker.stage.say("leecher-\(holder + 2)", choker.connections[holder], .interested, at: moment + 1)
      choker.stage.say(Choker.name, choker.connections[other], .choke, at: moment + 7)
      choker.stage.say(Choker.name, choker.connections[holder], .unchoke, at: moment + 7.01)
    }
    #expect(choker.verdicts().map(\.status) == [.pass])
  }

  @Test func withDroppedFramesWhatExplainsAChangeMayBeMissing() {
    var choker = Choker()
    choker.change(at: Self.moments(every: 8, 30))
    choker.stage.recordOrdinaryRun()
    choker.stage.note(100, .capture(frames: 1, bytes: 0, dropped: 1, cutShort: false))
    let verdict = choker.stage.judge("rechoke-interval").first { $0.subjects == [Choker.name] }
    #expect(verdict?.status == .undecided)
    #expect(verdict?.reason == "what explains a change may be among the frames that the capture dropped")
  }

  @Test func fewDecisionsAreUndecidedAndSayHowManyAreNeeded() {
    var choker = Choker()
    choker.change(at: [3, 13, 23])
    let verdict = choker.verdicts().first
    #expect(verdict?.status == .undecided)
    #expect(verdict?.power == .init(n: 3, needed: 8))
    var none = Choker()
    #expect(none.verdicts().first?.reason == "nothing that only a round explains was seen")
  }

  @Test func everySecondRoundOfFewIsNotYetAPass() {
    var choker = Choker()
    choker.change(at: Self.moments(every: 20, 10))
    #expect(
      choker.verdicts().first?.reason == "a period of a multiple of the declared one is not ruled out")
  }

  @Test func withoutProfilesItIsUndecided() {
    var choker = Choker()
    for index in choker.stage.plan.peers.indices { choker.stage.plan.peers[index].profile = nil }
    #expect(choker.verdicts().first?.reason == "no profile says what period the peers have")
  }
}
