import PeerCore
import SwarmTime
import Testing
import Wire

/// What is sent, when, and to whom first.
@Suite struct UploadingTests {
  static func seed(_ rate: Int64, burst: Int64? = nil, leechers: Int) -> Script {
    let script = Script(has: 0..<8, upload: RateLimit(bytesPerSecond: rate, burst: burst))
    for slot in 1...leechers {
      script.connect(slot)
      script.hear(slot, .haveNone, .interested)
    }
    return script
  }

  @Test func theBucketIsChargedForHeaderAndBlockAndStartsEmpty() {
    let script = Self.seed(16397, leechers: 1)
    var sent = script.hear(1, .request(Script.block(0, 0)), .request(Script.block(0, 1))).blocks(to: 1)
    #expect(sent.isEmpty)
    // What was said so far (have-all, suggest, unchoke, and some more) is charged as well.
    sent = script.pass(1).blocks(to: 1)
    #expect(sent.isEmpty)
    #expect(script.pass(0.01).blocks(to: 1) == [Script.block(0, 0)])
    #expect(script.pass(1).blocks(to: 1) == [Script.block(0, 1)])
  }

  @Test func controlMessagesNeverWaitForTheBucket() {
    let script = Self.seed(1, leechers: 1)
    #expect(script.hear(1, .request(Script.block(0, 0)), .notInterested).sent(to: 1).contains(.choke))
  }

  @Test func aBlockLargerThanTheWholeBurstIsSentWhenTheBucketIsFull() {
    let script = Self.seed(100_000, burst: 20_000, leechers: 1)
    script.hear(1, .request(Block(piece: 0, begin: 0, length: 65536)))
    #expect(script.pass(1).blocks(to: 1).count == 1)
  }

  @Test func wholePiecesAreServedInTurn() {
    let script = Self.seed(65536 + 4 * 13, leechers: 2)
    // Each has another piece to itself.
    for index in 0..<4 {
      script.hear(1, .request(Script.block(1, index)))
      script.hear(2, .request(Script.block(2, index)))
    }
    let order = script.pass(2.1).compactMap { if case .sendBlock(let slot, _) = $0 { slot.index } else { nil } }
    #expect(order == [1, 1, 1, 1, 2, 2, 2, 2] || order == [2, 2, 2, 2, 1, 1, 1, 1])
  }

  @Test func aSeedServesFirstCopiesBeforeSecondOnes() {
    let script = Self.seed(65536 + 4 * 13, leechers: 3)
    for index in 0..<4 { script.hear(1, .request(Script.block(1, index))) }
    for index in 0..<4 { script.hear(2, .request(Script.block(1, index))) }
    for index in 0..<4 { script.hear(3, .request(Script.block(3, index))) }
    let order = script.pass(3.1).compactMap { if case .sendBlock(let slot, _) = $0 { slot.index } else { nil } }
    #expect(order == [1, 1, 1, 1, 3, 3, 3, 3, 2, 2, 2, 2])
  }

  /// A peer without BEP 6 cannot be told no: it would wait for ever for what was left out.
  @Test func whoCannotBeRejectedIsServedManyRequestsOrNone() {
    let script = Script(has: 0..<8, upload: RateLimit(bytesPerSecond: 1))
    script.connect(1, fast: false)
    script.hear(1, .interested)
    for index in 0..<20_000 {
      let block = Block(piece: UInt32(index % 8), begin: UInt32(index / 8), length: 1)
      #expect(script.hear(1, .request(block)).closing(1) == nil)
    }
    #expect(script.hear(1, .request(Script.block(0, 0))).closing(1) == "more than 20000 requests open")
  }

