import Control
import Foundation
import NIOCore
import NIOPosix
import PeerCore
import PeerNode
import SwarmTime
import Testing
import TrackerNode
import Wire

@Suite("Peers on real sockets and disks")
struct SwarmTests {
  @Test("A seed and three leechers that meet at a tracker all end with the same file")
  func wholeSwarm() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let tracker = try await TrackerServer.listen(
      host: "127.77.1.100", port: 0, settings: TrackerSettings(interval: 30),
      clock: SwarmClock(zeroMonotonicNanoseconds: SwarmClock.monotonicNanoseconds(), speed: 1), on: group.next()
    ).get()
    try await TestSwarm.with(announce: tracker.announceURLs[0]) { swarm in
      try swarm.giveEverything(to: "seed")
      let seed = try await swarm.start("seed", at: "127.77.1.1")
      #expect(try await seed.host.progress().isComplete)
      var leechers: [TestPeer] = []
      for index in 2...4 {
        leechers.append(try await swarm.start("leecher-\(index)", at: "127.77.1.\(index)"))
      }
      for leecher in leechers { try await leecher.completed() }
      for index in 2...4 { try swarm.expectWhole("leecher-\(index)") }
    }
    try await tracker.close().get()
    try await group.shutdownGracefully()
  }

  @Test(
    "The file arrives where the seed, the leecher or both do without the fast extension",
    arguments: [[false, true], [true, false], [false, false]])
  func withoutFastExtension(offers: [Bool]) async throws {
    try await TestSwarm.with { swarm in
      try swarm.giveEverything(to: "seed")
      let seed = try await swarm.start("seed", at: "127.77.44.1") { $0.offersFast = offers[0] }
      let leecher = try await swarm.start("leecher", at: "127.77.44.2") {
        $0.offersFast = offers[1]
        $0.peers = [seed.address]
      }
      try await leecher.completed()
      try swarm.expectWhole("leecher")
    }
  }

  @Test("A piece of more files than may be open at once is checked like any other")
  func smallFiles() async throws {
    let files = (0..<150).map { (path: ["file \($0)"], size: 700 + $0) }
    try await TestSwarm.with(files: files, pieceLength: 131_072) { swarm in
      try swarm.giveEverything(to: "seed")
      let seed = try await swarm.start("seed", at: "127.77.40.1")
      let leecher = try await swarm.start("leecher", at: "127.77.40.2") { $0.peers = [seed.address] }
      try await leecher.completed()
      try swarm.expectWhole("leecher")
    }
  }

  @Test("A torrent of many files, empty ones and folders included, arrives as it is")
  func manyFiles() async throws {
    let files: [(path: [String], size: Int)] = [
      (["a"], 100_000), (["sub", "empty"], 0), (["sub", "deeper", "b"], 1), (["c"], 65536), (["d"], 40_001),
      (["last, empty"], 0),
    ]
    try await TestSwarm.with(files: files, pieceLength: 32768) { swarm in
      try swarm.giveEverything(to: "seed")
      let seed = try await swarm.start("seed", at: "127.77.2.1") { $0.assumesComplete = true }
      let leecher = try await swarm.start("leecher", at: "127.77.2.2") { $0.peers = [seed.address] }
      try await leecher.completed()
      try swarm.expectWhole("leecher")
    }
  }

  @Test("A piece that is wrong on disk at the start is fetched again, and nothing else")
  func corruptedPiece() async throws {
    try await TestSwarm.with { swarm in
      try swarm.giveEverything(to: "seed")
      try swarm.giveEverything(to: "leecher")
      let damaged = try FileHandle(forWritingTo: swarm.file(0, of: "leecher"))
      try damaged.seek(toOffset: 3 * 65536 + 17)
      try damaged.write(contentsOf: Data("not this".utf8))
      try damaged.close()
      let seed = try await swarm.start("seed", at: "127.77.3.1")
      let leecher = try await swarm.start("leecher", at: "127.77.3.2") { $0.peers = [seed.address] }
      try await leecher.completed()
      #expect(try await leecher.host.progress().received == 65536)
      try swarm.expectWhole("leecher")
    }
  }

  @Test("A peer that leaves on completion tells the tracker, and its process ends")
  func leavesOnCompletion() async throws {
    try await TestSwarm.with { swarm in
      try swarm.giveEverything(to: "seed")
      let seed = try await swarm.start("seed", at: "127.77.4.1")
      let leecher = try await swarm.start("leecher", at: "127.77.4.2") {
        $0.peers = [seed.address]
        $0.leavesOnCompletion = true
      }
      try await leecher.report { $0 == .stopped(reason: "completed") }
      try await leecher.ended()
      try swarm.expectWhole("leecher")
    }
  }

  @Test("A peer that wants the first pieces is complete with these, and no seed")
  func wantsAPart() async throws {
    try await TestSwarm.with { swarm in
      try swarm.giveEverything(to: "seed")
      let seed = try await swarm.start("seed", at: "127.77.61.1")
      let leecher = try await swarm.start("leecher", at: "127.77.61.2") {
        $0.peers = [seed.address]
        $0.wantedPieces = 5
      }
      try await leecher.completed()
      let progress = try await leecher.host.progress()
      #expect(progress.piecesHeld == 5 && !progress.isComplete)
      #expect(progress.received == 5 * 65536)
      let found = try Data(contentsOf: swarm.file(0, of: "leecher"))
      #expect(Array(found.prefix(5 * 65536)) == Array(swarm.contents[0].bytes.prefix(5 * 65536)))
    }
  }

  @Test("A peer that begins with everything says so, and leaves at once where it leaves on completion")
  func beginsComplete() async throws {
    try await TestSwarm.with { swarm in
      for name in ["stays", "leaves"] { try swarm.giveEverything(to: name) }
      try await swarm.start("stays", at: "127.77.8.1").completed()
      let leaving = try await swarm.start("leaves", at: "127.77.8.2") { $0.leavesOnCompletion = true }
      try await leaving.report { $0 == .stopped(reason: "completed") }
    }
  }

  @Test("A peer that was ordered out can join again and goes on with what it has")
  func leavesAndJoins() async throws {
    try await TestSwarm.with { swarm in
      try swarm.giveEverything(to: "seed")
      let seed = try await swarm.start("seed", at: "127.77.5.1") {
        $0.upload = RateLimit(bytesPerSecond: 1 << 20, burst: 65536)
      }
      let leecher = try await swarm.start("leecher", at: "127.77.5.2") { $0.peers = [seed.address] }
      try await leecher.progress { $0.piecesHeld > 0 }
      leecher.host.obey(.leave)
      leecher.host.obey(.join)
      try await leecher.completed()
      try swarm.expectWhole("leecher")
      #expect(try await leecher.host.progress().received < 2 * swarm.metainfo.totalLength)
    }
  }
}
