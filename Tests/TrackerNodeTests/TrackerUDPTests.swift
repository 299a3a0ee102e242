import Foundation
import NIOCore
import NIOPosix
import SwarmTime
import Testing
import TrackerNode
import Wire

@Suite("The tracker over UDP", .timeLimit(.minutes(2)))
struct TrackerUDPTests {
  private static func announce(_ peer: Int, left: Int64 = 1, numwant: Int? = nil) -> AnnounceRequest {
    TrackerTableTests.announce(peer, left: left, event: .started, numwant: numwant)
  }

  private static func withTracker(
    _ settings: TrackerSettings = TrackerSettings(interval: 60, transport: .udp), log: EventLog? = nil,
    _ body: (TrackerServer) async throws -> Void
  ) async throws { try await TrackerServerTests.withTracker(settings, log: log, body) }

  @Test("Peers connect, announce and hear of each other by the address from which they came")
  func announces() async throws {
    try await Self.withTracker { server in
      #expect(server.announceURLs == ["udp://127.0.0.1:\(server.port)/announce"])
      let clients = try (1...3).map { try UDPClient(port: server.port, source: "127.64.0.\($0)") }
      let ids = try clients.map { try $0.connect() }
      #expect(Set(ids).count == 3)
      for (index, client) in clients.enumerated() {
        let response = try client.announce(Self.announce(index, left: index == 0 ? 0 : 1), connection: ids[index])
        #expect(response.interval == 60 && response.complete == 1 && response.incomplete == index)
        #expect(Set(response.peers.map(\.address)) == Set((0..<index).map { "127.64.0.\($0 + 1)" }))
      }
    }
  }

  @Test("Over both protocols it is one table on one port")
  func both() async throws {
    try await Self.withTracker(TrackerSettings(transport: .both)) { server in
      #expect(server.announceURLs.map { $0.prefix(3) } == ["udp", "htt"])
      let udp = try UDPClient(port: server.port, source: "127.64.0.1")
      let http = try HTTPClient(port: server.port, source: "127.64.0.2")
      let id = try udp.connect()
      #expect(try udp.announce(Self.announce(1), connection: id).peers == [])
      let heard = try AnnounceResponse(parsing: http.get(TrackerServerTests.target(2)).body)
      #expect(heard.peers.map(\.address) == ["127.64.0.1"])
      #expect(try udp.announce(Self.announce(1), connection: id).peers.map(\.address) == ["127.64.0.2"])
    }
  }