  @Test func whoAsksForSecondCopiesIsNotPassedOverForEver() {
    let script = Script(pieceCount: 64, has: 0..<64, upload: RateLimit(bytesPerSecond: 65536 + 4 * 13))
    for slot in 1...3 {
      script.connect(slot)
      script.hear(slot, .haveNone, .interested)
    }
    for index in 0..<4 { script.hear(1, .request(Script.block(1, index))) }
    for index in 0..<4 { script.hear(2, .request(Script.block(1, index))) }
    for piece in 2..<40 { for index in 0..<4 { script.hear(3, .request(Script.block(piece, index))) } }
    let order = script.pass(30).compactMap { if case .sendBlock(let slot, _) = $0 { slot.index } else { nil } }
    let turns = stride(from: 0, to: order.count, by: 4).map { order[$0] }
    #expect(Array(turns.prefix(19)) == [1] + Array(repeating: 3, count: 16) + [2, 3])
  }

  @Test func aFullSocketIsPassedOver() {
    let script = Script(has: 0..<8)
    for slot in 1...2 {
      script.connect(slot)
      script.hear(slot, .haveNone, .interested)
    }
    script.feed(.writable(ConnectionSlot(1), false))
    #expect(script.hear(1, .request(Script.block(0, 0))).blocks(to: 1).isEmpty)
    #expect(script.hear(2, .request(Script.block(0, 0))).blocks(to: 2).count == 1)
    #expect(script.feed(.writable(ConnectionSlot(1), true)).blocks(to: 1).count == 1)
  }

  @Test func everyPieceIsSuggestedToOneLeecherAtATime() {
    let script = Script(has: 0..<8, upload: RateLimit(bytesPerSecond: 1))
    var suggested: [UInt32] = []
    for slot in 1...5 {
      script.connect(slot)
      for case .suggest(let piece) in script.hear(slot, .haveNone, .interested).sent(to: slot) {
        suggested.append(piece)
      }
    }
    #expect(suggested.count == 5)
    #expect(Set(suggested).count == 5)
    // A suggestion that is taken is followed by the next; what all have been seen to have is not suggested.
    let next = script.hear(1, .request(Block(piece: suggested[0], begin: 0, length: 16384))).sent(to: 1)
    #expect(next.count == 1)
    for case .suggest(let piece) in next { #expect(!suggested.contains(piece)) }
  }

  @Test(arguments: [(0, 8), (65536, 4), (131_072, 0)] as [(Int64, Int)])
  func whatHasNotLeftYetLeavesLessToBeSavedUp(unsent: Int64, blocks: Int) {
    let script = Self.seed(132_000, burst: 132_000, leechers: 1)
    script.feed(.unsent(unsent))
    script.pass(9)
    // The pump looks at its bucket only when something is asked for.
    let asked = (0..<8).map { Script.block($0 / 4, $0 % 4) }
    #expect(asked.flatMap { script.hear(1, .request($0)) }.blocks(to: 1).count == blocks)
    script.feed(.unsent(0))
    #expect(script.pass(1.1).blocks(to: 1).count == 8 - blocks)
  }

  @Test func newLimitsCountAtOnce() {
    let script = Self.seed(1, leechers: 1)
    script.hear(1, .request(Script.block(0, 0)))
    #expect(script.pass(5).blocks(to: 1).isEmpty)
    #expect(script.feed(.setLimits(upload: nil, download: nil)).blocks(to: 1) == [Script.block(0, 0)])
  }

  /// Found by libFuzzer: a bucket that lacked a few bytes of room was looked at every 55 µs.
  @Test func whatCannotLeaveIsLookedAtNowAndThenOnly() {
    let script = Script(has: 0..<8, upload: RateLimit(bytesPerSecond: 8 << 20, burst: 44_608))
    script.connect(1)
    script.hear(1, .interested)
    script.feed(.unsent(28_672))
    script.hear(1, .request(Script.block(0, 0)))
    let before = script.rings
    #expect(script.pass(2).blocks(to: 1).isEmpty)
    #expect((50...110).contains(script.rings - before))
    script.feed(.unsent(0))
    #expect(script.pass(0.1).blocks(to: 1).count == 1)
  }
}
