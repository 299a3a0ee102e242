import PeerCore
import SwarmTime
import Testing
import Wire

/// A piece whose hash is wrong: who is to blame, and how the next attempt is made.
@Suite struct BadPieceTests {
  @Test func whoBroughtAWholeBadPieceGoesAndIsNotTalkedToAgain() throws {
    let (script, requests) = RequestingTests.leecher(1)
    let asked = try #require(requests[1])
    for block in asked { script.block(1, block) }
    let actions = script.feed(.pieceChecked(piece: Int(asked[0].piece), valid: false))
    #expect(actions.closing(1)?.contains("failed its hash check") == true)
    #expect(script.connect(2, id: 9, address: 1).closing(2) == "it has sent a bad piece")
    // Who says elsewhere that it is the same peer may lie, or be the one that the first said it was.
    #expect(script.connect(3, id: 1).closing(3) == nil)
    #expect(
      Set(script.hear(3, .haveAll, .unchoke).requests(to: 3)).isSubset(
        of: Set((0..<32).map { Script.block($0 / 4, $0 % 4) })))
  }

  @Test func ofWhatCannotBeReadBackNobodyIsToBlame() throws {
    let (script, requests) = RequestingTests.leecher(1, pieceCount: 1)
    let asked = try #require(requests[1])
    for block in asked { script.block(1, block) }
    let actions = script.feed(.pieceUnreadable(piece: Int(asked[0].piece)))
    #expect(actions.closing(1) == nil)
    #expect(Set(actions.requests(to: 1)).isSuperset(of: asked))
  }

  /// The only piece, its first block from 1, which chokes then; 2 is connected. What was asked of 1.
  private static func begun() -> (Script, [Block]) {
    let script = Script(pieceCount: 1)
    script.connect(1, fast: false)
    let asked = script.hear(1, .bitfield([0x80]), .unchoke).requests(to: 1)
    script.block(1, asked[0])
    script.hear(1, .choke)
    script.connect(2)
    return (script, asked)
  }

  @Test func aBadPieceOfSeveralIsNextFetchedFromOneAlone() throws {
    let (script, asked) = Self.begun()
    let rest = script.hear(2, .haveAll, .unchoke).requests(to: 2)
    #expect(Set(rest) == Set(asked.dropFirst()))
    #expect(rest.flatMap { script.block(2, $0) }.verified == [0])
    let refused = script.feed(.pieceChecked(piece: 0, valid: false))
    // What is kept is hashed before anything is put in its place.
    #expect(refused.hashed == [0])
    #expect(refused.requests(to: 2).isEmpty)
    let again = script.feed(.blocksHashed(piece: 0, [1, 2, 3, 4]))
    #expect(again.closing(1) == nil)
    #expect(again.closing(2) == nil)
    #expect(again.requests(to: 2).count == 4)
    // It belongs to 2 alone now, also in the endgame.
    #expect(script.hear(1, .unchoke).requests(to: 1).isEmpty)
    #expect(script.pass(9).requests(to: 1).isEmpty)
    // Choked by 2, it begins anew with 1.
    #expect(script.hear(2, .choke).requests(to: 1).isEmpty == false)
  }

  @Test func aBadPieceDoesNotWaitForWhoPassesOverOneOfItsBlocks() throws {
    let (script, _) = Self.begun()
    for block in script.hear(2, .haveAll, .unchoke).requests(to: 2) { script.block(2, block) }
    script.feed(.pieceChecked(piece: 0, valid: false))
    let again = script.feed(.blocksHashed(piece: 0, [1, 2, 3, 4])).requests(to: 2)
    try #require(again.count == 4)
    // It brings the others, often enough not to be snubbed, and keeps on unchoking us.
    for block in again.dropFirst() {
      script.pass(15)
      script.block(2, block)
    }
    let later = script.pass(29)
    #expect(later.sent(to: 2).contains(.cancel(again[0])))
    #expect(later.closing(2) == nil)
    #expect(later.requests(to: 2).isEmpty)
    #expect(script.hear(1, .unchoke).requests(to: 1).count == 4)
  }

  /// Each turn costs it ten bytes, and us four requests that are remembered until they are answered: no more than 250.
  @Test func whoChokesAndUnchokesWithoutAnsweringMakesNothingGrow() {
    let (script, _) = Self.begun()
    for block in script.hear(2, .haveAll, .unchoke).requests(to: 2) { script.block(2, block) }
    script.feed(.pieceChecked(piece: 0, valid: false))
    #expect(script.feed(.blocksHashed(piece: 0, [1, 2, 3, 4])).requests(to: 2).count == 4)
    for _ in 0..<300 { #expect(script.hear(2, .choke, .unchoke).requests(to: 2).count == 4) }
    script.hear(2, .choke)
    // Late answers to 250 of them; what comes then was asked for by nobody.
    for index in 0..<750 { #expect(script.block(2, Script.block(0, index % 4)).closing(2) == nil) }
    #expect(script.block(2, Script.block(0, 0)).closing(2) == "a flood of blocks that nobody asked for")
  }

  /// One piece, its first block from 1 and the rest from 2, refused; then right, all from 2.
  private static func mixedAndThenRight(_ wrong: [UInt64], firstLeaves: Bool = false) -> (Script, [Action]) {
    let script = Script(pieceCount: 2)
    script.connect(1, fast: false)
    let asked = script.hear(1, .bitfield([0x80]), .unchoke).requests(to: 1)
    script.block(1, asked[0])
    script.hear(1, .choke)
    if firstLeaves { script.feed(.closed(ConnectionSlot(1))) }
    script.connect(2)
    for block in script.hear(2, .bitfield([0x80]), .unchoke).requests(to: 2) { script.block(2, block) }
    script.feed(.pieceChecked(piece: 0, valid: false))
    let again = script.feed(.blocksHashed(piece: 0, wrong)).requests(to: 2)
    for block in again { script.block(2, block) }
    let right = script.feed(.pieceChecked(piece: 0, valid: true))
    #expect(right.hashed == (wrong.isEmpty ? [] : [0]))
    return (script, script.feed(.blocksHashed(piece: 0, [1, 2, 3, 4])))
  }

  @Test func theBlockThatDiffersShowsWhoSentIt() {
    let (script, found) = Self.mixedAndThenRight([9, 2, 3, 4])
    #expect(found.closing(1)?.contains("were not the piece's") == true)
    #expect(found.closing(2) == nil)
    // Not from its address, whatever its id; its id elsewhere may be another's.
    #expect(script.connect(3, id: 1, address: 77).closing(3) == nil)
    #expect(script.connect(4, id: 44, address: 1).closing(4) == "it has sent a bad piece")
    #expect(script.feed(.addressesLearned([PeerAddress(ipv4: 1, port: 7000)])).dialled.isEmpty)
    #expect(script.connect(5).closing(5) == nil)
  }

  @Test func whoIsFoundLaterIsToBlameEvenIfItsSecondTryWasRight() {
    let (_, found) = Self.mixedAndThenRight([1, 2, 9, 4])
    #expect(found.closing(1) == nil)
    #expect(found.closing(2)?.contains("were not the piece's") == true)
  }

  @Test func whoHasLeftIsNotTakenBack() {
    let (script, _) = Self.mixedAndThenRight([9, 2, 3, 4], firstLeaves: true)
    #expect(script.connect(6, id: 1, address: 1).closing(6) == "it has sent a bad piece")
  }

  @Test func hashesThatCouldNotBeReadBlameNobody() {
    let (script, found) = Self.mixedAndThenRight([])
    #expect(found.closing(1) == nil && found.closing(2) == nil)
    #expect(script.feed(.blocksHashed(piece: 0, [5, 5, 5, 5])).isEmpty)
  }

  @Test func twoConnectionsOfOnePeerAreOneSource() {
    let script = Script(pieceCount: 1)
    script.connect(1, fast: false)
    let asked = script.hear(1, .bitfield([0x80]), .unchoke).requests(to: 1)
    script.block(1, asked[0])
    script.feed(.closed(ConnectionSlot(1)))
    script.connect(2, id: 1, address: 1)
    for block in script.hear(2, .haveAll, .unchoke).requests(to: 2) { script.block(2, block) }
    #expect(script.feed(.pieceChecked(piece: 0, valid: false)).closing(2) != nil)
  }

  @Test func ananswerThatWasNotAskedForIsIgnored() {
    let script = Script()
    #expect(script.feed(.pieceChecked(piece: 2, valid: true)).isEmpty)
    #expect(script.feed(.pieceChecked(piece: 2, valid: false)).isEmpty)
  }
}
