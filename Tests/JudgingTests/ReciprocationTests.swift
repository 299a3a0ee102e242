import Judging
import Planning
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct ReciprocationTests {
  /// One regular and one optimistic slot. Every 30 s the next leecher is unchoked optimistically, answers, and from then on
  /// sends much, while the one before stops: it gets the regular slot after its tenure, or is choked.
  private func stage(keeps: Set<Int>, answers: Bool = true) -> Stage {
    var choker = ChokerStage(profile: .titForTat(slots: 1))
    var regular = 2
    choker.send(2, blocks: 10, until: 32)
    choker.unchoke([2], at: 13)
    for number in 3...9 {
      let at = 33 + 30 * Double(number - 3)
      choker.unchoke([regular, number], at: at)
      guard answers else { continue }
      choker.stage.say("leecher-\(number)", choker.connection(number), .unchoke, at: at + 0.5)
      choker.send(number, blocks: 10, from: at + 1, until: at + 29)
      if keeps.contains(number) { regular = number }
    }
    choker.unchoke([regular], at: 243)
    choker.end(250)
    return choker.stage
  }

  @Test func whoEarnsASlotGetsIt() throws {
    let stage = stage(keeps: Set(3...9))
    let verdicts = stage.judge("reciprocation")
    let one = try #require(verdicts.first { $0.subjects == ["leecher-1"] })
    #expect(one.status == .pass)
    #expect(one.effect?.value == Fixed(millionths: 1_000_000))
    // The first that went all the way: unchoke, answer, rate, slot.
    #expect(one.evidence.count == 4)
    #expect(one.evidence.map { $0.frame == nil } == [false, false, true, true])
    #expect(one.evidence.first?.peers == ["leecher-1", "leecher-3"])
    #expect(verdicts.first { $0.subjects == [] }?.status == .pass)
    let figures = Metrics(stage.scene).swarm.reciprocation
    #expect(figures.reciprocated >= 5 && figures.refused == 0)
    // Earned at the first round after the grant, as the next one confirmed. The fitted grid is the middle of the messages.
    #expect(figures.medianTime.map { abs($0 - 10_000_000_000) < 100_000_000 } == true)
  }

  @Test func whoEarnsNoneIsNotCounted() {
    let verdicts = stage(keeps: [], answers: false).judge("reciprocation")
    #expect(verdicts.map(\.status) == [.undecided])
  }

  @Test func whoIsRefusedIsNamed() throws {
    let verdict = try #require(stage(keeps: [3, 5, 7]).verdict("reciprocation", of: "leecher-1"))
    #expect(verdict.status == .fail)
    #expect(verdict.evidence.last?.text.contains("which had earned a regular slot") == true)
    #expect(verdict.evidence.last?.frame != nil)
  }
}
