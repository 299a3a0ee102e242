import PacketCapture

/// Gathers what is said on one connection over TCP.
struct ConversationCollector: TraceSink {
  /// Its number among those over TCP.
  let stream: Int
  /// Its id among all connections, once it has begun.
  private var id: Int?
  private(set) var traced: TracedConnection?
  private(set) var lines: [RecordedConversation.Line] = []
  /// Why it cannot be gathered whole, from the first place on where that showed.
  private(set) var refusal: ConversationRefusal?
  /// Connections over TCP so far.
  private(set) var streams = 0
  private var readers = [SpokenReader](
    repeating: SpokenReader(keepsPayload: false, mayPrecede: Self.negotiation), count: 2)
  private var offsets: [Int64] = [0, 0]

  /// What comes before the handshake where an encryption exchange (MSE) chose plaintext: a key of 96 bytes, a padding of
  /// at most 512, and its answer with another.
  private static let negotiation = 1536

  init(stream: Int) { self.stream = stream }

  mutating func connection(_ connection: TracedConnection, _ change: ConnectionChange) {
    if case .opened = change, connection.transport == .tcp {
      if streams == stream { id = connection.id }
      streams += 1
    }
    if connection.id == id { traced = connection }
  }

  mutating func stream(_ bytes: UnsafeRawBufferPointer, at: Int64, frame: Int, connection: Int, from: Int) {
    guard connection == id, refusal == nil else { return }
    if at > offsets[from] && !readers[from].skip(at - offsets[from]) {
      let place = bytes.isEmpty ? "at the end" : "before frame \(frame)"
      refusal = ConversationRefusal(
        what: "\(place) the capture lacks \(at - offsets[from]) bytes in which messages may be lost",
        expected: "a conversation without holes but in the payload of piece messages")
      return
    }
    offsets[from] = at + Int64(bytes.count)
    readers[from].append(bytes)
    do {
      while let content = try readers[from].next() {
        lines.append(RecordedConversation.Line(frame: frame, from: from, content: content))
      }
    } catch {
      refusal = ConversationRefusal(what: "frame \(frame): \(error)", expected: "peer wire as BEP 3, 6 and 10 have it")
    }
  }
}

extension RecordedConversation {
  /// Reads one conversation of a capture, with the content of all messages but the payload of pieces.
  ///
  /// - Parameter stream: as Wireshark numbers `tcp.stream`.
  /// - Throws: `CaptureError` for a file that is no capture, `ConversationRefusal` for a stream that is not there, that
  ///   is encrypted, no peer wire, or not whole from its first byte.
  public init(ofCapture path: String, stream: Int) throws {
    let reader = try CaptureReader(path: path)
    var dissector = Dissector(sink: ConversationCollector(stream: stream))
    while let frame = try reader.next() { dissector.add(frame) }
    dissector.finish()
    let found = dissector.sink
    guard let traced = found.traced else {
      let range = found.streams == 0 ? "a capture with TCP streams" : "a stream of 0 to \(found.streams - 1)"
      throw ConversationRefusal(what: "there is no such stream", expected: range)
    }
    if let refusal = traced.refusal ?? found.refusal { throw refusal }
    self.init(stream: stream, ends: [traced.a.endpoint, traced.b.endpoint], lines: found.lines)
  }
}
