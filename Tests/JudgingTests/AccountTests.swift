import Dissection
import Judging
import Planning
import Staging
import SwarmTime
import Testing
import Wire

/// What a capture tells without a verdict.
@Suite struct AccountTests {
  @Test func aConnectionTellsWhatEachSideSentAndForHowLongItServed() throws {
    var (stage, connection) = Stage.pair(pieces: 2)
    stage.fetch(0, by: "leecher-1", from: "seed", connection, at: 2)
    stage.say("seed", connection, .choke, at: 6)
    stage.close(connection, at: 10)
    stage.recordOrdinaryRun(end: 12)
    let accounts = ConnectionAccount.all(of: stage.scene)
    let one = try #require(accounts.first)
    #expect(accounts.count == 1)
    // The leecher called, so it is side a.
    #expect(one.a.peer == 1 && one.b.peer == 0)
    #expect(one.b.payloadBytes == Stage.pieceLength && one.a.payloadBytes == 0)
    #expect(one.a.counts[MessageKind.index(of: .request)] == 2 && one.b.counts[MessageKind.index(of: .piece)] == 2)
    #expect(one.b.unchoked.on == 5_000_000_000)
    #expect(one.b.unchoked.off == 5_000_000_000)
    #expect(one.b.unchoked.unknown == 0)
    #expect(one.a.interested.on == 9_400_000_000)
    #expect(one.a.client == ClientName.own.description)
    #expect(one.closed == .seconds(10) && one.infoHash == Stage.infoHash)
  }

  @Test func timesThatNobodyKnowsAreNotCalledChoked() throws {
    var stage = Stage(leechers: 1)
    let connection = stage.connect("leecher-1", "seed", start: .midstream)
    stage.say("seed", connection, .unchoke, at: 4)
    stage.hole("seed", connection, from: 6, to: 7, loses: .state)
    stage.close(connection, at: 10)
    stage.recordOrdinaryRun(end: 10)
    let side = try #require(ConnectionAccount.all(of: stage.scene).first).b
    #expect(side.unchoked.on == 2_000_000_000)
    #expect(side.unchoked.unknown == 8_000_000_000)
    #expect(side.unchoked.off == 0)
    #expect(side.missingBytes == 1000)
  }

  @Test func aConnectionThatCouldNotBeReadIsThereWithItsBytes() throws {
    var stage = Stage.honest()
    let hidden = stage.connect("leecher-1", "leecher-2", at: 3)
    stage.trace.connections[hidden].content = .other
    stage.trace.connections[hidden].cipher = .mse
    stage.trace.connections[hidden].a.streamBytes = 50_000
    let account = try #require(ConnectionAccount.all(of: stage.scene).last)
    #expect(account.conversation == nil && account.a.peer == nil)
    #expect(account.a.streamBytes == 50_000 && account.cipher == .mse)
  }

  @Test func aPieceTellsWhereItCameFromAndWhereItWent() throws {
    var (stage, connection) = Stage.pair(pieces: 2)
    stage.fetch(1, by: "leecher-1", from: "seed", connection, at: 2)
    stage.say("seed", connection, .piece, 1, 0, Stage.block, at: 3)
    let told = stage.say("leecher-1", connection, .have, 1, at: 3.5)
    stage.recordOrdinaryRun(end: 10)
    let pieces = PieceAccount.all(of: stage.scene)
    let got = try #require(pieces.first { $0.peer == 1 && $0.piece == 1 })
    #expect(got.sources == [0: Stage.pieceLength + Int64(Stage.block)])
    #expect(got.receivedBytes == Stage.pieceLength && got.duplicateBytes == Int64(Stage.block))
    #expect(got.got?.at == .seconds(2.005))
    #expect(got.said?.frame == told && !got.wasBrought)
    let brought = try #require(pieces.first { $0.peer == 0 && $0.piece == 0 })
    #expect(brought.wasBrought && brought.takers.isEmpty)
    #expect(!pieces.contains { $0.peer == 1 && $0.piece == 0 })
  }

  /// The sum of whole pieces is the payload, whoever sent them.
  @Test func whatEachLeecherGotIsThePayload() {
    let stage = Stage.honest(pieces: 4)
    let scene = stage.scene
    let pieces = PieceAccount.all(of: scene)
    let peers = PeerAccount.all(of: scene, connections: ConnectionAccount.all(of: scene), pieces: pieces)
    #expect(peers.map(\.payloadReceived) == [0, stage.plan.payload.sizeBytes, stage.plan.payload.sizeBytes])
    #expect(peers.map(\.payloadSent) == [2 * stage.plan.payload.sizeBytes, 0, 0])
    #expect(peers.map(\.piecesBrought) == [4, 0, 0])
    #expect(peers.map(\.piecesGot) == [0, 4, 4])
    #expect(peers.map(\.piecesServed) == [4, 0, 0])
    #expect(peers.map(\.partners) == [2, 2, 2])
  }

  @Test func aPeerIsOneOverItsAddresses() throws {
    var stage = Stage.honest()
    stage.trace.connections[1].a.endpoint.address = Addresses.peer(2, incarnation: 1)
    let scene = stage.scene
    let peers = PeerAccount.all(of: scene, connections: ConnectionAccount.all(of: scene), pieces: [])
    #expect(peers.count == 3)
    #expect(peers[2].addresses == [Addresses.peer(2, incarnation: 1), Addresses.peer(2)])
  }

  @Test func aChokeIsToldWithTheRatesThatItWasDecidedOn() throws {
    var stage = Stage(leechers: 3, pieces: 40)
    for name in ["leecher-2", "leecher-3"] {
      let connection = stage.connect("leecher-1", name)
      stage.say("leecher-1", connection, .unchoke, at: 1)
      stage.say(name, connection, .interested, at: 1)
      let blocks = name == "leecher-2" ? 4 : 2
      for block in 0..<blocks { stage.say(name, connection, .piece, block, 0, Stage.block, at: 15 + Double(block)) }
      if name == "leecher-3" { stage.say("leecher-1", connection, .choke, at: 21) }
    }
    stage.recordOrdinaryRun(end: 30)
    let chokes = ChokeAccount.all(of: stage.scene)
    #expect(chokes.map(\.isUnchoke) == [true, true, false])
    let choke = try #require(chokes.last)
    #expect(choke.at == .seconds(21) && choke.from == 1 && choke.to == 3 && choke.wasWanted == true)
    // Two blocks in the 20 s before.
    #expect(choke.rateFrom == Int64(2 * Stage.block / 20))
    #expect(choke.rank == 2 && choke.candidates == 2)
    #expect(choke.lasted == .seconds(9) && choke.isCensored)
    #expect(chokes.first?.rank == nil)
    #expect(chokes.contains { $0.isUnchoke && $0.to == 3 && $0.lasted == .seconds(20) && !$0.isCensored })
  }

  @Test func whoServedWhomIsToldWithWhen() throws {
    let scene = Stage.honest(pieces: 4).scene
    let pairs = PairAccount.all(of: scene)
    #expect(pairs.map(\.from) == [0, 0] && pairs.map(\.to) == [1, 2])
    let one = try #require(pairs.first)
    #expect(one.payloadBytes == scene.plan.payload.sizeBytes && one.blocks == 8)
    #expect(one.first == .seconds(1.005) && one.unchokes == 1)
  }
}
