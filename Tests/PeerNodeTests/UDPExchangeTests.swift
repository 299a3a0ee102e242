import PeerNode
import SwarmTime
import Testing
import Wire

@Suite("An announce over UDP, without its socket")
struct UDPExchangeTests {
  static let request = AnnounceRequest(
    infoHash: [UInt8](1...20), peerID: [UInt8](repeating: 9, count: 20), port: 7000, left: 5, event: .started)
  static let response = AnnounceResponse(
    interval: 60, complete: 0, incomplete: 1, peers: [TrackerPeer(address: "127.64.0.2", port: 7000)])

  static func exchange(
    _ connection: UDPExchange.Connection? = nil, retries: Int = UDPExchange.mostRetries
  ) -> UDPExchange {
    UDPExchange(request, connection: connection, retries: retries, random: RandomSource(seed: 1))
  }

  static func at(_ seconds: Double) -> SwarmInstant { .seconds(seconds) }

  /// What a question asks: `connect`, or `announce` with its connection id.
  static func kind(_ bytes: [UInt8]) throws -> String {
    switch try UDPTrackerRequest(parsing: bytes) {
    case .connect: "connect"
    case .announce(let id, _, let asked):
      asked.infoHash == request.infoHash && asked.left == 5 && asked.event == .started ? "announce \(id)" : "other"
    case .scrape: "scrape"
    }
  }

  static func transaction(_ bytes: [UInt8]) throws -> UInt32 { try UDPTrackerRequest(parsing: bytes).transaction }

  static func connected(_ question: [UInt8], _ id: UInt64) throws -> [UInt8] {
    UDPTrackerResponse.connect(transaction: try transaction(question), connection: id).encoded(.ipv4)
  }

  static func announced(_ question: [UInt8]) throws -> [UInt8] {
    UDPTrackerResponse.announce(transaction: try transaction(question), response).encoded(.ipv4)
  }

  static func sent(_ step: UDPExchange.Step) throws -> [UInt8] {
    guard case .send(let bytes) = step else { throw Unexpected(step: step) }
    return bytes
  }

  struct Unexpected: Error { let step: UDPExchange.Step }

  /// Lets every deadline pass until `end`, and tells when what was asked.
  static func timeline(
    _ exchange: inout UDPExchange, _ asked: inout [String], until end: Double
  ) throws {
    while exchange.due < at(end) {
      let now = exchange.due
      asked.append("\(Int(now.seconds)) \(try kind(sent(exchange.timeout(at: now))))")
    }
  }

  @Test("Connect, announce, done")
  func plain() throws {
    var exchange = Self.exchange()
    let connect = exchange.begin(at: Self.at(0))
    #expect(try Self.kind(connect) == "connect")
    let announce = try Self.sent(exchange.take(Self.connected(connect, 42), at: Self.at(1)))
    #expect(try Self.kind(announce) == "announce 42")
    #expect(try Self.transaction(announce) != Self.transaction(connect))
    #expect(try exchange.take(Self.announced(announce), at: Self.at(2)) == .done(Self.response))
    #expect(exchange.connection == .init(id: 42, since: Self.at(1)))
  }

  @Test("A connect request is sent again as in BEP 15's example, eight times at most")
  func connectTimesOut() throws {
    var exchange = Self.exchange()
    var asked = ["0 \(try Self.kind(exchange.begin(at: Self.at(0))))"]
    try Self.timeline(&exchange, &asked, until: 7000)
    #expect(asked == [0, 15, 45, 105, 225, 465, 945, 1905, 3825].map { "\($0) connect" })
    #expect(exchange.due == Self.at(7665))
    #expect(exchange.timeout(at: exchange.due) == .failed(.timedOut))
  }

