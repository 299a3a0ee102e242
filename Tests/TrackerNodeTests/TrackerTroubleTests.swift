import Control
import Foundation
import NIOCore
import SwarmTime
import Testing
import TrackerNode
import Wire

@Suite("A tracker that is told to fail", .timeLimit(.minutes(1)))
struct TrackerTroubleTests {
  @Test("Over HTTP: errors and garbage, after which nothing was done, and then answers again")
  func http() async throws {
    try await TrackerServerTests.withTracker { server in
      let client = try HTTPClient(port: server.port)
      try await server.fail(.serverError).get()
      #expect(try client.get(TrackerServerTests.target(1)).status == 500)
      try await server.fail(.garbage).get()
      let garbage = try client.get(TrackerServerTests.target(1))
      #expect(garbage.status == 200)
      #expect(throws: (any Error).self) { try AnnounceResponse(parsing: garbage.body) }
      try await server.fail(nil).get()
      #expect(try ScrapeResponse(parsing: client.get("/scrape").body).files.isEmpty)
      #expect(try AnnounceResponse(parsing: client.get(TrackerServerTests.target(1)).body).incomplete == 1)
    }
  }

  @Test("Over HTTP: an answer is late, and what was asked is done at once; who goes meanwhile is not missed")
  func slowHTTP() async throws {
    try await TrackerServerTests.withTracker { server in
      try await server.fail(.slow(.milliseconds(300))).get()
      let begin = SwarmClock.monotonicNanoseconds()
      let patient = try HTTPClient(port: server.port)
      #expect(try AnnounceResponse(parsing: patient.get(TrackerServerTests.target(1)).body).incomplete == 1)
      #expect(SwarmClock.monotonicNanoseconds() - begin >= 300_000_000)
      do {
        let hasty = try HTTPClient(port: server.port)
        try hasty.send("GET \(TrackerServerTests.target(2)) HTTP/1.1\r\nHost: t\r\n\r\n")
      }
      #expect(try patient.get("/stats").status == 200)
    }
  }

  @Test("Over UDP: an error for each question, or what belongs to none, or the answer, late")
  func udp() async throws {
    let settings = TrackerSettings(interval: 60, transport: .udp)
    try await TrackerServerTests.withTracker(settings) { server in
      let client = try UDPClient(port: server.port)
      try await server.fail(.serverError).get()
      let connect = UDPTrackerRequest.connect(transaction: 7)
      #expect(try client.ask(connect) == .error(transaction: 7, "broken"))
      try await server.fail(.garbage).get()
      try client.send(connect.encoded)
      let garbage = try client.receive()
      #expect((try? UDPTrackerResponse(parsing: garbage, .ipv4))?.transaction != 7)
      try await server.fail(.slow(.milliseconds(300))).get()
      let begin = SwarmClock.monotonicNanoseconds()
      _ = try client.connect()
      #expect(SwarmClock.monotonicNanoseconds() - begin >= 300_000_000)
    }
  }
}
