import FoundationEssentials

/// What the inner half tells the outer one: JSON lines on a Unix socket.
enum LabMessage: Codable, Hashable, Sendable {
  /// The rung was tried by use and holds what the plan needs.
  case standing
  /// It does not; the next rung may.
  case refused(reason: String)
  case event(LabEvent)
  case failed(LabError)
  /// What a probe found.
  case found(Sandbox.Finding)
  /// The last message of a run that went its course.
  case done(reason: EndReason, capture: CaptureSummary?)
}

/// What the outer half orders.
enum LabOrder: Codable, Hashable, Sendable {
  case stop(reason: EndReason)
}

enum MessageLine {
  static func encode(_ message: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(message) else { preconditionFailure("a message that JSON cannot hold") }
    return Array(data) + [UInt8(ascii: "\n")]
  }

  static func decode<Message: Decodable>(_ type: Message.Type, _ line: String) -> Message? {
    try? JSONDecoder().decode(type, from: Data(line.utf8))
  }
}
