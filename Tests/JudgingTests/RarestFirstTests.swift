import Dissection
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct RarestFirstTests {
  /// leecher-1 asks the seed for pieces in this order, a piece each 0.1 s; the other leecher has the even ones.
  private static func picks(_ order: [Int], pieces: Int) -> Stage {
    var stage = Stage(leechers: 2, pieces: pieces)
    let seed = stage.connect("leecher-1", "seed", at: 0)
    let other = stage.connect("leecher-1", "leecher-2", at: 0)
    stage.open(seed: "seed", leecher: "leecher-1", seed, at: 0.1)
    var bits = [UInt8](repeating: 0, count: (pieces + 7) / 8)
    for piece in stride(from: 0, to: pieces, by: 2) { bits[piece / 8] |= 0x80 >> UInt8(piece % 8) }
    stage.say("leecher-2", other, .bitfield, at: 0.1, bitfield: bits)
    stage.say("leecher-1", other, .haveNone, at: 0.1)
    stage.say("seed", seed, .unchoke, at: 0.5)
    for (place, piece) in order.enumerated() {
      let at = 1 + Double(place) / 10
      stage.fetch(piece, by: "leecher-1", from: "seed", seed, at: at)
      stage.say("leecher-1", seed, .have, piece, at: at + 0.05)
    }
    stage.recordOrdinaryRun(end: 1000)
    return stage
  }

  private static let odd = Array(stride(from: 1, to: 240, by: 2))
  private static let even = Array(stride(from: 0, to: 240, by: 2))

  @Test func theRarestFirstPasses() throws {
    let verdict = try #require(Self.picks(Self.odd + Self.even, pieces: 240).verdict("rarest-first", of: "leecher-1"))
    #expect(verdict.status == .pass && verdict.observed.contains("0.000000 over 116 picks"), "\(verdict.observed)")
  }

  @Test("A handshake that nobody answers hides nothing, unless something was said", arguments: [false, true])
  func unanswered(isSpoken: Bool) throws {
    var stage = Self.picks(Self.odd + Self.even, pieces: 240)
    let unanswered = stage.connect("leecher-1", "leecher-2", at: 60)
    stage.trace.connections[unanswered].b.handshakeAt = nil
    if isSpoken { stage.say("leecher-1", unanswered, .interested, at: 60.1) }
    let verdict = stage.verdict("rarest-first", of: "leecher-1")
    #expect((verdict?.status == .pass) == !isSpoken, "\(verdict?.observed ?? "")")
  }

  @Test func inOrderIsAsBadAsByLot() throws {
    let verdict = try #require(Self.picks(Array(0..<240), pieces: 240).verdict("rarest-first", of: "leecher-1"))
    #expect(verdict.status == .fail, "\(verdict.observed)")
    let value = try #require(verdict.effect).value.value
    #expect(abs(value - 0.5) < 0.02)
    #expect(verdict.evidence.count == 3 && verdict.frames.count == 3)
  }

  @Test func theCommonestFirstIsWorse() throws {
    let verdict = try #require(Self.picks(Self.even + Self.odd, pieces: 240).verdict("rarest-first", of: "leecher-1"))
    #expect(
      verdict.status == .fail && (verdict.effect?.value ?? Fixed(millionths: 1_000_000)) < Fixed(millionths: 300_000))
  }

  @Test func ofPeersWithFewPicksEachAFailNamesWhoAndWhere() throws {
    var stage = Stage(leechers: 3, pieces: 160)
    var bits = [UInt8](repeating: 0, count: 20)
    for piece in stride(from: 0, to: 160, by: 2) { bits[piece / 8] |= 0x80 >> UInt8(piece % 8) }
    for name in ["leecher-1", "leecher-2"] {
      let seed = stage.connect(name, "seed", at: 0)
      let other = stage.connect(name, "leecher-3", at: 0)
      stage.open(seed: "seed", leecher: name, seed, at: 0.1)
      stage.say("leecher-3", other, .bitfield, at: 0.1, bitfield: bits)
      stage.say(name, other, .haveNone, at: 0.1)
      stage.say("seed", seed, .unchoke, at: 0.5)
      // The common ones first: half of the picks have a choice.
      for (place, piece) in (Array(stride(from: 0, to: 160, by: 2)) + [1, 3]).enumerated() {
        let at = 1 + Double(place) / 10
        stage.fetch(piece, by: name, from: "seed", seed, at: at)
        stage.say(name, seed, .have, piece, at: at + 0.05)
      }
    }
    stage.recordOrdinaryRun(end: 1000)
    let verdict = try #require(stage.judge("rarest-first").first { $0.scope == .swarm })
    #expect(verdict.status == .fail && verdict.observed.contains("of 2 peers with few picks each"))
    #expect(verdict.evidence.count == 3)
    #expect(verdict.evidence.allSatisfy { $0.peers.first?.hasPrefix("leecher-") == true && ($0.frame ?? 0) > 0 })
  }

  /// leecher-2 gets each piece 0.2 s before leecher-1 asks for it, which then is the commonest of all.
  @Test func whatItMayNotHaveReadYetMakesNoPieceCommon() throws {
    func judged(lateness: SwarmDuration) throws -> Verdict {
      var stage = Stage(leechers: 2, pieces: 240)
      let seed = stage.connect("leecher-1", "seed", at: 0)
      let other = stage.connect("leecher-1", "leecher-2", at: 0)
      stage.open(seed: "seed", leecher: "leecher-1", seed, at: 0.1)
      stage.say("leecher-2", other, .haveNone, at: 0.1)
      stage.say("leecher-1", other, .haveNone, at: 0.1)
      stage.say("seed", seed, .unchoke, at: 0.5)
      for piece in 0..<240 {
        let at = 1 + Double(piece) / 2
        stage.say("leecher-2", other, .have, piece, at: at - 0.2)
        stage.fetch(piece, by: "leecher-1", from: "seed", seed, at: at)
        stage.say("leecher-1", seed, .have, piece, at: at + 0.05)
      }
      stage.recordOrdinaryRun(end: 1000, lateness: lateness)
      return try #require(stage.judge("rarest-first").first)
    }
    #expect(try judged(lateness: .milliseconds(50)).status == .fail)
    let late = try judged(lateness: .milliseconds(150))
    #expect(late.status == .undecided && late.observed == "0 picks without ties", "\(late.observed)")
  }

  /// The record says when somebody went; frames that a step has moved behind it would seem to come from a ghost.
  @Test func aStepOfTheClockLeavesItUndecided() throws {
    var stage = Self.picks(Array(0..<240), pieces: 240)
    stage.note(
      500, .clock(zeroMonotonic: 5000, monotonic: 5000 + 500_000_000_000, realtime: Stage.realtime(504), speed: 1))
    stage.note(
      501, .clock(zeroMonotonic: 5000, monotonic: 5000 + 501_000_000_000, realtime: Stage.realtime(508), speed: 1))
    let verdict = try #require(stage.judge("rarest-first").first)
    #expect(verdict.status == .undecided && verdict.reason == "the realtime clock stepped by 3 s")
  }

  @Test func tooFewPicksSayNothing() throws {
    let verdict = try #require(Self.picks(Array(0..<60), pieces: 60).judge("rarest-first").first)
    #expect(verdict.status == .undecided && verdict.reason?.contains("100 needed") == true)
  }

  @Test func equallyRarePiecesAreNoPicks() throws {
    var stage = Stage(leechers: 1, pieces: 240)
    let seed = stage.connect("leecher-1", "seed", at: 0)
    stage.open(seed: "seed", leecher: "leecher-1", seed, at: 0.1)
    stage.say("seed", seed, .unchoke, at: 0.5)
    for piece in 0..<240 {
      stage.fetch(piece, by: "leecher-1", from: "seed", seed, at: 1 + Double(piece) / 10)
      stage.say("leecher-1", seed, .have, piece, at: 1.05 + Double(piece) / 10)
    }
    stage.recordOrdinaryRun(end: 100)
    let verdict = try #require(stage.judge("rarest-first").first)
    #expect(verdict.status == .undecided && verdict.power.n == 0)
  }
}
