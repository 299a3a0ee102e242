import Dissection
import Judging
import Planning
import Staging
import SwarmTime
import Testing
import Wire

/// Who is on a capture that nobody planned.
@Suite struct StrangersTests {
  private static func id(_ text: String, _ last: UInt8) -> [UInt8] {
    Array(text.utf8) + [UInt8](repeating: last, count: 20 - text.utf8.count)
  }

  /// Two peers behind one address, one of which also calls from another.
  private func shared() -> Trace {
    var stage = Stage(leechers: 3)
    stage.connect("leecher-1", "seed")
    stage.connect("leecher-2", "seed", at: 1)
    stage.connect("leecher-3", "seed", at: 2)
    let address = "192.0.2.7"
    for (place, client, last) in [(0, "-LT2080-", UInt8(1)), (1, "-TR3000-", 2), (2, "-LT2080-", 1)] {
      stage.trace.connections[place].a.peerID = Self.id(client, last)
      if place < 2 {
        stage.trace.connections[place].a.endpoint = Endpoint(address: address, port: UInt16(40000 + place))
      }
    }
    return stage.trace
  }

  @Test func clientsOfOneAddressAreToldApart() {
    let strangers = Strangers(shared())
    let ends = strangers.peers.filter { $0.address == "192.0.2.7" }
    #expect(ends.map { $0.peerIDs.map { String(decoding: $0.prefix(3), as: UTF8.self) } } == [["-LT"], ["-TR"]])
    #expect(Set(ends.map(\.name)).count == 2)
    // The one that came back from elsewhere is the same.
    #expect(strangers.peers.count == 3)
  }

  /// As libtorrent 2 does.
  @Test func aPeerMayHaveAPeerIDForEachConnection() {
    var stage = Stage(leechers: 2)
    stage.connect("leecher-1", "seed")
    stage.connect("leecher-2", "leecher-1", at: 1)
    stage.connect("leecher-2", "seed", at: 2)
    for place in 0..<3 {
      stage.trace.connections[place].a.peerID = Self.id("-LT2080-", UInt8(10 + place))
      stage.trace.connections[place].b.peerID = Self.id("-LT2080-", UInt8(20 + place))
    }
    let peers = Strangers(stage.trace).peers
    #expect(peers.map(\.address) == stage.plan.peers.map(\.address))
    #expect(peers.map(\.peerIDs.count) == [2, 2, 2])
  }

  @Test func theTorrentWithMostBytesIsJudged() {
    var stage = Stage(leechers: 2)
    let first = stage.connect("leecher-1", "seed")
    let other = stage.connect("leecher-2", "leecher-1")
    stage.trace.connections[other].infoHash = Array(repeating: 9, count: 20)
    stage.push("seed", first, bytes: 100_000, at: 1)
    let strangers = Strangers(stage.trace)
    #expect(strangers.infoHash == Stage.infoHash)
    #expect(strangers.torrents == 2)
    #expect(strangers.peers.count == 2)
  }

  @Test func theMeasureOfATorrentIsLearned() {
    var stage = Stage(leechers: 1, pieces: 11)
    let connection = stage.connect("leecher-1", "seed")
    stage.say("seed", connection, .bitfield, at: 0.1, bitfield: [0xFF, 0xE0])
    stage.say("leecher-1", connection, .haveNone, at: 0.1)
    stage.say("seed", connection, .piece, 3, 16384, 16384, at: 1)
    stage.say("seed", connection, .piece, 10, 0, 5000, at: 2)
    // What one peer alone claims is not believed.
    stage.say("leecher-1", connection, .have, 1_000_000, at: 3)
    let strangers = Strangers(stage.trace)
    #expect(strangers.payload.pieceCount == 11)
    #expect(strangers.payload.pieceLengthBytes == 32768)
    #expect(strangers.payload.sizeBytes == 10 * 32768 + 5000)
    #expect(strangers.peers.map(\.isSeed) == [true, false])
    let plan = strangers.plan(name: "x", checks: [CheckPlan(name: "protocol-conformance", parameters: [:])]) { _ in
      .init()
    }
    let verdicts = Judge.judge(strangers, plan: plan, trace: stage.trace).verdicts
    #expect(verdicts.first { $0.subjects == [strangers.peers[1].name] }?.status == .fail)
  }

  /// A length is easily claimed, and a place is held for every piece of every peer.
  @Test func aBitfieldOfMorePiecesThanAnyTorrentHasIsClamped() {
    var stage = Stage(leechers: 3)
    let connection = stage.connect("leecher-1", "seed")
    stage.say("leecher-1", connection, .bitfield, at: 0.1, prefix: 1 << 21)
    stage.say("seed", connection, .piece, 3, 0, 16384, at: 1)
    #expect(Strangers(stage.trace).payload.pieceCount == 1 << 20)
    // And counts for nothing where most say otherwise.
    for name in ["leecher-2", "leecher-3"] {
      let honest = stage.connect(name, "seed", at: 2)
      stage.say(name, honest, .bitfield, at: 3, bitfield: [0xFF, 0xC0])
    }
    let payload = Strangers(stage.trace).payload
    #expect(payload.pieceCount == 10 && payload.sizeBytes == 10 * 16384)
  }

  /// Seen from the middle, nobody knows what it has or whom it serves: no profile is asked for.
  @Test func whoIsSeenFromTheMiddleIsHeldAgainstNothing() {
    var stage = Stage(leechers: 1)
    let connection = stage.connect("leecher-1", "seed", start: .midstream)
    stage.say("seed", connection, .unchoke, at: 1)
    let strangers = Strangers(stage.trace)
    #expect(strangers.peers.allSatisfy { !$0.isKnown })
    let plan = strangers.plan(name: "x", checks: []) { _ in .init(profile: .titForTat()) }
    #expect(plan.peers.allSatisfy { $0.profile == nil })
  }

  /// A negotiation that came to nothing hides nothing; more than one in a hundred bytes does.
  @Test(arguments: [(3_000, true), (40_000, false)])
  func littleThatIsEncryptedDoesNotMatter(_ bytes: Int, _ isJudged: Bool) throws {
    var stage = Stage.honest()
    let hidden = stage.connect("leecher-1", "leecher-2", at: 3)
    stage.trace.connections[hidden].content = .other
    stage.trace.connections[hidden].cipher = .mse
    stage.trace.connections[hidden].a.peerID = nil
    stage.trace.connections[hidden].a.streamBytes = Int64(bytes)
    let verdicts = stage.judge("upload-slots")
    #expect(verdicts.allSatisfy { ($0.reason?.contains("turn encryption off") ?? false) == !isJudged })
    #expect(isJudged == verdicts.contains { $0.status == .pass })
  }

  @Test func aClockThatWasSetBackIsNoticed() {
    var stage = Stage(leechers: 1)
    let connection = stage.connect("leecher-1", "seed")
    stage.say("seed", connection, .haveAll, at: 20)
    stage.say("leecher-1", connection, .haveNone, at: 15)
    let strangers = Strangers(stage.trace)
    let scene = Scene(strangers, plan: strangers.plan(name: "x", checks: []) { _ in .init() }, trace: stage.trace)
    #expect(scene.timingTrouble == "the realtime clock stepped by -5 s")
  }
}
