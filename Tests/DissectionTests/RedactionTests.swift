import Dissection
import Foundation
import PacketCapture
import StagedFrames
import Testing

/// What was not read is overwritten, and taken for the same again.
struct RedactionTests {
  /// Stands for what nobody is to see.
  private static let secret = Array("the secret of this very test, ".utf8)

  @Test("Nothing that was not read is left, and the trace is the same")
  func builtInMemory() throws {
    let wire = Self.secretive()
    try Scratch.with { folder in
      try wire.write(to: folder + "/full.pcap")
      try CaptureScrubber.scrub(from: folder + "/full.pcap", to: folder + "/redacted.pcap", redacting: true)
      let (before, after) = (wire.trace(), try Dissection.trace(ofCapture: folder + "/redacted.pcap"))
      expectSame(before, after)
      #expect(before.announces.count == 1)
      #expect(before.connections.contains { $0.cipher == .mse })
      #expect(before.coverage.passedOver == ["UDP": 1, "not IP": 1, "neither TCP nor UDP": 1])
      let full = try Data(contentsOf: URL(fileURLWithPath: folder + "/full.pcap"))
      let redacted = try Data(contentsOf: URL(fileURLWithPath: folder + "/redacted.pcap"))
      #expect(full.count == redacted.count)
      // The marker is in every kind of place; of 8 bytes of it none may be left.
      #expect(Self.count(full) >= 7)
      #expect(Self.count(redacted) == 0)
      // What was said is.
      #expect(redacted.range(of: Data("GET /announce?info_hash=".utf8)) != nil)
      #expect(redacted.range(of: Data("BitTorrent protocol".utf8)) != nil)
    }
  }

  @Test("Of error pages between files on one connection nothing is left but what the next head is found by")
  func errorPages() throws {
    var wire = TestWire()
    var web = TestConnection(initial: [29, 277], ports: [40003, 80])
    web.open(&wire)
    web.send(.client, Array("GET /payload.bin HTTP/1.1\r\n\r\n".utf8), &wire)
    let file = Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbytes".utf8)
    let page = Self.secret + Self.secret
    let head = "HTTP/1.1 503 Unavailable\r\nServer: \(String(decoding: Self.secret, as: UTF8.self))\r\n"
    let error = Array((head + "Content-Length: \(page.count)\r\n\r\n").utf8) + page
    for answer in [error, file, error, file] { web.send(.server, answer, &wire) }
    web.acknowledge(.client, &wire)
    try Scratch.with { folder in
      try wire.write(to: folder + "/full.pcap")
      try CaptureScrubber.scrub(from: folder + "/full.pcap", to: folder + "/redacted.pcap", redacting: true)
      let (before, after) = (wire.trace(), try Dissection.trace(ofCapture: folder + "/redacted.pcap"))
      #expect(before.responses.count == 2)
      expectSame(before, after)
      let full = try Data(contentsOf: URL(fileURLWithPath: folder + "/full.pcap"))
      let redacted = try Data(contentsOf: URL(fileURLWithPath: folder + "/redacted.pcap"))
      #expect(full.count == redacted.count)
      #expect(Self.count(full) == 6)
      #expect(Self.count(redacted) == 0)
    }
  }

  @Test("A page's request whose head tells an address is no less gone for the addresses becoming others")
  func redactedAndRemapped() throws {
    var wire = TestWire()
    var web = TestConnection(initial: [29, 277], ports: [40003, 80])
    web.open(&wire)
    let secret = String(decoding: Self.secret, as: UTF8.self)
    let request = "GET /page?\(secret) HTTP/1.1\r\nHost: 198.51.100.23\r\nCookie: \(secret)\r\n\r\n"
    web.send(.client, Array(request.utf8), &wire)
    let head = "HTTP/1.1 404 Not Found\r\nVia: 198.51.100.23 \(secret)\r\nContent-Length: 0\r\n\r\n"
    web.send(.server, Array(head.utf8), &wire)
    let file = "HTTP/1.1 200 OK\r\nVia: 198.51.100.23\r\nContent-Length: 5\r\n\r\nbytes"
    web.send(.server, Array(file.utf8), &wire)
    web.acknowledge(.client, &wire)
    try Scratch.with { folder in
      try wire.write(to: folder + "/full.pcap")
      try CaptureScrubber.scrub(
        from: folder + "/full.pcap", to: folder + "/redacted.pcap", redacting: true, remapping: RemapKey(text: "key"))
      let (before, after) = (wire.trace(), try Dissection.trace(ofCapture: folder + "/redacted.pcap"))
      #expect(before.responses.count == 1)
      #expect(before.readsAs(after, remapped: true))
      #expect(Self.count(try Data(contentsOf: URL(fileURLWithPath: folder + "/full.pcap"))) == 3)
      let redacted = try Data(contentsOf: URL(fileURLWithPath: folder + "/redacted.pcap"))
      #expect(Self.count(redacted) == 0)
      #expect(redacted.range(of: Data("198.51.100.23".utf8)) == nil)
      // The head of the file that came stays.
      #expect(redacted.range(of: Data("\r\nVia: ".utf8)) != nil)
    }
  }

