import PeerCore
import SwarmTime
import Testing
import Wire

/// What is asked of whom, and what becomes of it.
@Suite struct RequestingTests {
  /// A leecher without a piece and remotes that have all and unchoke it.
  static func leecher(_ slots: Int..., fast: Bool = true, pieceCount: Int = 8) -> (Script, [Int: [Block]]) {
    let script = Script(pieceCount: pieceCount)
    var requests: [Int: [Block]] = [:]
    for slot in slots {
      script.connect(slot, fast: fast)
      let all = PieceSet.full(capacity: pieceCount).bitfield
      requests[slot] = script.hear(slot, fast ? .haveAll : .bitfield(all), .unchoke).requests(to: slot)
    }
    return (script, requests)
  }

  @Test func wholePiecesAreAskedForInOrder() throws {
    let (_, requests) = Self.leecher(1)
    let asked = try #require(requests[1])
    #expect(asked.count == 4)
    #expect(asked == (0..<4).map { Script.block(Int(asked[0].piece), $0) })
  }

  @Test func twoRemotesAreNotAskedForTheSameBlock() throws {
    let (_, requests) = Self.leecher(1, 2)
    let both = try #require(requests[1]) + (try #require(requests[2]))
    #expect(Set(both).count == both.count)
  }

  @Test func aBlockThatNobodyAskedForIsDiscarded() throws {
    let (script, requests) = Self.leecher(1)
    let asked = try #require(requests[1])
    let other = Script.block((Int(asked[0].piece) + 1) % 8, 0)
    #expect(script.block(1, other).discards == 1)
    #expect(script.block(1, asked[0]).written == [asked[0]])
    #expect(script.block(1, asked[0]).discards == 1)
    #expect(script.block(1, Block(piece: asked[1].piece, begin: asked[1].begin, length: 5)).discards == 1)
  }

  @Test func aChokeReturnsAllWithoutBEP6AndWaitsForRejectsWithIt() throws {
    let (plain, plainAsked) = Self.leecher(1, fast: false)
    plain.hear(1, .choke)
    #expect(Set(plain.hear(1, .unchoke).requests(to: 1)) == Set(try #require(plainAsked[1])))

    let (script, requests) = Self.leecher(1)
    let asked = try #require(requests[1])
    script.hear(1, .choke)
    // One was on its way still.
    #expect(script.block(1, asked[0]).written == [asked[0]])
    for block in asked.dropFirst() { script.hear(1, .reject(block)) }
    #expect(Set(script.hear(1, .unchoke).requests(to: 1)).isSuperset(of: asked.dropFirst()))
  }

