import Control
import PeerCore
import PeerNode
import SwarmTime
import Testing
import Wire

@Suite("What strangers send")
struct HostileTests {
  private func withSeed(at ip: String, speed: Double = 1, _ body: (TestSwarm, TestPeer) async throws -> Void)
    async throws
  {
    try await TestSwarm.with(speed: speed) { swarm in
      try swarm.giveEverything(to: "seed")
      try await body(swarm, try await swarm.start("seed", at: ip))
    }
  }

  @Test("Bytes that are no handshake end the connection at the first wrong one")
  func garbage() async throws {
    try await withSeed(at: "127.77.10.1") { _, seed in
      for bytes in [Array("GET / HTTP/1.1\r\n\r\n".utf8), [19] + Array("BitTorrent protocoX".utf8), [0]] {
        let stranger = try RawPeer(to: seed.address)
        stranger.say(bytes)
        #expect(stranger.isClosed())
      }
    }
  }

  @Test("A handshake for another torrent is not answered")
  func otherTorrent() async throws {
    try await withSeed(at: "127.77.10.2") { _, seed in
      let stranger = try RawPeer(to: seed.address)
      let other = Handshake(infoHash: Array(repeating: 7, count: 20), peerID: Array(repeating: 8, count: 20))
      stranger.say(other.encoded)
      #expect(stranger.isClosed())
    }
  }

  @Test("Half a handshake is given up after a time")
  func halfHandshake() async throws {
    try await withSeed(at: "127.77.10.3", speed: 20) { _, seed in
      let stranger = try RawPeer(to: seed.address)
      stranger.say(Array(Handshake.prefix.prefix(10)))
      #expect(stranger.isClosed())
    }
  }

  @Test("A length that no message of its kind has ends the connection before its body is taken")
  func oversized() async throws {
    try await withSeed(at: "127.77.10.4") { swarm, seed in
      let heads: [[UInt8]] = [
        [0x7F, 0xFF, 0xFF, 0xFF, 7, 0, 0, 0, 0, 0, 0, 0, 0],  // a piece message of 2 GiB
        [0xFF, 0xFF, 0xFF, 0xFF, 5],  // a bitfield of 4 GiB
        [0x00, 0x40, 0x00, 0x00, 20],  // an extended message of 4 MiB
        [0x00, 0x40, 0x00, 0x00, 99],  // the same of an unknown kind
        [0, 0, 0, 2, 0],  // a choke with a body
      ]
      for head in heads {
        let stranger = try RawPeer(to: seed.address)
        let theirs = try #require(try stranger.greet(swarm.metainfo.infoHash))
        #expect(theirs.infoHash == swarm.metainfo.infoHash)
        stranger.say(head)
        #expect(stranger.isClosed())
      }
    }
  }

  @Test("Unknown messages are stepped over, and what follows is heard")
  func unknownMessage() async throws {
    try await withSeed(at: "127.77.10.5") { swarm, seed in
      let stranger = try RawPeer(to: seed.address)
      _ = try stranger.greet(swarm.metainfo.infoHash)
      stranger.say([0, 0, 4, 1, 99] + [UInt8](repeating: 0, count: 1024))
      stranger.say(PeerMessage.interested.encoded)
      // have-all and the extended handshake come first, then the unchoke of a free slot.
      var kinds: [MessageID?] = []
      while !kinds.contains(.unchoke) {
        let length = try stranger.hear(4).reduce(0) { $0 << 8 | Int($1) }
        if length > 0 { kinds.append(MessageID(rawValue: try stranger.hear(length)[0])) }
      }
      #expect(kinds.contains(.haveAll))
    }
  }

  @Test("Nobody is let in before the peer has joined")
  func notYetJoined() async throws {
    try await TestSwarm.with { swarm in
      let peer = try await swarm.start("early", at: "127.77.10.6", joins: false)
      let stranger = try RawPeer(to: peer.address)
      stranger.say(Handshake(infoHash: swarm.metainfo.infoHash, peerID: Array(repeating: 8, count: 20)).encoded)
      #expect(stranger.isClosed())
    }
  }

  @Test("A port that is taken is reported as such, and the peer ends")
  func portInUse() async throws {
    try await withSeed(at: "127.77.10.7") { swarm, seed in
      var settings = try swarm.settings("second", at: "127.77.10.7")
      settings.listen.port = seed.address.port
      let second = TestPeer(settings)
      try await second.error(code: "port-in-use")
      try await second.ended()
    }
  }

  @Test("Trust in a payload that is not there is refused")
  func missingPayload() async throws {
    try await TestSwarm.with { swarm in
      var settings = try swarm.settings("seed", at: "127.77.10.8")
      settings.assumesComplete = true
      let seed = TestPeer(settings)
      try await seed.error(code: "storage")
      try await seed.ended()
    }
  }
}
