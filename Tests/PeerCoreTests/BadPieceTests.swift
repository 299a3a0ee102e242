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
    #expect(script.connect(2, id: 1).closing(2) == "it has sent a bad piece")
    #expect(script.connect(3).closing(3) == nil)
    #expect(
      Set(script.hear(3, .haveAll, .unchoke).requests(to: 3)).isSubset(
        of: Set((0..<32).map { Script.block($0 / 4, $0 % 4) })))
  }

  @Test func aBadPieceOfSeveralIsNextFetchedFromOneAlone() throws {
    let script = Script(pieceCount: 1)
    script.connect(1, fast: false)
    let asked = script.hear(1, .bitfield([0x80]), .unchoke).requests(to: 1)
    script.block(1, asked[0])
    script.hear(1, .choke)
    script.connect(2)
    let rest = script.hear(2, .haveAll, .unchoke).requests(to: 2)
    #expect(Set(rest) == Set(asked.dropFirst()))
    #expect(rest.flatMap { script.block(2, $0) }.verified == [0])
    let again = script.feed(.pieceChecked(piece: 0, valid: false))
    #expect(again.closing(1) == nil)
    #expect(again.closing(2) == nil)
    #expect(again.requests(to: 2).count == 4)
    // It belongs to 2 alone now, also in the endgame.
    #expect(script.hear(1, .unchoke).requests(to: 1).isEmpty)
    #expect(script.pass(9).requests(to: 1).isEmpty)
    // Choked by 2, it begins anew with 1.
    #expect(script.hear(2, .choke).requests(to: 1).isEmpty == false)
  }

  @Test func ananswerThatWasNotAskedForIsIgnored() {
    let script = Script()
    #expect(script.feed(.pieceChecked(piece: 2, valid: true)).isEmpty)
    #expect(script.feed(.pieceChecked(piece: 2, valid: false)).isEmpty)
  }
}
