import NIOCore
import NIOPosix
import PeerCore
import PeerNode
import Testing
import Wire

/// Answers of HTTP trackers in every form that foreign ones give them.
@Suite("What a peer makes of a tracker's answer over HTTP", .timeLimit(.minutes(1)))
struct TrackerAnswerTests {
  private static let request = AnnounceRequest(
    infoHash: [UInt8](1...20), peerID: [UInt8](repeating: 97, count: 20), port: 7000, left: 5)
  static let body = "d8:intervali60e5:peers0:e"

  private static func announce(
    _ tracker: CannedTracker, host: String = "127.0.0.1", path: String = "/announce"
  ) async throws -> AnnounceResponse {
    try await TrackerClient.announce(
      request, to: #require(TrackerURL("http://\(host):\(tracker.port)\(path)")),
      from: #require(PeerAddress(ip: "127.77.20.1", port: 0)), timeout: .seconds(20),
      on: MultiThreadedEventLoopGroup.singleton.next()
    ).get()
  }

  @Test(
    "It is read however it is framed",
    arguments: [
      "HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n\(body)",
      "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\(body)",
      "HTTP/1.0 200 OK\r\n\r\n\(body)",
      "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 25\r\n\r\n\(body)",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nd8:in\r\n14\r\ntervali60e5:peers0:e\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 25\r\n\r\n\(body)",
    ])
  func framings(_ answer: String) async throws {
    try await CannedTracker.with { _ in
      answer
    } _: { tracker in
      let response = try await Self.announce(tracker)
      #expect(response.interval == 60)
    }
  }

  @Test("Of a name that has IPv6 addresses too, the IPv4 one is asked, since the peer's own address is one")
  func named() async throws {
    try await CannedTracker.with { _ in
      "HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n\(Self.body)"
    } _: { tracker in
      let response = try await Self.announce(tracker, host: "localhost")
      #expect(response.interval == 60)
    }
  }

  @Test("A redirect is followed with the announce's own query", arguments: [301, 302, 303, 307, 308])
  func redirect(_ status: Int) async throws {
    try await CannedTracker.with { target in
      target.hasPrefix("/announce?")
        ? "HTTP/1.1 \(status) Elsewhere\r\nLocation: /other?k=1\r\nContent-Length: 0\r\n\r\n"
        : "HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n\(Self.body)"
    } _: { tracker in
      let response = try await Self.announce(tracker)
      #expect(response.interval == 60)
      #expect(tracker.asked == ["/announce?\(Self.request.query)", "/other?k=1&\(Self.request.query)"])
    }
  }

  @Test("A redirect in a circle ends, and one to nowhere or to another protocol is not followed")
  func circles() async throws {
    try await CannedTracker.with { _ in
      "HTTP/1.1 302 F\r\nLocation: /announce\r\nContent-Length: 0\r\n\r\n"
    } _: { tracker in
      await #expect(throws: TrackerFailure.redirect("/announce")) { try await Self.announce(tracker) }
      #expect(tracker.asked.count == 6)
    }
    for location in ["https://127.0.0.1/announce", ""] {
      try await CannedTracker.with { _ in
        "HTTP/1.1 302 F\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n"
      } _: { tracker in
        await #expect(throws: TrackerFailure.redirect(location)) { try await Self.announce(tracker) }
      }
    }
  }

  @Test("A failure is told with the tracker's reason, whatever its status")
  func failures() async throws {
    let reason = "d14:failure reason10:not servede"
    for status in ["200 OK", "400 Bad Request"] {
      try await CannedTracker.with { _ in
        "HTTP/1.1 \(status)\r\nContent-Length: \(reason.utf8.count)\r\n\r\n\(reason)"
      } _: { tracker in
        await #expect(throws: TrackerFailure.refused("not served")) { try await Self.announce(tracker) }
      }
    }
    for answer in ["<html>no</html>", Self.body] {
      try await CannedTracker.with { _ in
        "HTTP/1.1 404 N\r\nContent-Length: \(answer.utf8.count)\r\n\r\n\(answer)"
      } _: { tracker in
        await #expect(throws: TrackerFailure.status(404)) { try await Self.announce(tracker) }
      }
    }
  }

  @Test("Compressed, too long, cut short, or no HTTP at all: refused")
  func refusals() async throws {
    try await CannedTracker.with { _ in
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx"
    } _: { tracker in
      await #expect(throws: TrackerFailure.encoded("gzip")) { try await Self.announce(tracker) }
    }
    let long = String(repeating: "x", count: 1 << 20 | 1)
    try await CannedTracker.with { _ in
      "HTTP/1.1 200 OK\r\n\r\n\(long)"
    } _: { tracker in
      await #expect(throws: TrackerFailure.tooLong) { try await Self.announce(tracker) }
    }
    for answer in [
      "HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n\(Self.body)", "\u{13}BitTorrent protocol", "",
      "HTTP/1.1 200 OK\r\n\r\nd",
    ] {
      try await CannedTracker.with { _ in
        answer
      } _: { tracker in
        await #expect(throws: (any Error).self) { try await Self.announce(tracker) }
      }
    }
  }
}