  @Test(
    "Of other requests before, between and after announces on one connection nothing is left",
    arguments: [false, true])
  func requestsBetweenAnnounces(remapping: Bool) throws {
    var wire = TestWire()
    var web = TestConnection(initial: [29, 277], ports: [40003, 80])
    web.open(&wire)
    let secret = String(decoding: Self.secret, as: UTF8.self).replacingOccurrences(of: " ", with: "+")
    let hash = String(repeating: "%aa", count: 20)
    let page = "GET /\(secret) HTTP/1.1\r\nHost: 198.51.100.23\r\n\r\n"
    let announce = "GET /announce?info_hash=\(hash)&peer_id=\(hash)&port=7000&left=0 HTTP/1.1\r\n\r\n"
    web.send(.client, Array((page + announce).utf8), &wire)
    web.send(.client, Array((page + page).utf8), &wire)
    // A head that a hole cuts; the next is recognised behind it.
    web.send(.client, Array("GET /\(secret) HTTP/1.1\r\n".utf8), &wire)
    web.lose(.client, 50)
    web.send(.client, Array(announce.utf8), &wire)
    web.send(.client, Array(page.utf8), &wire)
    web.acknowledge(.server, &wire)
    try Scratch.with { folder in
      try wire.write(to: folder + "/full.pcap")
      try CaptureScrubber.scrub(
        from: folder + "/full.pcap", to: folder + "/redacted.pcap", redacting: true,
        remapping: remapping ? RemapKey(text: "key") : nil)
      let (before, after) = (wire.trace(), try Dissection.trace(ofCapture: folder + "/redacted.pcap"))
      #expect(before.announces.count == 2)
      #expect(before.readsAs(after, remapped: remapping))
      let redacted = try Data(contentsOf: URL(fileURLWithPath: folder + "/redacted.pcap"))
      for part in ["secret+of", "198.51.100.23"] {
        let full = try Data(contentsOf: URL(fileURLWithPath: folder + "/full.pcap"))
        #expect(full.range(of: Data(part.utf8)) != nil)
        #expect(redacted.range(of: Data(part.utf8)) == nil, "\(part)")
      }
    }
  }

  @Test(
    "Captures from anywhere read the same redacted", .enabled(if: SharedCaptures.areHere, "\(SharedCaptures.reason)"),
    arguments: ["real", "synthetic", "made"])
  func shared(folder: String) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: SharedCaptures.path(folder)).filter {
      $0.contains(".pcap") && !$0.contains("6peers")
    }
    try #require(!names.isEmpty)
    try Scratch.with { scratch in
      for name in names.sorted() {
        let source = SharedCaptures.path("\(folder)/\(name)")
        let copy = "\(scratch)/\(name).pcap"
        try CaptureScrubber.scrub(from: source, to: copy, redacting: true)
        expectSame(try Dissection.trace(ofCapture: source), try Dissection.trace(ofCapture: copy))
      }
    }
  }

  private static func count(_ data: Data) -> Int {
    var found = 0
    var start = data.startIndex
    while let range = data.range(of: Data(secret.prefix(8)), in: start..<data.endIndex) {
      found += 1
      start = range.upperBound
    }
    return found
  }

  /// Peer wire that loses its way in a hole, an encrypted stream, text, a web page, an announce, and frames of other protocols.
  private static func secretive() -> TestWire {
    var wire = TestWire()
    var peers = TestConnection()
    peers.openPeerWire(&wire)
    peers.send(.client, Message.interested, &wire)
    peers.lose(.client, 100)
    peers.send(.client, secret + secret, &wire)
    peers.send(.server, Message.unchoke, &wire)
    peers.acknowledge(.client, &wire)

    var encrypted = TestConnection(initial: [9, 77], ports: [40001, 7001])
    encrypted.open(&wire)
    var random = SeededGenerator(state: 4)
    for end in [TestConnection.End.client, .server] {
      encrypted.send(end, (0..<1800).map { _ in UInt8(truncatingIfNeeded: random.next()) } + secret, &wire)
    }
    encrypted.acknowledge(.client, &wire)

    var text = TestConnection(initial: [19, 177], ports: [40002, 25])
    text.open(&wire)
    text.send(.client, (0..<70).flatMap { _ in secret }, &wire)
    text.acknowledge(.server, &wire)

    var web = TestConnection(initial: [29, 277], ports: [40003, 80])
    web.open(&wire)
    web.send(.client, Array("GET /page HTTP/1.1\r\nCookie: ".utf8) + secret + Array("\r\n\r\n".utf8), &wire)
    web.send(.server, Array("HTTP/1.1 200 OK\r\n\r\n".utf8) + secret, &wire)
    web.acknowledge(.client, &wire)

    var tracker = TestConnection(initial: [39, 377], ports: [40004, 6969])
    tracker.open(&wire)
    let hash = String(repeating: "%aa", count: 20)
    tracker.send(
      .client, Array("GET /announce?info_hash=\(hash)&peer_id=\(hash)&port=7000&left=0 HTTP/1.1\r\n\r\n".utf8), &wire)
    tracker.acknowledge(.server, &wire)

    wire.add(TestWire.ethernet(TestWire.udp(secret, from: [127, 0, 0, 1], 5353, to: [127, 0, 0, 2], 5353)))
    wire.add(TestWire.ethernet(secret, type: 0x0806))
    wire.add(TestWire.ethernet(TestWire.ipv4(secret, from: [127, 0, 0, 1], to: [127, 0, 0, 2], protocol: 1)))
    return wire
  }
}
