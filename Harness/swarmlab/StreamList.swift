import Dissection

/// The streams of a capture that can be played, and how many cannot, by reason.
struct StreamList {
  let lines: [String]

  /// So many are listed, those with most messages.
  private static let most = 30

  init(_ capture: String) throws {
    let trace = try Dissection.trace(ofCapture: capture)
    var messages: [Int32: Int] = [:]
    for message in trace.messages { messages[message.connection, default: 0] += 1 }
    let streams = trace.connections.filter { $0.transport == .tcp }
    var numbers: [Int: Int] = [:]
    for (number, connection) in streams.enumerated() { numbers[connection.id] = number }
    let playable = streams.filter { $0.refusal == nil }
    let chosen = playable.sorted { (messages[Int32($0.id)] ?? 0, $1.id) > (messages[Int32($1.id)] ?? 0, $0.id) }
      .prefix(Self.most).sorted { $0.id < $1.id }
    var lines = ["\(playable.count) of \(streams.count) streams can be played:"]
    lines += chosen.map { connection in
      "  stream \(numbers[connection.id] ?? 0): \(connection.a.endpoint) to \(connection.b.endpoint), "
        + "\(messages[Int32(connection.id)] ?? 0) messages"
    }
    let rest = playable.count - chosen.count
    if rest > 0 { lines.append("  and \(rest) more, with fewer messages") }
    var reasons: [String: Int] = [:]
    for refusal in trace.connections.compactMap(\.refusal) { reasons[refusal.what, default: 0] += 1 }
    lines += reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.most).map { "  not \($1): \($0)" }
    self.lines = lines
  }
}
