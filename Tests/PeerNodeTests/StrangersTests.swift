import Control
import Foundation
import NIOCore
import PeerCore
import PeerNode
import SwarmTime
import Testing
import Wire

@Suite("Among strangers, on real sockets", .timeLimit(.minutes(5)))
struct StrangersTests {
  @Test("Who sends a whole bad piece is dropped and not let in again; the file is right")
  func wholeBadPiece() async throws {
    try await TestSwarm.with { swarm in
      try swarm.giveEverything(to: "seed")
      let seed = try await swarm.start("seed", at: "127.77.20.1", joins: false)
      let leecher = try await swarm.start("leecher", at: "127.77.20.2") { $0.peers = [seed.address] }
      let poisoner = try Poisoner(to: leecher.address, swarm.metainfo)
      #expect(poisoner.serve(garbage: .max) { _ in .garbage })
      try expectRefusal(by: leecher, swarm)
      seed.host.obey(.join)
      try await leecher.completed()
      try swarm.expectWhole("leecher")
    }
  }

  @Test("Who sends one bad block of a piece is found by what the right piece is; the good sender stays")
  func oneBadBlock() async throws {
    try await TestSwarm.with { swarm in
      try swarm.giveEverything(to: "seed")
      let seed = try await swarm.start("seed", at: "127.77.21.1", joins: false)
      let events = swarm.folder.appending(path: "events.jsonl").path
      let leecher = try await swarm.start("leecher", at: "127.77.21.2") {
        $0.peers = [seed.address]
        $0.eventsFile = events
      }
      let poisoner = try Poisoner(to: leecher.address, swarm.metainfo)
      // One block, and nothing more: the rest of its piece comes from the seed.
      #expect(!poisoner.serve(garbage: 1) { _ in .garbage })
      seed.host.obey(.join)
      #expect(poisoner.serve(garbage: 2) { _ in .reject })
      #expect(poisoner.answered == 1)
      try expectRefusal(by: leecher, swarm)
      try await leecher.completed()
      try swarm.expectWhole("leecher")
      leecher.host.stop(reason: "end of the test")
      try await leecher.ended()
      let log = try String(contentsOfFile: events, encoding: .utf8)
      #expect(log.contains("were not the piece's"))
    }
  }

  /// From the same address, under another peer id.
  private func expectRefusal(by leecher: TestPeer, _ swarm: TestSwarm) throws {
    let again = try RawPeer(to: leecher.address)
    again.say(
      Handshake(infoHash: swarm.metainfo.infoHash, peerID: Array("-XX0001-anothername1".utf8)).encoded)
    #expect(again.isClosed())
  }

  @Test("Of two that dial each other at once one connection is left, the same on both sides")
  func crossing() async throws {
    try await TestSwarm.with { swarm in
      try swarm.giveEverything(to: "seed")
      // Each must know the other's port before it starts.
      let ports = try [freePort("127.77.22.1"), freePort("127.77.22.2")]
      let addresses = [
        try #require(PeerAddress(ip: "127.77.22.1", port: ports[0])),
        try #require(PeerAddress(ip: "127.77.22.2", port: ports[1])),
      ]
      let seed = try await swarm.start("seed", at: "127.77.22.1", joins: false) {
        $0.listen = addresses[0]
        $0.peers = [addresses[1]]
        // Slow until it has been looked at: once both are complete they part.
        $0.upload = RateLimit(bytesPerSecond: 65536, burst: 65536)
      }
      let leecher = try await swarm.start("leecher", at: "127.77.22.2", joins: false) {
        $0.listen = addresses[1]
        $0.peers = [addresses[0]]
      }
      seed.host.obey(.join)
      leecher.host.obey(.join)
      try await leecher.progress { $0.piecesHeld >= 2 }
      #expect(try await leecher.host.progress().connections == 1)
      #expect(try await seed.host.progress().connections == 1)
      seed.host.obey(.setRate(upload: nil, download: nil))
      try await leecher.completed()
    }
  }

  private func freePort(_ ip: String) throws -> UInt16 {
    let any = try #require(PeerAddress(ip: ip, port: 0))
    return try RawPeer.freePort(at: any)
  }

  @Test("Two that only know a third find each other by peer exchange")
  func exchange() async throws {
    try await TestSwarm.with(speed: 10) { swarm in
      try swarm.giveEverything(to: "seed")
      // The hub has nothing to give, and nobody else has the seed's address.
      let hub = try await swarm.start("hub", at: "127.77.23.1") { $0.exchangesPeers = true }
      _ = try await swarm.start("seed", at: "127.77.23.2") {
        $0.peers = [hub.address]
        $0.exchangesPeers = true
        // Both stay incomplete for longer than anybody waits here: seeds part.
        $0.upload = RateLimit(bytesPerSecond: 1 << 10)
      }
      let leecher = try await swarm.start("leecher", at: "127.77.23.3") {
        $0.peers = [hub.address]
        $0.exchangesPeers = true
      }
      try await leecher.progress { $0.connections == 2 }
    }
  }

  @Test("A private torrent is not exchanged")
  func privateTorrent() async throws {
    try await TestSwarm.with(isPrivate: true) { swarm in
      let peer = try await swarm.start("peer", at: "127.77.24.1") { $0.exchangesPeers = true }
      let stranger = try RawPeer(to: peer.address)
      _ = try stranger.greet(swarm.metainfo.infoHash)
      while true {
        guard case .extendedHandshake(let handshake)? = try stranger.hearMessage() else { continue }
        #expect(handshake.peerExchangeID == nil)
        #expect(handshake.client == ClientName.own.description)
        #expect(handshake.yourIPv4 == 0x7F00_0001)
        break
      }
    }
  }
}
