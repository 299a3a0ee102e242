import Judging
import Planning
import Recording
import Staging
import Testing
import Wire

/// Leechers that want the first pieces only, of whom the seed is taken away: what nobody wants may be lost.
@Suite struct PartialSurvivorTests {
  /// A seed of four pieces that is killed at 20 s. Each leecher wants so many pieces, and says that it has some before that,
  /// and some after.
  private static func orphaned(_ leechers: [(wants: Int?, before: [Int], after: [Int])]) -> Stage {
    var stage = Stage(leechers: leechers.count, pieces: 4)
    for (place, leecher) in leechers.enumerated() {
      let name = "leecher-\(place + 1)"
      stage.change(name) { $0.wantedPieces = leecher.wants }
      let connection = stage.connect(name, "seed")
      for piece in leecher.before { stage.say(name, connection, .have, piece, at: 2 + Double(4 * place + piece)) }
    }
    // The seed is gone: they tell each other.
    for (place, leecher) in leechers.enumerated() {
      let name = "leecher-\(place + 1)"
      let connection = stage.connect(name, place == 0 ? "leecher-2" : "leecher-1", at: 25)
      for piece in leecher.after { stage.say(name, connection, .have, piece, at: 30 + Double(4 * place + piece)) }
    }
    stage.note(20, .fault(id: "1", kind: "kill", peers: ["seed"], isHealing: false))
    stage.recordOrdinaryRun(end: 100, reason: "deadline")
    return stage
  }

  @Test func aPartThatAllWantMustBeLeftAndNoMore() throws {
    let stage = Self.orphaned([(2, [0, 1], []), (2, [0], [1]), (2, [], [0, 1])])
    for check in ["survives-seed-loss", "churn-resilience"] {
      let verdict = try #require(stage.judge(check).first)
      #expect(verdict.status == .pass, "\(check): \(verdict.reason ?? verdict.observed)")
      #expect(verdict.observed.hasPrefix("3 of 3 who stayed are complete"))
    }
  }

  @Test func whoStopsShortOfItsPartIsNamed() throws {
    let stage = Self.orphaned([(2, [0, 1], []), (2, [0], [])])
    for check in ["survives-seed-loss", "churn-resilience"] {
      let verdict = try #require(stage.judge(check).first)
      #expect(verdict.status == .fail && verdict.subjects == ["leecher-2"], "\(check): \(verdict.observed)")
      #expect(
        verdict.evidence.last?.text
          == "leecher-2 holds 1 of 2 pieces, and no more after this; it lacks 1 piece: 1 (leecher-1 has it); "
          + "from 3 s on somebody within reach had each of them")
    }
  }

  @Test func whatOneOfThemWantsMustBeLeft() throws {
    let stage = Self.orphaned([(nil, [0, 1], []), (2, [0, 1], [])])
    let loss = try #require(stage.judge("survives-seed-loss").first)
    #expect(loss.status == .undecided && loss.reason?.contains("held 2 of 4 pieces") == true, "\(loss)")
    let churn = try #require(stage.judge("churn-resilience").first)
    #expect(churn.status == .undecided && churn.subjects == ["leecher-1"])
    #expect(churn.reason == "the peers that were left hold 2 of 4 pieces between them")
  }

  /// Piece 3 is lost, which only the first wants; what the second lacks is there.
  @Test func whoCouldHaveCompletedFailsBesideOneWhoCouldNot() throws {
    let stage = Self.orphaned([(nil, [0, 1, 2], []), (2, [0], [])])
    let verdict = try #require(stage.judge("churn-resilience").first)
    #expect(verdict.status == .fail && verdict.subjects == ["leecher-2"], "\(verdict.observed)")
  }
}
