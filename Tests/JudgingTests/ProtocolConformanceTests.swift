import Dissection
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct ProtocolConformanceTests {
  private static let block = Stage.block

  /// The verdict on one peer once the stage's record is complete.
  private func judge(_ stage: Stage, _ peer: String) throws -> Verdict {
    var stage = stage
    stage.recordOrdinaryRun()
    return try #require(stage.verdict("protocol-conformance", of: peer))
  }

  private func expect(
    _ stage: Stage, _ peer: String, breaks rule: String, at frames: [Int],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let verdict = try judge(stage, peer)
    #expect(verdict.status == .fail, sourceLocation: sourceLocation)
    #expect(verdict.observed == "broken rules: \(rule): \(frames.count)", sourceLocation: sourceLocation)
    #expect(verdict.frames == frames, sourceLocation: sourceLocation)
    var others = stage
    others.recordOrdinaryRun()
    for other in others.judge("protocol-conformance") where other.subjects != [peer] {
      #expect(other.status == .pass, "\(other.subjects): \(other.observed)", sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [true, false]) func anHonestRunPasses(fast: Bool) {
    let verdicts = Stage.honest(fast: fast).judge("protocol-conformance")
    #expect(verdicts.map(\.subjects) == [["leecher-1"], ["leecher-2"], ["seed"]])
    #expect(verdicts.map(\.status) == [.pass, .pass, .pass], "\(verdicts.map(\.observed))")
  }

  // MARK: Bitfield first

  @Test func aBitfieldAfterAnotherMessageFails() throws {
    var stage = Stage(leechers: 1, pieces: 12)
    let connection = stage.connect("leecher-1", "seed", fast: false)
    stage.say("seed", connection, .unchoke, at: 0.4)
    let late = stage.say("seed", connection, .bitfield, at: 0.5, bitfield: [0xFF, 0xF0])
    try expect(stage, "seed", breaks: "bitfield first", at: [late])
  }

  @Test func anExtendedMessageMayComeBeforeTheBitfield() throws {
    var stage = Stage(leechers: 1, pieces: 12)
    let connection = stage.connect("leecher-1", "seed", fast: false)
    stage.say("seed", connection, .extended, at: 0.4)
    stage.say("seed", connection, .bitfield, at: 0.5, bitfield: [0xFF, 0xF0])
    #expect(try judge(stage, "seed").status == .pass)
  }

  @Test func aFastPeerThatOpensWithoutBitfieldFails() throws {
    var stage = Stage(leechers: 1, pieces: 12)
    let connection = stage.connect("leecher-1", "seed")
    stage.say("seed", connection, .haveAll, at: 0.5)
    let first = stage.say("leecher-1", connection, .interested, at: 0.6)
    try expect(stage, "leecher-1", breaks: "bitfield first", at: [first])
  }

  // MARK: Lengths and ranges

  @Test func aWrongLengthPrefixFails() throws {
    var (stage, connection) = Stage.pair()
    let frame = stage.say("leecher-1", connection, .have, 3, at: 2, prefix: 6)
    try expect(stage, "leecher-1", breaks: "lengths", at: [frame])
  }

  @Test func aBitfieldOfWrongLengthFails() throws {
    var stage = Stage(leechers: 1, pieces: 12)
    let connection = stage.connect("leecher-1", "seed", fast: false)
    let frame = stage.say("seed", connection, .bitfield, at: 0.5, bitfield: [0xFF])
    try expect(stage, "seed", breaks: "lengths", at: [frame])
  }

  @Test func spareBitsFail() throws {
    var stage = Stage(leechers: 1, pieces: 12)
    let connection = stage.connect("leecher-1", "seed", fast: false)
    let frame = stage.say("seed", connection, .bitfield, at: 0.5, bitfield: [0xFF, 0xF1])
    try expect(stage, "seed", breaks: "lengths", at: [frame])
  }

  @Test(arguments: [
    (MessageID.have, 12, -1, -1), (.request, 12, 0, 16384), (.request, 3, 16384, 16385), (.request, 3, 0, 0),
  ])
  func whatDoesNotExistFails(kind: MessageID, piece: Int, begin: Int, length: Int) throws {
    var (stage, connection) = Stage.pair()
    let frame = stage.say("leecher-1", connection, kind, piece, begin, length, at: 2)
    try expect(stage, "leecher-1", breaks: "ranges", at: [frame])
  }

  // MARK: Fast extension

  @Test func aFastMessageWithoutNegotiationFails() throws {
    var (stage, connection) = Stage.pair(fast: false)
    let frame = stage.say("seed", connection, .suggest, 3, at: 2)
    try expect(stage, "seed", breaks: "fast extension", at: [frame])
  }

  // MARK: Requests

  @Test func aRequestBeforeAnyUnchokeFails() throws {
    var (stage, connection) = Stage.pair(unchoked: false)
    let frame = stage.say("leecher-1", connection, .request, 0, 0, Self.block, at: 1.5)
    stage.say("seed", connection, .reject, 0, 0, Self.block, at: 1.6)
    try expect(stage, "leecher-1", breaks: "request while choked", at: [frame])
  }

  @Test func aRequestAfterTheGraceFailsAndOneWithinItDoesNot() throws {
    var (stage, connection) = Stage.pair()
    stage.say("seed", connection, .choke, at: 10)
    stage.say("leecher-1", connection, .request, 0, 0, Self.block, at: 11.9)
    stage.say("seed", connection, .reject, 0, 0, Self.block, at: 12)
    #expect(try judge(stage, "leecher-1").status == .pass)
    let frame = stage.say("leecher-1", connection, .request, 0, 0, Self.block, at: 12.1)
    stage.say("seed", connection, .reject, 0, 0, Self.block, at: 12.2)
    try expect(stage, "leecher-1", breaks: "request while choked", at: [frame])
  }

  /// 3.2 s after the choke: within the grace and the time in which the requester's queue drains, or its own buffer.
  @Test func aRequestMayWaitBehindWhatItsSenderServes() throws {
    var stage = Stage(leechers: 4, pieces: 12)
    let connection = stage.connect("leecher-1", "seed")
    stage.open(seed: "seed", leecher: "leecher-1", connection, at: 0.5)
    stage.say("seed", connection, .unchoke, at: 1)
    for other in 2...4 {
      let served = stage.connect("leecher-\(other)", "leecher-1")
      for name in ["leecher-1", "leecher-\(other)"] { stage.say(name, served, .haveNone, at: 0.5) }
      stage.say("leecher-\(other)", served, .interested, at: 0.6)
      stage.say("leecher-1", served, .unchoke, at: 1)
    }
    stage.say("seed", connection, .choke, at: 10)
    stage.say("leecher-1", connection, .request, 0, 0, Self.block, at: 13.2)
    stage.say("seed", connection, .reject, 0, 0, Self.block, at: 13.3)
    #expect(try judge(stage, "leecher-1").status == .fail)
    var limited = stage
    limited.change("leecher-1") {
      $0.limitedBy = .kernel
      $0.upload = LimitPlan(bytesPerSecond: 262_144)
    }
    #expect(try judge(limited, "leecher-1").status == .pass)
    limited.change("leecher-1") { $0.upload = LimitPlan(bytesPerSecond: 524_288) }
    #expect(try judge(limited, "leecher-1").status == .fail)
    stage.change("leecher-1") { $0.profile?.outputBuffer = .milliseconds(1200) }
    #expect(try judge(stage, "leecher-1").status == .pass)
  }

  @Test func allowedFastPiecesMayBeAskedForWhileChoked() throws {
    var (stage, connection) = Stage.pair(unchoked: false)
    stage.say("seed", connection, .allowedFast, 5, at: 1)
    stage.say("leecher-1", connection, .request, 5, 0, Self.block, at: 2)
    stage.say("seed", connection, .piece, 5, 0, Self.block, at: 3)
    #expect(try judge(stage, "leecher-1").status == .pass)
    #expect(try judge(stage, "seed").status == .pass)
  }

  @Test func aRequestForAPieceThatItSaidItHasFails() throws {
    var (stage, connection) = Stage.pair()
    stage.fetch(2, by: "leecher-1", from: "seed", connection, at: 2)
    stage.say("leecher-1", connection, .have, 2, at: 3)
    let frame = stage.say("leecher-1", connection, .request, 2, 0, Self.block, at: 3.1)
    stage.say("seed", connection, .piece, 2, 0, Self.block, at: 3.2)
    try expect(stage, "leecher-1", breaks: "held piece", at: [frame])
  }

  @Test func aHaveOnAnotherConnectionCountsAfterTheGrace() throws {
    var stage = Stage(leechers: 2, pieces: 12)
    let first = stage.connect("leecher-1", "seed")
    stage.open(seed: "seed", leecher: "leecher-1", first, at: 0.5)
    let second = stage.connect("leecher-1", "leecher-2")
    stage.say("leecher-1", second, .haveNone, at: 0.5)
    stage.say("leecher-2", second, .haveNone, at: 0.5)
    stage.say("seed", first, .unchoke, at: 1)
    stage.fetch(4, by: "leecher-1", from: "seed", first, at: 4)
    stage.say("leecher-1", second, .have, 4, at: 5)
    stage.fetch(4, by: "leecher-1", from: "seed", first, at: 6)
    #expect(try judge(stage, "leecher-1").status == .pass)
    let frame = stage.say("leecher-1", first, .request, 4, 0, Self.block, at: 7.5)
    stage.say("seed", first, .piece, 4, 0, Self.block, at: 7.6)
    try expect(stage, "leecher-1", breaks: "held piece", at: [frame])
  }

  // MARK: Blocks

  @Test func aBlockThatWasNotAskedForFails() throws {
    var (stage, connection) = Stage.pair()
    let frame = stage.say("seed", connection, .piece, 1, 0, Self.block, at: 2)
    try expect(stage, "seed", breaks: "unasked block", at: [frame])
  }

  @Test func aBlockSentTwiceFails() throws {
    var (stage, connection) = Stage.pair()
    stage.fetch(1, by: "leecher-1", from: "seed", connection, at: 2)
    let frame = stage.say("seed", connection, .piece, 1, 0, Self.block, at: 3)
    try expect(stage, "seed", breaks: "unasked block", at: [frame])
  }

  @Test func aBlockAfterItsRejectFails() throws {
    var (stage, connection) = Stage.pair()
    stage.say("leecher-1", connection, .request, 1, 0, Self.block, at: 2)
    stage.say("seed", connection, .reject, 1, 0, Self.block, at: 2.1)
    let frame = stage.say("seed", connection, .piece, 1, 0, Self.block, at: 2.2)
    try expect(stage, "seed", breaks: "unasked block", at: [frame])
  }

  @Test(arguments: [true, false]) func cancelledAndChokedBlocksMayBeInFlight(fast: Bool) throws {
    var (stage, connection) = Stage.pair(fast: fast)
    stage.say("leecher-1", connection, .request, 1, 0, Self.block, at: 2)
    stage.say("leecher-1", connection, .request, 1, Self.block, Self.block, at: 2)
    stage.say("leecher-1", connection, .cancel, 1, 0, Self.block, at: 2.1)
    stage.say("seed", connection, .piece, 1, 0, Self.block, at: 2.2)
    stage.say("seed", connection, .choke, at: 2.3)
    stage.say("seed", connection, .piece, 1, Self.block, Self.block, at: 2.4)
    #expect(try judge(stage, "seed").status == .pass)
  }

  // MARK: Rejects

  @Test func aRequestDroppedByAChokeWithoutRejectFails() throws {
    var (stage, connection) = Stage.pair()
    stage.say("leecher-1", connection, .request, 1, 0, Self.block, at: 2)
    stage.say("leecher-1", connection, .request, 1, Self.block, Self.block, at: 2)
    let choke = stage.say("seed", connection, .choke, at: 10)
    stage.say("seed", connection, .reject, 1, 0, Self.block, at: 10)
    try expect(stage, "seed", breaks: "missing reject", at: [choke])
  }

  @Test func aCancelWithoutRejectOrBlockFails() throws {
    var (stage, connection) = Stage.pair()
    stage.say("leecher-1", connection, .request, 1, 0, Self.block, at: 2)
    let cancel = stage.say("leecher-1", connection, .cancel, 1, 0, Self.block, at: 3)
    try expect(stage, "seed", breaks: "missing reject", at: [cancel])
  }

  @Test func aRequestWhileChokedThatIsIgnoredFails() throws {
    var (stage, connection) = Stage.pair()
    stage.say("seed", connection, .choke, at: 10)
    let request = stage.say("leecher-1", connection, .request, 1, 0, Self.block, at: 11)
    try expect(stage, "seed", breaks: "missing reject", at: [request])
  }

  @Test func aDroppedRequestThatIsAskedAgainStillLacksItsReject() throws {
    var (stage, connection) = Stage.pair()
    stage.say("leecher-1", connection, .request, 1, 0, Self.block, at: 2)
    let choke = stage.say("seed", connection, .choke, at: 10)
    stage.say("seed", connection, .unchoke, at: 20)
    stage.say("leecher-1", connection, .request, 1, 0, Self.block, at: 21)
    stage.say("seed", connection, .piece, 1, 0, Self.block, at: 22)
    try expect(stage, "seed", breaks: "missing reject", at: [choke])
  }

  @Test func whatWasAskedForTwiceMayBeRejectedAndThenCome() throws {
    var (stage, connection) = Stage.pair()
    stage.say("leecher-1", connection, .request, 1, 0, Self.block, at: 2)
    let choke = stage.say("seed", connection, .choke, at: 10)
    stage.say("seed", connection, .unchoke, at: 20)
    stage.say("leecher-1", connection, .request, 1, 0, Self.block, at: 21)
    stage.say("seed", connection, .reject, 1, 0, Self.block, at: 21.1)
    stage.say("seed", connection, .piece, 1, 0, Self.block, at: 22)
    try expect(stage, "seed", breaks: "missing reject", at: [choke])
  }

  @Test func withoutTheFastExtensionAChokeDropsSilently() throws {
    var (stage, connection) = Stage.pair(fast: false)
    stage.say("leecher-1", connection, .request, 1, 0, Self.block, at: 2)
    stage.say("seed", connection, .choke, at: 10)
    #expect(try judge(stage, "seed").status == .pass)
  }

  @Test func whatTheEndOfTheConnectionCutsOffIsCensored() throws {
    var (stage, connection) = Stage.pair()
    stage.say("leecher-1", connection, .request, 1, 0, Self.block, at: 2)
    stage.say("seed", connection, .choke, at: 10)
    stage.close(connection, at: 14)
    #expect(try judge(stage, "seed").status == .pass)
  }

  @Test func aRequestThatWasReadOnlyAfterTheNextUnchokeWaitsItsTurn() throws {
    var (stage, connection) = Stage.pair()
    stage.say("leecher-1", connection, .request, 1, 0, Self.block, at: 9.9)
    stage.say("seed", connection, .choke, at: 10)
    stage.say("seed", connection, .unchoke, at: 10.1)
    stage.say("seed", connection, .piece, 1, 0, Self.block, at: 30)
    #expect(try judge(stage, "seed").status == .pass)
  }

  // MARK: What is not knowable

  @Test func afterAHoleNobodyIsBlamedForWhatMayHaveBeenInIt() throws {
    var (stage, connection) = Stage.pair()
    stage.hole("leecher-1", connection, from: 2, to: 2.1, loses: .state)
    stage.say("seed", connection, .piece, 1, 0, Self.block, at: 3)
    stage.hole("seed", connection, from: 4, to: 4.1, loses: .state)
    stage.say("leecher-1", connection, .request, 2, 0, Self.block, at: 5)
    for peer in ["seed", "leecher-1"] {
      let verdict = try judge(stage, peer)
      #expect(verdict.status == .undecided)
      let reason = try #require(verdict.reason)
      #expect(reason.hasSuffix("of the bytes between peers are missing from the capture, more than 1 %"))
    }
  }

  @Test func aConnectionFromMidstreamIsNotKnowable() throws {
    var stage = Stage(leechers: 1, pieces: 12)
    let connection = stage.connect("leecher-1", "seed", start: .midstream)
    stage.say("seed", connection, .bitfield, at: 1, bitfield: [0xFF, 0xF0])
    stage.say("leecher-1", connection, .request, 0, 0, Self.block, at: 2)
    stage.say("seed", connection, .piece, 1, 0, Self.block, at: 3)
    #expect(try judge(stage, "seed").reason == "no connection of seed was seen from its start")
  }

  @Test func withDroppedFramesWhatWasNotSeenIsNotBlamed() throws {
    var (stage, connection) = Stage.pair()
    stage.say("seed", connection, .piece, 1, 0, Self.block, at: 2)
    stage.say("leecher-1", connection, .request, 2, 0, Self.block, at: 3)
    stage.say("seed", connection, .choke, at: 4)
    stage.say("leecher-1", connection, .request, 3, 0, Self.block, at: 9)
    stage.recordOrdinaryRun()
    #expect(stage.judge("protocol-conformance").map(\.status) == [.fail, .fail])
    stage.note(100, .capture(frames: 1, bytes: 0, dropped: 1, cutShort: false))
    #expect(
      stage.judge("protocol-conformance").map(\.reason) == [
        "the capture dropped 1 frame", "the capture dropped 1 frame",
      ])
    // What was seen to be wrong stays wrong.
    stage.say("leecher-1", connection, .have, 99, at: 10)
    #expect(stage.verdict("protocol-conformance", of: "leecher-1")?.status == .fail)
  }

  @Test func encryptedConversationsWithholdThePass() {
    var stage = Stage.honest()
    let connection = stage.connect("leecher-1", "leecher-2", at: 3)
    stage.trace.connections[connection].content = .other
    stage.trace.connections[connection].cipher = .mse
    // More than a negotiation.
    stage.trace.connections[connection].a.streamBytes = 20_000
    #expect(
      stage.judge("protocol-conformance").allSatisfy {
        $0.reason == "1 connection could not be read (encrypted or unknown)"
      })
  }

  @Test func withoutARecordTimedRulesAreNotJudged() {
    var stage = Stage.honest()
    stage.events = []
    #expect(stage.judge("protocol-conformance").allSatisfy { $0.status == .undecided })
  }
}
