import Dissection
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct UploadSlotsTests {
  /// Eight leechers interested in the seed from 0.6 s on; the first `unchoked` are unchoked at 1 s.
  private func audience(unchoked: Int) -> (stage: Stage, connections: [Int], frames: [Int]) {
    var stage = Stage(leechers: 8)
    var connections: [Int] = []
    for leecher in 1...8 {
      connections.append(stage.connect("leecher-\(leecher)", "seed"))
      stage.open(seed: "seed", leecher: "leecher-\(leecher)", connections[leecher - 1], at: 0.5)
    }
    let frames = (0..<unchoked).map { stage.say("seed", connections[$0], .unchoke, at: 1) }
    return (stage, connections, frames)
  }

  @Test func asManyAsDeclaredPass() throws {
    var (stage, _, _) = audience(unchoked: 5)
    stage.recordOrdinaryRun()
    let verdict = try #require(stage.verdict("upload-slots", of: "seed"))
    #expect(verdict.status == .pass)
    #expect(verdict.observed == "at most 5 at once, 5 unchoke intervals")
  }

  @Test func oneTooManyFailsAtTheFrameThatMadeItSo() throws {
    var (stage, _, frames) = audience(unchoked: 6)
    stage.recordOrdinaryRun()
    let verdict = try #require(stage.verdict("upload-slots", of: "seed"))
    #expect(verdict.status == .fail)
    #expect(verdict.frames == [frames[5]])
    #expect(verdict.evidence.first?.t == .seconds(1))
    #expect(verdict.evidence.first?.peers.count == 7)
  }

  @Test func anExcessWithinTheGraceIsNone() {
    var (stage, connections, _) = audience(unchoked: 6)
    stage.say("seed", connections[0], .choke, at: 1.9)
    stage.recordOrdinaryRun()
    #expect(stage.verdict("upload-slots", of: "seed")?.status == .pass)
    #expect(stage.verdict("upload-slots", of: "seed", ["grace": .integer(500_000_000)])?.status == .fail)
  }

  @Test func howLateTheMachineWasIsAddedToTheGrace() {
    var (stage, connections, _) = audience(unchoked: 6)
    stage.say("seed", connections[0], .choke, at: 2.3)
    stage.recordOrdinaryRun()
    #expect(stage.verdict("upload-slots", of: "seed")?.status == .fail)
    let late = RecordEvent.heartbeat(worstLatenessNanoseconds: 200_000_000, processorPressurePerMille: nil)
    stage.events.insert(RecordEntry(at: .seconds(5), event: late), at: 3)
    #expect(stage.verdict("upload-slots", of: "seed")?.status == .pass)
  }

  @Test func howLongAProcessWaitedForItsTurnIsAddedToTheGrace() {
    var (stage, connections, _) = audience(unchoked: 6)
    stage.say("seed", connections[0], .choke, at: 2.3)
    stage.recordOrdinaryRun()
    func wait(_ nanoseconds: Int64) -> Verdict.Status? {
      let pulse = RecordEvent.heartbeat(
        worstLatenessNanoseconds: 0, processorPressurePerMille: nil, longestWaitNanoseconds: nanoseconds)
      var waited = stage
      waited.events.insert(RecordEntry(at: .seconds(5), event: pulse), at: 3)
      return waited.verdict("upload-slots", of: "seed")?.status
    }
    #expect(wait(100_000_000) == .fail)
    #expect(wait(200_000_000) == .pass)
  }

  /// More than once is too much for any verdict; once it befalls a quiet machine, and a choke comes as late as it was long.
  @Test func aSingleWaitIsAllowedForHoweverLongItWas() {
    var (stage, connections, _) = audience(unchoked: 6)
    stage.say("seed", connections[0], .choke, at: 11)
    stage.recordOrdinaryRun()
    func wait(_ seconds: Int64) -> Verdict.Status? {
      let pulse = RecordEvent.heartbeat(
        worstLatenessNanoseconds: 0, processorPressurePerMille: nil, longestWaitNanoseconds: seconds * 1_000_000_000)
      var waited = stage
      waited.events.insert(RecordEntry(at: .seconds(5), event: pulse), at: 3)
      return waited.verdict("upload-slots", of: "seed")?.status
    }
    #expect(wait(4) == .fail)
    #expect(wait(6) == .pass)
  }

  @Test func withDroppedFramesAnExcessIsUndecided() {
    var (stage, _, _) = audience(unchoked: 6)
    stage.recordOrdinaryRun()
    stage.note(100, .capture(frames: 1, bytes: 0, dropped: 1, cutShort: false))
    #expect(
      stage.verdict("upload-slots", of: "seed")?.reason == "a choke may be among the frames that the capture dropped")
  }

  @Test func theUninterestedHoldNoSlot() {
    var (stage, connections, _) = audience(unchoked: 6)
    stage.say("leecher-1", connections[0], .notInterested, at: 1.5)
    stage.recordOrdinaryRun()
    #expect(stage.verdict("upload-slots", of: "seed")?.status == .pass)
  }

  @Test func theGoneHoldNoSlot() {
    var (stage, connections, _) = audience(unchoked: 6)
    stage.close(connections[2], at: 1.5)
    stage.recordOrdinaryRun()
    #expect(stage.verdict("upload-slots", of: "seed")?.status == .pass)
    var (other, _, _) = audience(unchoked: 6)
    other.note(1.5, .exited(process: "leecher-3", code: 0, signal: nil, ordered: true))
    other.recordOrdinaryRun()
    #expect(other.verdict("upload-slots", of: "seed")?.status == .pass)
  }

  @Test func twoConnectionsOfOnePairAreOnePeer() {
    var (stage, _, _) = audience(unchoked: 5)
    let second = stage.connect("leecher-1", "seed", at: 2)
    stage.open(seed: "seed", leecher: "leecher-1", second, at: 2)
    stage.say("seed", second, .unchoke, at: 2.5)
    stage.recordOrdinaryRun()
    #expect(stage.verdict("upload-slots", of: "seed")?.status == .pass)
  }

  /// Six connections hold a send buffer's worth each, and share the rate: 1 s at 768 KiB/s, half a second at twice that.
  @Test func aKernelLimitAddsTheTimeInWhichAllSendBuffersDrain() {
    var (stage, connections, _) = audience(unchoked: 6)
    stage.say("seed", connections[0], .choke, at: 2.9)
    stage.recordOrdinaryRun()
    #expect(stage.verdict("upload-slots", of: "seed")?.status == .fail)
    stage.change("seed") {
      $0.limitedBy = .kernel
      $0.upload = LimitPlan(bytesPerSecond: 786_432)
    }
    #expect(stage.verdict("upload-slots", of: "seed")?.status == .pass)
    stage.change("seed") { $0.upload = LimitPlan(bytesPerSecond: 1_572_864) }
    #expect(stage.verdict("upload-slots", of: "seed")?.status == .fail)
  }

  /// All six were unchoked while they wanted nothing, and the next round is 10 s away.
  @Test func whoUnchokesTheUninterestedHasUntilTheNextRound() {
    var (stage, connections, _) = audience(unchoked: 6)
    stage.say("seed", connections[0], .choke, at: 11.9)
    stage.change("seed") { $0.profile?.unchokesUninterested = true }
    stage.recordOrdinaryRun()
    #expect(stage.verdict("upload-slots", of: "seed")?.status == .pass)
    stage.change("seed") { $0.profile?.period = .seconds(9) }
    #expect(stage.verdict("upload-slots", of: "seed")?.status == .fail)
  }

  @Test func unknownStateLeavesItUndecidedOnlyWhereItMatters() throws {
    var (stage, connections, _) = audience(unchoked: 5)
    stage.hole("seed", connections[6], from: 3, to: 3.1, loses: .state)
    stage.recordOrdinaryRun()
    // So large a hole withholds the pass in any case; the check itself says why only where it matters.
    #expect(
      stage.verdict("upload-slots", of: "seed")?.reason
        == "choke or interest is unknown for a time in which 6 may have been unchoked")
    let reason = try #require(stage.verdict("upload-slots", of: "leecher-1")?.reason)
    #expect(reason.hasSuffix("of the bytes between peers are missing from the capture, more than 1 %"))
  }

  @Test func aNextMessageMakesStateKnownAgain() {
    var (stage, connections, _) = audience(unchoked: 6)
    stage.hole("seed", connections[0], from: 1.2, to: 1.3, loses: .state)
    stage.recordOrdinaryRun()
    #expect(stage.verdict("upload-slots", of: "seed")?.status == .undecided)
    stage.say("seed", connections[0], .unchoke, at: 6)
    #expect(stage.verdict("upload-slots", of: "seed")?.status == .fail)
  }

  @Test func atCompletionTheLargerOfTheTwoLimitsHoldsForARound() {
    func verdict(chokedAt seconds: Double) -> Verdict.Status? {
      var stage = Stage(leechers: 8)
      stage.change("leecher-1") { $0.profile?.seedSlots = 2 }
      var connections: [Int] = []
      for leecher in 2...6 {
        let connection = stage.connect("leecher-\(leecher)", "leecher-1")
        stage.say("leecher-1", connection, .haveNone, at: 0.5)
        stage.say("leecher-\(leecher)", connection, .haveNone, at: 0.5)
        stage.say("leecher-\(leecher)", connection, .interested, at: 0.6)
        stage.say("leecher-1", connection, .unchoke, at: 1)
        connections.append(connection)
      }
      for piece in 0..<4 { stage.say("leecher-1", connections[0], .have, piece, at: 20) }
      for connection in connections.prefix(3) { stage.say("leecher-1", connection, .choke, at: seconds) }
      stage.recordOrdinaryRun()
      return stage.verdict("upload-slots", of: "leecher-1")?.status
    }
    #expect(verdict(chokedAt: 30.5) == .pass)
    #expect(verdict(chokedAt: 40) == .fail)
  }

  @Test func withoutAProfileAPeerIsUndecided() {
    var (stage, _, _) = audience(unchoked: 8)
    stage.change("seed") { $0.profile = nil }
    stage.recordOrdinaryRun()
    #expect(stage.verdict("upload-slots", of: "seed")?.reason == "no profile says how many slots seed has")
  }
}
