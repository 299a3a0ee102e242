import Dissection
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct CompletionTests {
  @Test func anHonestRunCompletesAtItsLastHave() throws {
    let stage = Stage.honest()
    let verdicts = stage.judge("completion")
    #expect(verdicts.map(\.subjects) == [["leecher-1"], ["leecher-2"]])
    #expect(verdicts.allSatisfy { $0.status == .pass })
    let last = try #require(
      stage.trace.messages.first { $0.kind == .have && $0.piece == 3 && $0.connection == 0 })
    #expect(verdicts.first?.frames == [Int(last.frame)])
    #expect(verdicts.first?.evidence.first?.t == .seconds(1 + 9 * 3 / 4 + 0.01))
  }

  @Test func aPeerThatStopsShortFails() throws {
    var stage = Stage.honest()
    stage.trace.messages.removeAll { $0.kind == .have && $0.piece == 2 && $0.from == 0 && $0.connection != 1 }
    stage.trace.messages.removeAll { $0.kind == .have && $0.piece == 2 && $0.connection == 2 && $0.from == 1 }
    let verdict = try #require(stage.verdict("completion", of: "leecher-1"))
    #expect(verdict.status == .fail)
    #expect(verdict.observed == "not complete: 3 of 4 pieces seen")
    #expect(stage.verdict("completion", of: "leecher-2")?.status == .pass)
  }

  @Test func nothingLeftAtTheTrackerIsCompletionToo() throws {
    var (stage, _) = Stage.pair()
    stage.trace.announces.append(
      TracedAnnounce(
        time: Stage.realtime(7), frame: 99, connection: 5, source: stage.plan.peers[1].address,
        infoHash: Stage.infoHash, peerID: [UInt8](repeating: 9, count: 20), port: 7000, uploaded: 0, downloaded: 0,
        left: 0, event: "completed"))
    stage.recordOrdinaryRun()
    let verdict = try #require(stage.verdict("completion", of: "leecher-1"))
    #expect(verdict.status == .pass)
    #expect(verdict.frames == [99])
  }

  @Test func whoIsCompleteAndHasPutItsFileElsewhereFailsIntegrity() throws {
    var stage = Stage.honest()
    #expect(stage.verdict("integrity", of: "leecher-1")?.status == .pass)
    stage.note(20, .file(peer: "leecher-1", sizeBytes: 0, sha256: ""))
    let verdict = try #require(stage.verdict("integrity", of: "leecher-1"))
    #expect(verdict.status == .fail && verdict.observed == "no file at peers/leecher-1/data/payload")
    #expect(stage.verdict("integrity", of: "leecher-2")?.status == .pass)
  }

  @Test func completionAfterTheDeadlineFails() {
    let stage = Stage.honest()
    let verdicts = stage.judge("completion", ["within": .integer(8_000_000_000)])
    #expect(verdicts.map(\.status) == [.pass, .fail])
  }

  @Test func anUnorderedDeathFailsWhoeverItWas() throws {
    var stage = Stage.honest()
    stage.note(5, .exited(process: "seed", code: nil, signal: 9, ordered: false))
    let verdict = try #require(stage.verdict("completion", of: "seed"))
    #expect(verdict.status == .fail)
    #expect(verdict.observed == "seed died of signal 9 at 5 s; its log is in peers/seed")
  }

  @Test func anOrderedDeathIsNoFault() {
    var stage = Stage.honest()
    stage.note(19, .exited(process: "seed", code: nil, signal: 15, ordered: true))
    #expect(stage.judge("completion").allSatisfy { $0.status == .pass })
  }

  @Test func aGapLeavesTheIncompleteUndecidedAndTheCompletePassed() {
    var stage = Stage.honest()
    stage.trace.messages.removeAll { $0.kind == .have && $0.piece == 2 }
    stage.note(20, .capture(frames: 10, bytes: 0, dropped: 3, cutShort: false))
    #expect(stage.verdict("completion", of: "leecher-1")?.reason == "the capture dropped 3 frames")
    var whole = Stage.honest()
    whole.note(20, .capture(frames: 10, bytes: 0, dropped: 3, cutShort: false))
    #expect(whole.judge("completion").allSatisfy { $0.status == .pass })
  }

  @Test func anInterruptedRunIsUndecided() {
    var stage = Stage.honest()
    stage.trace.messages.removeAll { $0.kind == .have }
    stage.note(6, .ended(reason: "interrupted"))
    #expect(stage.verdict("completion", of: "leecher-1")?.reason == "the run was interrupted at 6 s")
  }

  @Test func whereNobodyShouldCompleteAnInterruptedRunShowsNothing() {
    let expecting: [String: PlannedValue] = ["expect": .text("none")]
    func status(_ reason: String) -> Verdict.Status? {
      var stage = Stage.honest()
      stage.trace.messages.removeAll { $0.kind == .have }
      stage.note(1, .ended(reason: reason))
      return stage.verdict("completion", expecting)?.status
    }
    #expect(status("deadline") == .pass)
    #expect(status("interrupted") == .undecided)
  }

  @Test func whatAHardLimitOfRealTimeCutOffIsUndecided() {
    var stage = Stage.honest()
    stage.trace.messages.removeAll { $0.kind == .have }
    stage.note(6, .ended(reason: "timedOut"))
    let reason = stage.verdict("completion", of: "leecher-1")?.reason
    #expect(reason == "the run reached its hard limit of real time at 6 s")
    #expect(stage.verdict("completion", of: "leecher-1")?.status == .undecided)
  }

  @Test func whatTheRunsOwnDeadlineCutOffFails() {
    var stage = Stage.honest()
    stage.trace.messages.removeAll { $0.kind == .have }
    stage.note(20, .ended(reason: "deadline"))
    #expect(stage.verdict("completion", of: "leecher-1")?.status == .fail)
  }

  /// A seed that dropped the first of three requests without a word, as libtorrent does where a queue is full.
  private static func stalled(choking: Bool = false, at last: Double = 4) -> Stage {
    var (stage, connection) = Stage.pair(fast: false)
    for index in 0..<3 { stage.say("leecher-1", connection, .request, index, 0, Stage.block, at: 2) }
    for index in 1..<3 { stage.say("seed", connection, .piece, index, 0, Stage.block, at: last) }
    if choking { stage.say("seed", connection, .choke, at: 5) }
    stage.recordOrdinaryRun(end: 20, reason: "deadline")
    return stage
  }

  @Test func aPeerThatIsLeftWaitingIsSaidToBe() throws {
    let verdict = try #require(Self.stalled().verdict("completion", of: "leecher-1"))
    #expect(verdict.status == .fail)
    #expect(
      verdict.observed.hasSuffix(
        "; stalled: seed keeps it unchoked, has left 1 request unanswered, and has sent it nothing for 16 s"))
    let evidence = try #require(verdict.evidence.last)
    #expect(evidence.t == .seconds(2) && evidence.frame != nil)
    #expect(evidence.text.contains("though it answered 2 later requests"), "\(evidence.text)")
  }

  @Test func whoIsChokedOrWasServedALittleAgoIsOwedNothing() {
    for stage in [Self.stalled(choking: true), Self.stalled(at: 15)] {
      #expect(stage.verdict("completion", of: "leecher-1")?.observed.contains("stalled") == false)
    }
  }

  @Test func withoutARecordItIsUndecided() {
    var stage = Stage.honest()
    stage.events = []
    #expect(stage.judge("completion").map(\.reason) == ["no record beside the capture"])
  }
}

