/// What both sides of one connection said, in the order of the capture: a script that can be played again.
public struct RecordedConversation: Sendable {
  public struct Line: Hashable, Sendable {
    /// Frame of its last byte, as Wireshark numbers them.
    public var frame: Int
    /// 0: said by the side that opened the connection; 1: by the one that accepted it.
    public var from: Int
    public var content: Spoken

    public init(frame: Int, from: Int, content: Spoken) {
      self.frame = frame
      self.from = from
      self.content = content
    }
  }

  /// The stream's number, as Wireshark numbers `tcp.stream`.
  public var stream: Int
  /// Who opened the connection, and who accepted it.
  public var ends: [Endpoint]
  public var lines: [Line]

  public init(stream: Int, ends: [Endpoint], lines: [Line]) {
    self.stream = stream
    self.ends = ends
    self.lines = lines
  }
}

/// Why a stream of a capture cannot be played.
public struct ConversationRefusal: Error, Hashable, Sendable {
  public var what: String
  public var expected: String

  public init(what: String, expected: String) {
    self.what = what
    self.expected = expected
  }
}

extension TracedConnection {
  /// Why nobody can play this connection again, told from what it is; nil where it can perhaps be played.
  public var refusal: ConversationRefusal? {
    if transport == .utp {
      return ConversationRefusal(what: "it goes over uTP", expected: "a conversation over TCP")
    }
    if content == .http {
      return ConversationRefusal(what: "it carries HTTP", expected: "peer wire")
    }
    if content == .other || cipher == .mse {
      let what = cipher == .mse ? "it is encrypted" : "it carries no peer wire"
      return ConversationRefusal(what: what, expected: "peer wire in plaintext, which can be read and said anew")
    }
    if start == .midstream {
      return ConversationRefusal(
        what: "it began before the capture (no SYN was seen)", expected: "a conversation that was captured from its SYN"
      )
    }
    if a.handshakeAt == nil || b.handshakeAt == nil {
      return ConversationRefusal(
        what: "one end never sent its handshake", expected: "a conversation with both handshakes (BEP 3)")
    }
    return nil
  }
}
