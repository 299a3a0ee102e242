import Misbehaviour
import PeerCore
import PeerNode
import SwarmTime
import Testing
import Wire

@Suite("What only a peer that breaks rules asks of its shell, on real sockets", .timeLimit(.minutes(5)))
struct RuleBreakersTests {
  @Test("A block that is to be damaged is wrong in its last byte")
  func damagedBlock() async throws {
    try await TestSwarm.with { swarm in
      try swarm.giveEverything(to: "seed")
      let seed = try await swarm.start("seed", at: "127.77.25.1") {
        $0.makeLogic = { try MisbehaviourCatalogue.peer($0, misbehaving: (name: "poisoner", dose: 2)) }
      }
      let stranger = try RawPeer(to: seed.address)
      _ = try #require(try stranger.greet(swarm.metainfo.infoHash))
      stranger.say(PeerMessage.haveNone.encoded + PeerMessage.interested.encoded)
      _ = try body(of: .unchoke, to: stranger)
      let block = Block(piece: 0, begin: 0, length: 16384)
      let right = Array(swarm.contents[0].bytes[..<16384])
      // Every second one is.
      for isDamaged in [false, true, false, true] {
        stranger.say(PeerMessage.request(block).encoded)
        let sent = Array(try body(of: .piece, to: stranger).dropFirst(8))
        #expect(sent.count == right.count)
        #expect(sent.dropLast() == right.dropLast())
        #expect((sent.last != right.last) == isDamaged)
      }
    }
  }

  /// What the next message of that kind holds behind its id.
  private func body(of kind: MessageID, to stranger: RawPeer) throws -> [UInt8] {
    while true {
      let length = try stranger.hear(4).reduce(0) { $0 << 8 | Int($1) }
      guard length > 0 else { continue }
      let message = try stranger.hear(length)
      if message[0] == kind.rawValue { return Array(message.dropFirst()) }
    }
  }

  @Test("Another identity: connections end, and the same address answers under another peer id")
  func anotherIdentity() async throws {
    try await TestSwarm.with { swarm in
      let liar = try await swarm.start("liar", at: "127.77.25.2") {
        $0.makeLogic = { try MisbehaviourCatalogue.peer($0, misbehaving: (name: "whitewasher", dose: 0)) }
      }
      let first = try RawPeer(to: liar.address)
      let old = try #require(try first.greet(swarm.metainfo.infoHash))
      first.say(PeerMessage.haveNone.encoded + PeerMessage.choke.encoded)
      #expect(first.isClosed())
      let second = try RawPeer(to: liar.address)
      let new = try #require(try second.greet(swarm.metainfo.infoHash))
      #expect(old.peerID.count == 20 && new.peerID.count == 20)
      #expect(old.peerID != new.peerID)
      #expect(old.peerID.prefix(8) == new.peerID.prefix(8))
    }
  }
}
