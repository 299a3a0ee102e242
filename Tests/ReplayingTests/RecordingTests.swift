import Dissection
import PacketCapture
import Replaying
import Staging
import Testing
import Wire

@Suite("A conversation read from a capture")
struct RecordingTests {
  private func file(_ staged: StagedConversation = StagedConversation(), skipping: Int = 0) throws -> Scratch {
    let scratch = try Scratch()
    try staged.write(to: scratch.capture, skipping: skipping)
    return scratch
  }

  @Test("Every message is there with its content, in order, with the frame that brought it")
  func whole() throws {
    let staged = StagedConversation()
    let scratch = try file(staged)
    let read = try RecordedConversation(ofCapture: scratch.capture, stream: 0)
    #expect(read.lines.map(\.from) == staged.recorded.lines.map(\.from))
    #expect(read.lines.map(\.content) == staged.recorded.lines.map(\.content))
    // Three frames open the connection; each line is followed by its acknowledgement.
    #expect(read.lines.map(\.frame) == read.lines.indices.map { 4 + $0 * 2 })
    #expect(read.ends.map(\.description) == ["127.64.1.1:40000", "127.64.2.1:7000"])
  }

  @Test("A stream without its SYN is refused, and one that is not there")
  func refusals() throws {
    let scratch = try file(skipping: 9)
    #expect(
      throws: ConversationRefusal(
        what: "it began before the capture (no SYN was seen)",
        expected: "a conversation that was captured from its SYN")
    ) { try RecordedConversation(ofCapture: scratch.capture, stream: 0) }
    #expect(throws: ConversationRefusal(what: "there is no such stream", expected: "a stream of 0 to 0")) {
      try RecordedConversation(ofCapture: scratch.capture, stream: 1)
    }
    #expect(throws: CaptureError.self) { try RecordedConversation(ofCapture: scratch.capture + ".not", stream: 0) }
  }

  @Test("A hole in which messages may be lost is refused wherever it is, at the end too")
  func holes() throws {
    let staged = StagedConversation()
    let last = staged.lines.count - 1
    for (line, place) in [(6, "before frame 21"), (last, "at the end")] {
      let scratch = try Scratch()
      try staged.write(to: scratch.capture, lacking: [line])
      let bytes = staged.lines[line].bytes.count
      #expect(
        throws: ConversationRefusal(
          what: "\(place) the capture lacks \(bytes) bytes in which messages may be lost",
          expected: "a conversation without holes but in the payload of piece messages")
      ) { try RecordedConversation(ofCapture: scratch.capture, stream: 0) }
    }
  }

  @Test("Encrypted streams, HTTP, and those without a handshake are refused with the reason")
  func kinds() {
    let (a, b) = (Endpoint(address: "10.0.0.1", port: 1), Endpoint(address: "10.0.0.2", port: 2))
    var connection = TracedConnection(
      id: 0, a: TracedSide(endpoint: a), b: TracedSide(endpoint: b), start: .syn, opened: 0, openedFrame: 1)
    #expect(connection.refusal?.what == "it carries no peer wire")
    connection.cipher = .mse
    #expect(connection.refusal?.what == "it is encrypted")
    connection.cipher = .unknown
    connection.content = .http
    #expect(connection.refusal?.what == "it carries HTTP")
    connection.content = .peerWire
    connection.cipher = .plain
    connection.a.handshakeAt = 1
    #expect(connection.refusal?.what == "one end never sent its handshake")
    connection.b.handshakeAt = 1
    #expect(connection.refusal == nil)
    connection.transport = .utp
    #expect(connection.refusal?.what == "it goes over uTP")
  }

  @Test("Bytes are cut into the same messages however they come; payload is kept or stepped over")
  func portions() throws {
    let staged = StagedConversation()
    let all = staged.lines.filter { $0.from == 0 }.flatMap(\.bytes)
    for (keeps, portion) in [(true, 1), (false, 1), (false, 1000), (true, 100_000), (false, 7)] {
      var reader = SpokenReader(keepsPayload: keeps)
      var found: [Spoken] = []
      for start in stride(from: 0, to: all.count, by: portion) {
        all[start..<min(start + portion, all.count)].withUnsafeBytes { reader.append($0) }
        while let content = try reader.next() { found.append(content) }
      }
      #expect(found.map(\.text) == staged.recorded.lines.filter { $0.from == 0 }.map(\.content.text))
      guard case .block(_, let payload) = found.last else { throw SpokenError.noHandshake([]) }
      #expect(payload.count == (keeps ? 16384 : 0))
    }
  }

  @Test("What is no peer wire is said: no handshake, or a message of a wrong length")
  func broken() throws {
    var reader = SpokenReader(keepsPayload: true)
    Array("GET / HTTP/1.1\r\n\r\n".utf8).withUnsafeBytes { reader.append($0) }
    #expect(throws: SpokenError.noHandshake(Array("GET / HTTP/1.1\r\n\r\n".utf8))) { try reader.next() }
    var second = SpokenReader(keepsPayload: true)
    let handshake = Handshake(infoHash: StagedConversation.infoHash, peerID: StagedConversation.infoHash)
    (handshake.encoded + [0, 0, 0, 2, 1, 0]).withUnsafeBytes { second.append($0) }
    #expect(try second.next() == .handshake(handshake))
    #expect(throws: SpokenError.self) { try second.next() }
  }
}