  @Test func whoRejectsWhileUnchokingIsNotAskedForASecond() throws {
    let (script, requests) = Self.leecher(1)
    let asked = try #require(requests[1])
    #expect(script.hear(1, .reject(asked[0])).requests(to: 1).isEmpty)
    for block in asked.dropFirst() { #expect(script.block(1, block).requests(to: 1).isEmpty) }
    // With nothing else to come, it is asked again when the second is over, and not at the next chores.
    #expect(script.pass(1.1).requests(to: 1).contains(asked[0]))
  }

  @Test func aRejectThatNobodyWaitsForChangesNothing() {
    let (script, _) = Self.leecher(1)
    #expect(script.hear(1, .reject(Script.block(0, 0)), .reject(Block(piece: .max, begin: 1, length: 0))).count <= 4)
    #expect(script.hear(1, .keepAlive).closing(1) == nil)
  }

  @Test func aSnubberIsAskedForOneBlockAndTheRestOfOthers() throws {
    let (script, requests) = Self.leecher(1)
    let asked = Set(try #require(requests[1]))
    let actions = script.pass(45)
    let cancelled = actions.sent(to: 1).filter { if case .cancel = $0 { true } else { false } }
    #expect(cancelled.count == 4)
    #expect(actions.requests(to: 1).count == 1)
    script.connect(2)
    let elsewhere = script.hear(2, .haveAll, .unchoke).requests(to: 2)
    #expect(!asked.isDisjoint(with: elsewhere))
    let again = try #require(actions.requests(to: 1).first)
    #expect(script.block(1, again).requests(to: 1).count > 1)
  }

  @Test func aRequestThatIsPassedOverIsGivenToAnother() throws {
    let (script, requests) = Self.leecher(1)
    let passedOver = try #require(requests[1]?.first)
    script.connect(2)
    script.hear(2, .haveAll)
    // Remote 1 brings everything else, a block every eight seconds.
    var open = Array(try #require(requests[1]).dropFirst())
    var seen: [Action] = []
    while script.now < .seconds(100), !open.isEmpty {
      seen += script.pass(8)
      if seen.sent(to: 1).contains(.cancel(passedOver)) { break }
      let answer = script.block(1, open.removeFirst())
      open += answer.requests(to: 1)
    }
    #expect(script.now > .seconds(60) && script.now < .seconds(80))
    #expect(!seen.requests(to: 1).contains(passedOver))
    #expect(script.hear(2, .unchoke).requests(to: 2).first == passedOver)
  }

  @Test func whatWasPassedOverIsAskedForAgainWhereWhoElseHasItGivesNothing() throws {
    let (script, requests) = Self.leecher(1, pieceCount: 2)
    var open = try #require(requests[1])
    let passedOver = open.removeFirst()
    script.connect(2)
    script.hear(2, .haveAll)
    while !open.isEmpty {
      open += script.pass(8).requests(to: 1)
      let answer = script.block(1, open.removeFirst())
      open += answer.requests(to: 1)
    }
    let withdrawn = script.pass(20)
    #expect(withdrawn.sent(to: 1).contains(.cancel(passedOver)) && withdrawn.requests(to: 1).isEmpty)
    // Remote 2 goes on choking us.
    #expect(script.pass(65).requests(to: 1) == [passedOver])
    #expect(script.block(1, passedOver).written == [passedOver])
  }

  @Test func whoAllowsAPieceAndKeepsItBackIsNotWaitedForLonger() throws {
    let script = Script()
    script.connect(1)
    let asked = script.hear(1, .haveAll, .allowedFast(3)).requests(to: 1)
    #expect(asked.count == 4 && asked.allSatisfy { $0.piece == 3 })
    script.connect(2)
    // It has that piece alone.
    script.hear(2, .bitfield([0x10]))
    #expect(script.hear(2, .unchoke).requests(to: 2).isEmpty)
    let later = script.pass(45)
    #expect(Set(later.requests(to: 2)) == Set(asked))
    // Or it would be asked twice for the same, once it allows the piece again.
    #expect(later.sent(to: 1).filter { if case .cancel = $0 { true } else { false } } == asked.map { .cancel($0) })
  }

  @Test func whoNeverAnswersWhatWasTakenBackDoesNotUseUpTheDownloadLimit() throws {
    // Room for four blocks or a few more on their way.
    let script = Script(pieceCount: 64, download: RateLimit(bytesPerSecond: 16384, burst: 16384))
    script.connect(1)
    script.hear(1, .haveAll)
    for _ in 0..<4 {
      script.hear(1, .unchoke)
      script.pass(45)
      script.hear(1, .choke)
    }
    script.pass(100)
    script.connect(2)
    let first = script.hear(2, .haveAll, .unchoke).requests(to: 2)
    #expect(!(first + script.pass(20).requests(to: 2)).isEmpty)
  }

  @Test func aFastPeerThatChokesAndKeepsSilentIsNotWaitedForLonger() throws {
    let (script, requests) = Self.leecher(1, pieceCount: 1)
    script.connect(2)
    script.hear(1, .choke)
    #expect(script.hear(2, .haveAll, .unchoke).requests(to: 2).isEmpty)
    #expect(Set(script.pass(20).requests(to: 2)) == Set(try #require(requests[1])))
  }

  @Test func whatASlowRemoteOwesIsAskedOfOneThatHasNothingElse() throws {
    let (script, requests) = Self.leecher(1, pieceCount: 2)
    // Remote 1 owes a block for each ten seconds; there is enough that nobody was asked for.
    let asked = try #require(requests[1])
    script.pass(5)
    script.block(1, asked[0])
    script.connect(2)
    let piece = asked[0].piece
    let has = PieceSet(bitfield: [piece == 0 ? 0x80 : 0x40], capacity: 2)?.bitfield ?? []
    let actions = script.hear(2, .bitfield(has), .unchoke) + script.pass(25)
    let cancelled = actions.sent(to: 1).compactMap { if case .cancel(let block) = $0 { block } else { nil } }
    #expect(!cancelled.isEmpty)
    #expect(Set(actions.requests(to: 2)) == Set(cancelled))
  }

  @Test func inTheEndgameTwoAreAskedAndTheSlowerIsTold() throws {
    let (script, requests) = Self.leecher(1, pieceCount: 1)
    let asked = try #require(requests[1])
    script.connect(2)
    let actions = script.hear(2, .haveAll, .unchoke) + script.pass(12)
    let twice = try #require(actions.requests(to: 2).first)
    #expect(asked.contains(twice))
    #expect(!actions.sent(to: 1).contains(.cancel(twice)))
    let arrival = script.block(2, twice)
    #expect(arrival.written == [twice])
    #expect(arrival.sent(to: 1).contains(.cancel(twice)))
    #expect(script.block(1, twice).discards == 1)
  }

  @Test func whileChokedOnlyAllowedFastPiecesAreAskedFor() {
    let script = Script()
    script.connect(1)
    script.hear(1, .haveAll)
    #expect(script.hear(1, .allowedFast(3)).requests(to: 1) == (0..<4).map { Script.block(3, $0) })
    #expect(script.hear(1, .allowedFast(3)).requests(to: 1).isEmpty)
  }

  @Test func whoSaysHowManyItQueuesIsNotAskedForMore() {
    let script = Script()
    script.connect(1, extended: true)
    let actions = script.hear(1, .haveAll, .extendedHandshake(ExtendedHandshake(requestQueue: 2)), .unchoke)
    #expect(actions.requests(to: 1).count == 2)
  }

  @Test func afterFourPiecesTheRarestAreAskedForFirst() throws {
    for randomSeed in 1...20 as ClosedRange<UInt64> {
      let script = Script(has: 0..<4, randomSeed: randomSeed)
      script.connect(1)
      script.hear(1, .haveAll)
      script.connect(2)
      script.hear(2, .bitfield([0b0000_1011]))
      script.connect(3)
      script.hear(3, .bitfield([0b0000_1110]))
      // Copies of pieces 4 to 7: three, two, three, two.
      let first = try #require(script.hear(1, .unchoke).requests(to: 1).first)
      #expect([5, 7].contains(first.piece))
    }
  }

  @Test func aSuggestionBreaksATieAndNoMore() throws {
    for randomSeed in 1...20 as ClosedRange<UInt64> {
      for (suggested, expected) in [(5, [5]), (7, [7]), (4, [5, 7])] as [(UInt32, [UInt32])] {
        let script = Script(has: 0..<4, randomSeed: randomSeed)
        script.connect(1)
        script.hear(1, .haveAll, .suggest(suggested))
        script.connect(2)
        script.hear(2, .bitfield([0b0000_1010]))
        let first = try #require(script.hear(1, .unchoke).requests(to: 1).first)
        #expect(expected.contains(first.piece))
      }
    }
  }
}