  @Test("A connection id holds for two minutes of swarm time, and for the address that asked for it, from any port")
  func connectionIDs() async throws {
    try await Self.withTracker { server in
      let zero = SwarmClock.monotonicNanoseconds()
      /// The swarm's clock stands, for a while, at `seconds`: a swarm second lasts a thousand real ones.
      func stand(at seconds: Int64) async throws {
        let shift = seconds * 1_000_000_000 * 1000
        try await server.setClock(SwarmClock(zeroMonotonicNanoseconds: zero - shift, speed: 0.001)).get()
      }
      try await stand(at: 59)
      let first = try UDPClient(port: server.port, source: "127.64.0.1")
      let id = try first.connect()
      try await stand(at: 178)
      #expect(try first.announce(Self.announce(1), connection: id).interval == 60)
      let otherPort = try UDPClient(port: server.port, source: "127.64.0.1")
      #expect(try otherPort.announce(Self.announce(1), connection: id).interval == 60)
      let stranger = try UDPClient(port: server.port, source: "127.64.0.2")
      let refusal = UDPTrackerResponse.error(transaction: 9, "connection id not valid")
      #expect(try stranger.ask(.announce(connection: id, transaction: 9, Self.announce(2))) == refusal)
      #expect(
        try stranger.ask(
          .scrape(connection: id, transaction: 9, ScrapeRequest(infoHashes: [TrackerTableTests.infoHash]))) == refusal)
      try await stand(at: 240)
      #expect(try first.ask(.announce(connection: id, transaction: 9, Self.announce(1))) == refusal)
      #expect(try first.announce(Self.announce(1), connection: first.connect()).incomplete == 1)
    }
  }

  @Test("A refusal is shorter than the question, so nobody can be flooded by way of the tracker")
  func noAmplification() async throws {
    try await Self.withTracker { server in
      let client = try UDPClient(port: server.port)
      let announce = UDPTrackerRequest.announce(connection: 1, transaction: 2, Self.announce(1)).encoded
      try client.send(announce)
      #expect(try client.receive().count <= announce.count)
      // Even the shortest scrape.
      let scrape = UDPTrackerRequest.scrape(
        connection: 1, transaction: 2, ScrapeRequest(infoHashes: [TrackerTableTests.infoHash])
      ).encoded
      try client.send(scrape)
      #expect(try client.receive().count <= scrape.count)
    }
  }

  @Test("What cannot be read gets no answer without a connection id, a reason with one, and harms nobody")
  func hostile() async throws {
    try await Self.withTracker { server in
      let client = try UDPClient(port: server.port)
      let id = try client.connect()
      let announce = UDPTrackerRequest.announce(connection: 77, transaction: 2, Self.announce(1)).encoded
      for size in 0..<98 { try client.sendInVain(Array(announce.prefix(size))) }
      var unknown = announce
      unknown[11] = 9
      try client.sendInVain(unknown)
      // A connect request of another protocol.
      unknown[11] = 0
      try client.sendInVain(Array(unknown.prefix(16)))
      try client.sendInVain([UInt8](repeating: 0xFF, count: 60_000))
      var random = SystemRandomNumberGenerator()
      for _ in 0..<200 {
        try client.sendInVain((0..<Int.random(in: 0...200, using: &random)).map { _ in .random(in: .min ... .max) })
      }
      let known = UDPTrackerRequest.announce(connection: id, transaction: 5, Self.announce(1)).encoded
      for (bytes, reason) in [
        (Array(known.prefix(97)), "the datagram has 97 bytes, expected 98 at least"),
        (known.prefix(11) + [4] + known.dropFirst(12), "action 4 is unknown, expected 0 to 3"),
        (known.prefix(83) + [7] + known.dropFirst(84), "event 7 is unknown, expected 0 to 3"),
      ] {
        try client.send(bytes)
        #expect(try UDPTrackerResponse(parsing: client.receive(), .ipv4) == .error(transaction: 5, reason))
      }
      #expect(try client.announce(Self.announce(1), connection: id).incomplete == 1)
    }
  }

  @Test("Options behind an announce are ignored, and an answer stays within one packet of Ethernet")
  func bounds() async throws {
    try await Self.withTracker(TrackerSettings(maximumPeers: 1000, transport: .udp)) { server in
      for peer in 0..<300 {
        let client = try UDPClient(port: server.port, source: TrackerTableTests.address(peer))
        _ = try client.announce(Self.announce(peer, numwant: 0), connection: client.connect())
      }
      let client = try UDPClient(port: server.port, source: "127.65.0.1")
      let question = UDPTrackerRequest.announce(
        connection: try client.connect(), transaction: 3, Self.announce(999, numwant: 500))
      try client.send(question.encoded + [2, 9] + Array("/announce".utf8))
      let bytes = try client.receive()
      #expect(bytes.count == 20 + 240 * 6 && bytes.count <= 1472)
      #expect(try client.announce(Self.announce(999, numwant: 7), connection: client.connect()).peers.count == 7)
    }
  }

  @Test("A scrape answers in the order of its hashes, with zeros for those that nobody announced")
  func scrape() async throws {
    try await Self.withTracker { server in
      let client = try UDPClient(port: server.port)
      let id = try client.connect()
      _ = try client.announce(Self.announce(1, left: 0), connection: id)
      let hashes = [[UInt8](repeating: 1, count: 20), TrackerTableTests.infoHash]
      let answer = try client.ask(.scrape(connection: id, transaction: 4, ScrapeRequest(infoHashes: hashes)))
      #expect(
        answer
          == .scrape(
            transaction: 4,
            [.init(complete: 0, downloaded: 0, incomplete: 0), .init(complete: 1, downloaded: 0, incomplete: 0)]))
    }
  }

  @Test("Ten thousand connect requests and as many wrong announces leave it as it was")
  func flood() async throws {
    try await Self.withTracker { server in
      let client = try UDPClient(port: server.port, source: "127.64.9.9")
      let wrong = UDPTrackerRequest.announce(connection: 1, transaction: 1, Self.announce(1)).encoded
      for number in 0..<10_000 {
        try client.send(UDPTrackerRequest.connect(transaction: UInt32(number)).encoded)
        try client.send(wrong)
      }
      // The kernel dropped what did not fit; another peer is served as ever.
      let id = try UDPClient(port: server.port, source: "127.64.9.8").connectPatiently()
      let other = try UDPClient(port: server.port, source: "127.64.9.8")
      #expect(try other.announce(Self.announce(2), connection: id).incomplete == 1)
    }
  }

  @Test("Announces and refusals over UDP are logged like those over HTTP, with the protocol")
  func events() async throws {
    let path = NSTemporaryDirectory() + "events-\(UUID().uuidString).jsonl"
    defer { unlink(path) }
    try await Self.withTracker(log: EventLog(path: path)) { server in
      let client = try UDPClient(port: server.port, source: "127.64.0.9")
      _ = try client.announce(Self.announce(1, left: 5), connection: client.connect())
      _ = try client.ask(.announce(connection: 1, transaction: 1, Self.announce(1)))
    }
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    try #require(lines.count == 2)
    #expect(lines[0].contains(#""over":"udp","address":"127.64.0.9:7000","event":"started""#))
    #expect(lines[1].contains(#""over":"udp","address":"127.64.0.9","refused":"connection id not valid""#))
  }

  @Test("A datagram from port 0 gets no answer, and the tracker serves on", .enabled(if: RawDatagram.canBeSent))
  func portZero() async throws {
    try await Self.withTracker { server in
      let question = UDPTrackerRequest.connect(transaction: 1).encoded
      try RawDatagram.send(question, from: ([127, 0, 0, 1], 0), to: server.port)
      _ = try UDPClient(port: server.port).connectPatiently()
      // The answer to the first, had there been one, has been tried by now.
      _ = try UDPClient(port: server.port).connectPatiently()
    }
  }

  @Test(
    "A peer to which nothing can be sent, which costs the tracker its socket, costs no other peer the tracker",
    .enabled(if: RawDatagram.canBeSent))
  func unsendable() async throws {
    try await Self.withTracker { server in
      for transaction in 1...3 {
        // The kernel sends nothing to the broadcast address from a socket that did not ask for leave.
        let question = UDPTrackerRequest.connect(transaction: UInt32(transaction)).encoded
        try RawDatagram.send(question, from: ([255, 255, 255, 255], 9), to: server.port)
        _ = try UDPClient(port: server.port).connectPatiently()
      }
    }
  }

  @Test("A port that is taken for UDP is an error that says so, and leaves no listener behind")
  func portInUse() async throws {
    try await Self.withTracker { taken in
      let group = MultiThreadedEventLoopGroup.singleton
      let clock = SwarmClock(zeroMonotonicNanoseconds: 0, speed: 1)
      let error = await #expect(throws: TrackerError.self) {
        _ = try await TrackerServer.listen(
          host: "127.0.0.1", port: taken.port, settings: TrackerSettings(transport: .both), clock: clock,
          on: group.next()
        ).get()
      }
      #expect(error?.code == .portInUse)
      let later = try await TrackerServer.listen(
        host: "127.0.0.1", port: taken.port, settings: TrackerSettings(), clock: clock, on: group.next()
      ).get()
      try await later.close().get()
    }
  }
}
