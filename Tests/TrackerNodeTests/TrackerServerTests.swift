import Foundation
import NIOCore
import NIOPosix
import SwarmTime
import Testing
import TrackerNode
import Wire

@Suite("The tracker over HTTP")
struct TrackerServerTests {
  /// A tracker on a port of its own, closed at the end.
  static func withTracker(
    _ settings: TrackerSettings = TrackerSettings(), log: EventLog? = nil, _ body: (TrackerServer) async throws -> Void
  ) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let clock = SwarmClock(zeroMonotonicNanoseconds: SwarmClock.monotonicNanoseconds(), speed: 1)
    let result: Result<Void, any Error>
    do {
      let server = try await TrackerServer.listen(
        host: "127.0.0.1", port: 0, settings: settings, clock: clock, log: log, on: group.next()
      ).get()
      do {
        try await body(server)
        result = .success(())
      } catch { result = .failure(error) }
      try await server.close().get()
    } catch {
      try await group.shutdownGracefully()
      throw error
    }
    try await group.shutdownGracefully()
    try result.get()
  }

  static func target(
    _ peer: Int, left: Int64 = 1, compact: Bool? = true, event: AnnounceRequest.Event? = .started
  ) -> String {
    var request = TrackerTableTests.announce(peer, left: left, event: event)
    request.compact = compact
    return "/announce?" + request.query
  }

  @Test("Peers on kept connections hear of each other by the address from which they came")
  func announces() async throws {
    try await Self.withTracker { server in
      let clients = try (1...3).map { try HTTPClient(port: server.port, source: "127.64.0.\($0)") }
      for (index, client) in clients.enumerated() { _ = try client.get(Self.target(index)) }
      for round in 0..<3 {
        for (index, client) in clients.enumerated() {
          let answer = try client.get(Self.target(index, compact: round == 0, event: nil))
          #expect(answer.status == 200)
          let response = try AnnounceResponse(parsing: answer.body)
          let others = (1...3).filter { $0 != index + 1 }.map { "127.64.0.\($0)" }
          #expect(Set(response.peers.map(\.address)) == Set(others))
          #expect(response.peers.allSatisfy { ($0.peerID == nil) == (round == 0) })
        }
      }
    }
  }

  @Test("Peer ids are left out on request, and the short form is the default")
  func forms() async throws {
    try await Self.withTracker { server in
      let client = try HTTPClient(port: server.port)
      _ = try client.get(Self.target(1))
      let short = try client.get(Self.target(2, compact: nil).replacing("port=7000", with: "port=7001"))
      #expect(try Bencode.decode(short.body).dictionary?["peers"]?.bytes == [127, 0, 0, 1, 0x1B, 0x58])
      let long = try client.get(
        Self.target(2, compact: false).replacing("port=7000", with: "port=7001") + "&no_peer_id=1")
      let entry: BencodeDictionary = ["ip": "127.0.0.1", "port": 7000]
      #expect(try Bencode.decode(long.body).dictionary?["peers"]?.list == [.dictionary(entry)])
    }
  }

  @Test(
    "A bad question gets a failure reason, with the status 200 that makes clients look for one, and the connection lives",
    arguments: [
      ("/announce", "info_hash is missing"), ("/announce?info_hash=%zz", #"bad percent-encoding in "%zz""#),
      ("/announce?info_hash=abc", "info_hash has 3 bytes, expected 20"),
      ("/scrape?info_hash=abc", "info_hash has 3 bytes, expected 20"),
    ])
  func badRequests(_ target: String, _ reason: String) async throws {
    try await Self.withTracker { server in
      let client = try HTTPClient(port: server.port)
      let answer = try client.get(target)
      #expect(answer.status == 200)
      #expect(try AnnounceResponse(parsing: answer.body).failureReason == reason)
      #expect(try client.get(Self.target(1)).status == 200)
    }
  }

  @Test(
    "What is no HTTP gets 400 and a reason, and is closed",
    arguments: ["HELLO\r\n\r\n", "\u{13}BitTorrent protocol", "GET\r\n\r\n"])
  func noHTTP(_ text: String) async throws {
    try await Self.withTracker { server in
      let client = try HTTPClient(port: server.port)
      try client.send(text)
      let answer = try client.receive()
      #expect(answer.status == 400)
      #expect(answer.headers["connection"] == "close")
      #expect(try AnnounceResponse(parsing: answer.body).failureReason?.hasPrefix("this is no HTTP request") == true)
      #expect(try client.isClosed())
    }
  }

  @Test(
    "A head that is too long gets 400 before its end is there",
    arguments: [
      ("GET /announce?" + String(repeating: "x", count: 16 << 10), 0),
      ("GET /announce HTTP/1.1\r\nX: " + String(repeating: "x", count: 1 + 16 << 10), 0),
      ("GET /announce HTTP/1.1\r\nX: x\r\n", 64),
    ])
  func longHead(_ head: String, fields: Int) async throws {
    try await Self.withTracker { server in
      let client = try HTTPClient(port: server.port)
      try client.send(head + (0..<fields).map { "X\($0): x\r\n" }.joined())
      #expect(try client.receive().status == 400)
      #expect(try client.isClosed())
    }
  }

  @Test("Other paths, methods and long bodies are refused")
  func refusals() async throws {
    try await Self.withTracker { server in
      let client = try HTTPClient(port: server.port)
      #expect(try client.get("/").status == 404)
      #expect(try client.get("/announce/more").status == 404)
      try client.send("POST /announce HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nxx")
      let post = try client.receive()
      #expect(post.status == 405)
      #expect(post.headers["allow"] == "GET")
      let size = 100_000
      try client.send("GET /stats HTTP/1.1\r\nHost: t\r\nContent-Length: \(size)\r\n\r\n")
      try client.send(String(repeating: "x", count: size))
      #expect(try client.receive().status == 400)
    }
  }

  @Test("Requests in one packet, a request in many, and HTTP/1.0 are all answered")
  func framing() async throws {
    try await Self.withTracker { server in
      let client = try HTTPClient(port: server.port)
      let request = "GET /stats HTTP/1.1\r\nHost: t\r\n\r\n"
      try client.send(request + request + request)
      for _ in 0..<3 { #expect(try client.receive().status == 200) }
      for character in request { try client.send(String(character)) }
      #expect(try client.receive().status == 200)
      try client.send("GET http://tracker:6969/stats HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      #expect(try client.receive().headers["connection"] == "keep-alive")
      try client.send("GET /stats HTTP/1.0\r\n\r\n")
      #expect(try client.receive().headers["connection"] == "close")
      #expect(try client.isClosed())
    }
  }

  @Test(
    "An answer is as it is: plain, though compression is offered; with the minimum interval and a warning that apply")
  func plain() async throws {
    try await Self.withTracker(TrackerSettings(interval: 60, minimumInterval: 20)) { server in
      let client = try HTTPClient(port: server.port)
      try client.send("GET \(Self.target(1)) HTTP/1.1\r\nHost: t\r\nAccept-Encoding: gzip, deflate\r\n\r\n")
      let answer = try client.receive()
      #expect(answer.headers["content-encoding"] == nil && answer.headers["transfer-encoding"] == nil)
      let response = try AnnounceResponse(parsing: answer.body)
      #expect(response.interval == 60 && response.minInterval == 20 && response.warning == nil)
      let unreachable = try client.get(Self.target(2).replacing("port=7000", with: "port=0"))
      #expect(try AnnounceResponse(parsing: unreachable.body).warning == "port is 0, so no peer is told of this one")
    }
  }

  @Test("Scrape and figures say who is there")
  func figures() async throws {
    try await Self.withTracker { server in
      let client = try HTTPClient(port: server.port)
      for peer in 1...3 {
        _ = try client.get(Self.target(peer, left: peer == 1 ? 0 : 1).replacing("port=7000", with: "port=700\(peer)"))
      }
      let file = ScrapeResponse.File(infoHash: TrackerTableTests.infoHash, complete: 1, downloaded: 0, incomplete: 2)
      #expect(try ScrapeResponse(parsing: client.get("/scrape").body).files == [file])
      let stats = try JSONSerialization.jsonObject(with: Data(client.get("/stats").body)) as? [String: Any]
      #expect(stats?["seeds"] as? Int == 1)
      #expect(stats?["leechers"] as? Int == 2)
      #expect(stats?["announces"] as? Int == 3)
      let torrents = stats?["torrents"] as? [[String: Any]]
      #expect(torrents?.first?["infoHash"] as? String == String(repeating: "07", count: 20))
    }
  }

  @Test("A thousand peers on kept connections announce twice")
  func thousandPeers() async throws {
    // Each costs two descriptors here: both ends are in one process.
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = min(limit.rlim_max, 8192)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let count = min(1000, Int(limit.rlim_cur) / 2 - 200)
    try await Self.withTracker { server in
      let clients = try (0..<count).map { try HTTPClient(port: server.port, source: TrackerTableTests.address($0)) }
      for round in 0..<2 {
        // All ask before any is heard.
        for (index, client) in clients.enumerated() {
          try client.send("GET \(Self.target(index)) HTTP/1.1\r\nHost: t\r\n\r\n")
        }
        for client in clients {
          let response = try AnnounceResponse(parsing: client.receive().body)
          if round == 1 { #expect(response.peers.count == 50 && response.incomplete == count) }
        }
      }
    }
  }

  @Test("A client that asks without reading is not listened to without end, and does not hold up others")
  func greedy() async throws {
    try await Self.withTracker { server in
      let greedy = try HTTPClient(port: server.port)
      try greedy.setNonblocking()
      let request = "GET /scrape HTTP/1.1\r\nHost: t\r\n\r\n"
      let batch = String(repeating: request, count: 1000)
      // Ends only because the tracker stops reading: the kernel's buffers are full.
      var sent = 0
      while sent < 256 << 20, try greedy.sendSome(batch) > 0 { sent += batch.utf8.count }
      #expect(sent < 256 << 20)
      #expect(try HTTPClient(port: server.port).get("/stats").status == 200)
    }
  }

  @Test("A taken port is an error that says so")
  func portInUse() async throws {
    try await Self.withTracker { server in
      let group = MultiThreadedEventLoopGroup.singleton
      let clock = SwarmClock(zeroMonotonicNanoseconds: 0, speed: 1)
      let error = await #expect(throws: TrackerError.self) {
        _ = try await TrackerServer.listen(
          host: "127.0.0.1", port: server.port, settings: TrackerSettings(), clock: clock, on: group.next()
        ).get()
      }
      #expect(error?.code == .portInUse)
      #expect(error?.description.contains("127.0.0.1:\(server.port) is taken") == true)
    }
  }

  @Test("Announces and refusals are logged as JSON lines")
  func events() async throws {
    let path = NSTemporaryDirectory() + "events-\(UUID().uuidString).jsonl"
    defer { unlink(path) }
    try await Self.withTracker(log: EventLog(path: path)) { server in
      let client = try HTTPClient(port: server.port, source: "127.64.0.9")
      _ = try client.get(Self.target(1, left: 5))
      _ = try client.get("/announce")
      _ = try client.get("/stats")
    }
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    try #require(lines.count == 2)
    let announce = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
    #expect(announce?["address"] as? String == "127.64.0.9:7000")
    #expect(announce?["event"] as? String == "started")
    #expect(announce?["peerID"] as? String == "-SL0001-000000000001")
    #expect(announce?["left"] as? Int == 5)
    #expect(announce?["given"] as? Int == 0)
    #expect(lines[1].contains(#""refused":"info_hash is missing""#))
  }

  @Test("A log that cannot be written is an error that names the file")
  func noLog() throws {
    let error = try #require(throws: TrackerError.self) { try EventLog(path: "/no/such/folder/events.jsonl") }
    #expect(error.code == .cannotLog)
    #expect(error.description.contains("/no/such/folder/events.jsonl"))
  }
}

extension HTTPClient {
  func setNonblocking() throws {
    guard fcntl(socket.descriptor, F_SETFL, O_NONBLOCK) == 0 else { throw TestSocket.Failure(text: "fcntl: \(errno)") }
  }

  /// Sends what fits within two seconds; 0 when nothing does.
  func sendSome(_ text: String) throws -> Int {
    var ready = pollfd(fd: socket.descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&ready, 1, 2000) > 0 else { return 0 }
    let count = text.withCString { Foundation.send(socket.descriptor, $0, text.utf8.count, Int32(MSG_NOSIGNAL)) }
    return max(count, 0)
  }
}
