import Dissection
import StagedFrames
import Testing

/// Files over HTTP, on whatever port.
@Suite struct ResponseTests {
  private static let get = Array("GET /payload.bin HTTP/1.1\r\nHost: 127.64.0.1\r\n\r\n".utf8)

  private static func head(_ status: String, _ fields: String...) -> [UInt8] {
    Array(("HTTP/1.1 \(status)\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n").utf8)
  }

  /// The server's bytes in segments of these sizes, the last as long as it takes; each acknowledged.
  private func trace(
    _ answer: [UInt8], cutInto sizes: [Int] = [], asking: [UInt8] = get, losing lost: Set<Int> = []
  ) -> Trace {
    var wire = TestWire()
    var tcp = TestConnection(ports: [40000, 8080])
    tcp.open(&wire)
    tcp.send(.client, asking, &wire)
    var rest = answer[...]
    for (number, size) in (sizes + [answer.count]).enumerated() {
      let part = Array(rest.prefix(size))
      rest = rest.dropFirst(size)
      guard !part.isEmpty else { continue }
      if lost.contains(number) { tcp.lose(.server, part.count) } else { tcp.send(.server, part, &wire) }
      tcp.acknowledge(.client, &wire)
    }
    return wire.trace()
  }

  @Test(
    "A whole file: where its body lies, and every byte of the connection as segments", arguments: [[], [1, 30, 40, 7]])
  func whole(cuts: [Int]) throws {
    let head = Self.head("200 OK", "content-length:  1000 ", "Content-Type: x")
    let trace = trace(head + [UInt8](repeating: 7, count: 1000), cutInto: cuts)
    let response = try #require(trace.responses.first)
    #expect(trace.responses.count == 1 && trace.announces.isEmpty)
    #expect((response.status, response.from, response.connection) == (200, 1, 0))
    #expect(response.bodyOffset == Int64(head.count) && response.bodyBytes == 1000)
    #expect(response.begin == 0 && response.fileBytes == 1000)
    #expect(trace.connections[0].content == .http)
    #expect(trace.segmentBytes(from: 1) == head.count + 1000)
    #expect(trace.segmentBytes(from: 0) == Self.get.count)
  }

  @Test("A part of a file lies where Content-Range says; answers follow each other on a kept connection")
  func parts() {
    let first = Self.head("206 Partial Content", "Content-Range: bytes 400-499/1000", "Content-Length: 100")
    let none = Self.head("416 Range Not Satisfiable", "Content-Range: bytes */1000", "Content-Length: 0")
    let second = Self.head("206 Partial Content", "Content-Range: bytes 0-9/1000", "Content-Length: 10")
    let body = [UInt8](repeating: 1, count: 100)
    let trace = trace(first + body + none + second + body.prefix(10), cutInto: [90, 90, 3])
    #expect(trace.responses.map(\.begin) == [400, 0])
    #expect(trace.responses.map(\.bodyBytes) == [100, 10])
    var deliveries = FileDeliveries()
    for response in trace.responses { deliveries.add(response) }
    let parts = trace.segments.flatMap { deliveries.add($0) }.map(\.bytes)
    #expect(parts.first?.lowerBound == 400)
    #expect(parts.filter { $0.lowerBound >= 400 }.reduce(0) { $0 + $1.count } == 100)
    #expect(parts.last == 0..<10)
  }

  @Test(
    "What brings no file of known size is none",
    arguments: [
      head("404 Not Found", "Content-Length: 9"), head("200 OK"), head("200 OK", "Transfer-Encoding: chunked"),
      head("200 OK", "Content-Length: 5", "Transfer-Encoding: chunked"), head("200 OK", "Content-Length: -5"),
      head("200 OK", "Content-Length: 9223372036854775807"), head("200 OK", "Content-Length: 1152921504606846977"),
      head("206 Partial Content", "Content-Length: 9"), head("204 No Content", "Content-Length: 9"),
      head("206 Partial Content", "Content-Range: bytes 0-9/1000", "Content-Length: 9"),
      head("206 Partial Content", "Content-Range: bytes 5-13/10", "Content-Length: 9"),
      Array("HTTP/1.1 x\r\n\r\n".utf8), Array("HTTP/1.1 200 OK\r\n".utf8) + [UInt8](repeating: 65, count: 20_000),
    ])
  func none(_ head: [UInt8]) {
    let trace = trace(head + [UInt8](repeating: 0, count: 9))
    #expect(trace.responses.isEmpty && trace.segments.isEmpty)
    #expect(trace.connections[0].content == .http)
  }

  @Test("A tracker's answer is no file")
  func tracker() {
    let asking = Array(
      "GET /announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-XX0001-123456789012&port=1&left=0 HTTP/1.1\r\n\r\n".utf8)
    let scrape = Array("GET /scrape?info_hash=aaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\n\r\n".utf8)
    for asking in [asking, scrape] {
      let trace = trace(Self.head("200 OK", "Content-Length: 90") + [UInt8](repeating: 0, count: 90), asking: asking)
      #expect(trace.responses.isEmpty && trace.segments.isEmpty)
    }
  }

  @Test("What the capture lacks of a body is payload; a head that it lacks ends the reading")
  func holes() {
    let head = Self.head("200 OK", "Content-Length: 1000")
    let answer = head + [UInt8](repeating: 7, count: 1000) + Self.head("404 Not Found", "Content-Length: 0")
    let body = trace(answer, cutInto: [head.count + 100, 200, 300], losing: [1])
    #expect(body.holes.map(\.loses) == [.payload] && body.responses.count == 1)
    var deliveries = FileDeliveries()
    for response in body.responses { deliveries.add(response) }
    let parts = body.segments.flatMap { deliveries.add($0) }.map(\.bytes)
    #expect(parts == [0..<100, 300..<600, 600..<1000])
    let heads = trace(answer, cutInto: [10, head.count, 300], losing: [1])
    #expect(heads.responses.isEmpty && heads.holes.map(\.loses) == [.state])
  }

  @Test("Pieces are whole once every byte is there, in whatever order and however often it comes")
  func pieces() {
    var pieces = WholePieces(size: 250, pieceLength: 100)
    #expect(pieces.insert(0..<99) == [])
    #expect(pieces.insert(150..<260) == [2])
    #expect(pieces.bytes == 199)
    #expect(pieces.insert(50..<120) == [0])
    #expect(pieces.insert(50..<120) == [])
    #expect(pieces.insert(110..<160) == [1])
    #expect(pieces.bytes == 250)
    var none = WholePieces(size: 0, pieceLength: 0)
    #expect(none.insert(0..<10) == [] && none.bytes == 0)
  }
}
