import PeerCore
import SwarmTime
import Testing
import Wire

/// What one remote may do in vain, and what it may not.
@Suite("Patience with a remote is long, and has an end")
struct PatienceTests {
  private static func seed() -> Script { Script(has: 0..<8) }

  @Test("A thousand requests while it is choked are rejected, the next one closes")
  func chokedRequests() {
    let script = Self.seed()
    script.connect(1)
    let request = PeerMessage.request(Script.block(0, 0))
    for _ in 0..<1000 {
      let actions = script.hear(1, request)
      #expect(actions.sent(to: 1) == [.reject(Script.block(0, 0))] && actions.closing(1) == nil)
    }
    #expect(script.hear(1, request).closing(1) == "a flood of requests")
  }

  @Test("Beyond the 500 requests that are queued for an unchoked remote, a thousand are rejected, the next one closes")
  func queuedRequests() {
    let script = Script(has: 0..<8, upload: RateLimit(bytesPerSecond: 1, burst: 32768))
    script.connect(1)
    #expect(script.hear(1, .interested).chokeChanges == ["unchoke 1"])
    let request = PeerMessage.request(Script.block(0, 0))
    for _ in 0..<500 { #expect(!script.hear(1, request).sent(to: 1).contains(.reject(Script.block(0, 0)))) }
    for _ in 0..<1000 { #expect(script.hear(1, request).sent(to: 1) == [.reject(Script.block(0, 0))]) }
    #expect(script.hear(1, request).closing(1) == "a flood of requests")
  }

  @Test("Who is served may overstep for ever")
  func servedMakesUp() {
    let script = Self.seed()
    script.connect(1)
    script.hear(1, .interested)
    // Each is served at once, and so none is refused.
    for _ in 0..<5000 {
      let actions = script.hear(1, .request(Script.block(0, 0)))
      #expect(actions.blocks(to: 1).count == 1 && actions.closing(1) == nil)
    }
  }

  @Test("Five hundred blocks that nobody asked for are let go, the next one closes")
  func unaskedBlocks() {
    let script = Script()
    script.connect(1)
    for _ in 0..<500 { #expect(script.block(1, Script.block(0, 0)).closing(1) == nil) }
    let last = script.block(1, Script.block(0, 0))
    #expect(last.closing(1) == "a flood of blocks that nobody asked for" && last.discards == 1)
  }

  @Test("Who unchokes and brings nothing for 240 s is closed, even if it goes on talking")
  func liar() {
    let script = Script()
    script.connect(1)
    #expect(!script.hear(1, .haveAll, .unchoke).requests(to: 1).isEmpty)
    for _ in 0..<24 {
      #expect(script.pass(10).closing(1) == nil)
      script.hear(1, .keepAlive)
    }
    #expect(script.pass(10).closing(1) == "unchoked us for long and brought nothing")
  }

  @Test("A block now and then is enough, and whoever chokes owes nothing")
  func slowButHonest() throws {
    let script = Script(pieceCount: 64)
    script.connect(1)
    script.connect(2)
    var owed = script.hear(1, .haveAll, .unchoke).requests(to: 1)
    script.hear(2, .haveAll)
    for _ in 0..<6 {
      let actions = script.pass(200)
      #expect(actions.closing(1) == nil)
      owed = actions.requests(to: 1) + owed
      let answer = script.block(1, try #require(owed.first))
      owed = answer.requests(to: 1)
      script.hear(2, .keepAlive)
    }
    #expect(script.pass(10).closing(2) == nil)
  }

  @Test("While the disk takes nothing all requests are taken back and none is made; what comes still is let go")
  func stalled() throws {
    let script = Script()
    script.connect(1)
    script.connect(2)
    let asked = script.hear(1, .haveAll, .unchoke).requests(to: 1)
    let stalled = script.feed(.storage(takes: false))
    #expect(stalled.sent(to: 1) == asked.map { .cancel($0) })
    let late = script.block(1, try #require(asked.first))
    #expect(late.discards == 1 && late.written.isEmpty && late.requests(to: 1).isEmpty)
    #expect(script.hear(2, .haveAll, .unchoke).requests(to: 2).isEmpty)
    #expect(script.pass(60).closing(1) == nil)
    let resumed = script.feed(.storage(takes: true))
    #expect(!resumed.requests(to: 1).isEmpty && !resumed.requests(to: 2).isEmpty)
  }
}
