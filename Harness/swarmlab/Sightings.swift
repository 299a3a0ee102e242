import Dissection
import Judging
import Reporting

/// What a capture holds, in a few lines: all that can be said of one of which nothing else is known.
struct Sightings {
  let account: Account

  var lines: [String] {
    let scene = account.scene
    let trace = scene.trace
    let talkers = Set(scene.conversations.flatMap { [$0.first, $0.second] }).count
    let kinds = [
      ("peer wire", trace.connections.count { $0.content == .peerWire }),
      ("HTTP", trace.connections.count { $0.content == .http }),
      ("encrypted or unknown", trace.connections.count { $0.content == .other && hasBytes($0) }),
      ("without a byte", trace.connections.count { $0.content == .other && !hasBytes($0) }),
    ]
    let known = scene.conversations.count { $0.isKnownFromStart }
    let hashes = Set(trace.connections.compactMap(\.infoHash)).count
    var lines = [
      "connections: " + Self.list(kinds.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" })
        + "; peer wire among \(Self.count(talkers, "peer")), \(known) conversations known from both handshakes, "
        + Self.count(hashes, "info hash", "info hashes")
    ]
    let clients = ClientsSeen(trace).entries.map { "\($0.count) \($0.name ?? "of unknown make")" }
    if !clients.isEmpty { lines.append("clients, as their peer ids claim: " + Self.list(clients)) }
    let messages = messages
    if !messages.isEmpty || !trace.announces.isEmpty {
      lines.append("messages: " + Self.list(messages + [Self.count(trace.announces.count, "announce")]))
    }
    return lines
  }

  private func hasBytes(_ connection: TracedConnection) -> Bool {
    connection.a.streamBytes + connection.b.streamBytes > 0
  }

  /// `212 have`, in the order of `MessageKind`.
  private var messages: [String] {
    MessageKind.names.indices.compactMap { kind in
      let count = account.connections.reduce(0) { $0 + $1.a.counts[kind] + $1.b.counts[kind] }
      return count > 0 ? "\(count) \(MessageKind.names[kind])" : nil
    }
  }

  private static func count(_ n: Int, _ one: String, _ many: String? = nil) -> String {
    "\(n) \(n == 1 ? one : many ?? one + "s")"
  }

  private static func list(_ words: [String]) -> String { words.isEmpty ? "none" : words.joined(separator: ", ") }
}