  @Test("An announce is sent again as in BEP 15's example, and connects anew when its id is a minute old")
  func announceTimesOut() throws {
    var exchange = Self.exchange()
    let connect = exchange.begin(at: Self.at(0))
    let announce = try Self.sent(exchange.take(Self.connected(connect, 42), at: Self.at(1)))
    #expect(try Self.kind(announce) == "announce 42")
    #expect(exchange.due == Self.at(16))
    var asked: [String] = []
    try Self.timeline(&exchange, &asked, until: 300)
    #expect(asked == ["16 announce 42", "46 announce 42", "106 connect", "226 connect"])
  }

  @Test("An id from before is used for one minute", arguments: [(59.0, "announce 7"), (60.0, "connect")])
  func reuse(_ age: Double, _ kind: String) throws {
    var exchange = Self.exchange(.init(id: 7, since: Self.at(100)))
    #expect(try Self.kind(exchange.begin(at: Self.at(100 + age))) == kind)
  }

  @Test("With other trackers to turn to it gives up sooner")
  func fewRetries() throws {
    var exchange = Self.exchange(retries: 1)
    _ = exchange.begin(at: Self.at(0))
    _ = try Self.sent(exchange.timeout(at: Self.at(15)))
    #expect(exchange.due == Self.at(45))
    #expect(exchange.timeout(at: Self.at(45)) == .failed(.timedOut))
  }

  @Test("What is short, broken, of another transaction or answers another question is as if it had never come")
  func hostile() throws {
    var exchange = Self.exchange()
    let connect = exchange.begin(at: Self.at(0))
    let right = try Self.connected(connect, 42)
    var wrong = right
    wrong[7] ^= 1
    let early = try Self.announced(connect)
    for bytes in [wrong, early, [], [0xFF], [UInt8](repeating: 0, count: 2000)]
      + (0..<16).map({ Array(right.prefix($0)) })
    {
      #expect(exchange.take(bytes, at: Self.at(1)) == .wait)
    }
    #expect(exchange.due == Self.at(15))
    let announce = try Self.sent(exchange.take(right, at: Self.at(1)))
    let answer = try Self.announced(announce)
    let again = try Self.connected(announce, 43)
    var other = answer
    other[4] ^= 0x80
    for bytes in [right, again, other, answer + [1], Array(answer.dropLast())] {
      #expect(exchange.take(bytes, at: Self.at(2)) == .wait)
    }
    #expect(exchange.take(answer, at: Self.at(3)) == .done(Self.response))
  }

  @Test("An error sends it back to connect once, since its id may be too old; the next one is the tracker's word")
  func errors() throws {
    func error(_ question: [UInt8], _ text: String) throws -> [UInt8] {
      UDPTrackerResponse.error(transaction: try Self.transaction(question), text).encoded(.ipv4)
    }
    var exchange = Self.exchange(.init(id: 7, since: Self.at(0)))
    let announce = exchange.begin(at: Self.at(1))
    let connect = try Self.sent(exchange.take(error(announce, "old id"), at: Self.at(2)))
    #expect(try Self.kind(connect) == "connect")
    let second = try Self.sent(exchange.take(Self.connected(connect, 8), at: Self.at(3)))
    #expect(try Self.kind(second) == "announce 8")
    #expect(exchange.take(try error(second, "not served"), at: Self.at(4)) == .failed(.refused("not served")))
    #expect(exchange.connection == nil)

    var refused = Self.exchange()
    let first = refused.begin(at: Self.at(0))
    #expect(refused.take(try error(first, "go away"), at: Self.at(1)) == .failed(.refused("go away")))
  }

  @Test("On a fast clock it waits for as long as the machine may need")
  func leastWait() {
    var exchange = UDPExchange(
      Self.request, connection: nil, leastWait: .seconds(50), random: RandomSource(seed: 1))
    _ = exchange.begin(at: Self.at(0))
    #expect(exchange.due == Self.at(50))
    _ = exchange.timeout(at: Self.at(50))
    #expect(exchange.due == Self.at(100))
    _ = exchange.timeout(at: Self.at(100))
    #expect(exchange.due == Self.at(160))
  }
}