@Suite struct IntegrityTests {
  @Test func equalHashesPass() {
    let verdicts = Stage.honest().judge("integrity")
    #expect(verdicts.count == 3)
    #expect(verdicts.allSatisfy { $0.status == .pass })
  }

  @Test func anotherHashFails() throws {
    var stage = Stage.honest()
    let wrong = String(repeating: "cd", count: 32)
    stage.note(20, .file(peer: "leecher-2", sizeBytes: stage.plan.payload.sizeBytes, sha256: wrong))
    let verdict = try #require(stage.verdict("integrity", of: "leecher-2"))
    #expect(verdict.status == .fail)
    #expect(verdict.observed.hasSuffix(wrong))
    #expect(verdict.frames.count == 1)
    #expect(stage.verdict("integrity", of: "leecher-1")?.status == .pass)
  }

  @Test func aMissingHashIsUndecided() {
    var stage = Stage.honest()
    stage.events.removeAll { entry in
      if case .file(let peer, _, _) = entry.event { peer == "leecher-1" } else { false }
    }
    #expect(stage.verdict("integrity", of: "leecher-1")?.reason == "the record holds no hash of leecher-1's file")
  }

  @Test func aSeedIsJudgedOnlyWhereItsHashIsRecorded() {
    var stage = Stage.honest()
    stage.events.removeAll { entry in
      if case .file(let peer, _, _) = entry.event { peer == "seed" } else { false }
    }
    let verdicts = stage.judge("integrity")
    #expect(verdicts.map(\.subjects) == [["leecher-1"], ["leecher-2"]])
    #expect(verdicts.allSatisfy { $0.status == .pass })
  }

  @Test func theUnfinishedAreNotJudged() {
    var stage = Stage.honest()
    stage.trace.messages.removeAll { $0.kind == .have && $0.piece == 0 }
    #expect(stage.judge("integrity").map(\.subjects) == [["seed"]])
  }

  @Test("Who is held out of the swarm by order when time is up is not blamed", arguments: [true, false])
  func heldOut(isBack: Bool) throws {
    var (stage, connection) = Stage.pair()
    stage.say("leecher-1", connection, .have, 0, at: 5)
    stage.note(30, .fault(id: "1", kind: "leave", peers: ["leecher-1"], isHealing: false))
    if isBack { stage.note(60, .fault(id: "1", kind: "leave", peers: ["leecher-1"], isHealing: true)) }
    stage.recordOrdinaryRun(end: 100, reason: "deadline")
    let verdict = try #require(stage.verdict("completion", of: "leecher-1"))
    #expect(verdict.status == (isBack ? .fail : .undecided), "\(verdict.observed)")
    #expect(verdict.reason == (isBack ? nil : "leave of 30 s holds it out of the swarm until after then"))
  }
}
