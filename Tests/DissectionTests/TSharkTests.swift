import Dissection
import Foundation
import StagedFrames
import Testing
import Wire

/// What tshark finds in captures and what we find, message for message. They differ in what a page of the documentation
/// lists, and in nothing else.
@Suite(.enabled(if: SharedCaptures.areHere, "\(SharedCaptures.reason)"))
struct TSharkTests {
  private static let made = [
    "libtorrent_choking_lo.pcap.gz", "local_libtorrent208_6peers_lo.pcap", "local_lt208_mse_rc4_lo.pcap",
    "local_lt208_utp_lo.pcap",
  ]
  private static let real = [
    "arkime_bt-tcp.pcap", "arkime_bt-tcp_old.pcap", "arkime_bt-udp.pcap", "ndpi_bittorrent.pcap",
    "ndpi_bittorrent_ip.pcap", "ndpi_bittorrent_tcp_miss.pcapng", "ndpi_bittorrent_transmission.pcapng",
    "ndpi_bittorrent_utp.pcap", "ndpi_bt-dns.pcap", "ndpi_bt-http.pcapng", "ndpi_bt_search.pcap",
    "ndpi_lru_ipv6_caches.pcapng", "ndpi_tls_torrent.pcapng", "suricata_bittorrent-dht.pcap",
    "suricata_bittorrent-dht_old.pcap", "zeek_tracker.pcap",
  ]

  @Test(
    "Every message is tshark's, but for those that the documentation lists with tshark's reason",
    arguments: made.map { "made/" + $0 } + real.map { "real/" + $0 })
  func messages(path: String) throws {
    let ours = Self.ours(try Dissection.trace(ofCapture: SharedCaptures.path(path)))
    let theirs = try Self.theirs(path.split(separator: "/").last.map(String.init) ?? "")
    var differences: [Int: Difference] = [:]
    for message in Set(ours.keys).union(theirs.keys) {
      let (here, there) = (ours[message] ?? [], theirs[message] ?? [])
      guard here.count != there.count else { continue }
      for frame in Self.surplus(here, over: there) {
        differences[frame, default: .init()].ours[message.kind, default: 0] += 1
      }
      for frame in Self.surplus(there, over: here) {
        differences[frame, default: .init()].theirs[message.kind, default: 0] += 1
      }
    }
    let listed = try Self.listed()[path] ?? [:]
    #expect(differences.mapValues(\.text) == listed)
  }

  /// One message as both tell it; over uTP streams are told apart by their ends, since Wireshark numbers datagrams of two ends as one.
  private struct Key: Hashable {
    var stream: String
    var kind: String
    var block: [String]
  }

  private struct Difference {
    var ours: [String: Int] = [:]
    var theirs: [String: Int] = [:]

    var text: String { Self.text(ours) + " | " + Self.text(theirs) }

    private static func text(_ counts: [String: Int]) -> String {
      counts.isEmpty ? "–" : counts.sorted { $0.key < $1.key }.map { "\($0.key) × \($0.value)" }.joined(separator: ", ")
    }
  }

  /// Frames that the first has more often.
  private static func surplus(_ frames: [Int], over others: [Int]) -> [Int] {
    var rest = others
    return frames.filter { frame in
      guard let position = rest.firstIndex(of: frame) else { return true }
      rest.remove(at: position)
      return false
    }
  }

  private static func ours(_ trace: Trace) -> [Key: [Int]] {
    var streams: [String] = []
    var numbers: [TracedConnection.Transport: Int] = [:]
    var found: [Key: [Int]] = [:]
    for connection in trace.connections {
      let number = numbers[connection.transport, default: 0]
      numbers[connection.transport] = number + 1
      for from in 0...1 {
        let (side, other) = (connection.side(from), connection.side(1 - from))
        let place = connection.transport == .tcp ? "tcp \(number)" : "udp"
        streams.append("\(place) \(side.endpoint) \(other.endpoint)")
        if let frame = side.handshakeFrame {
          found[Key(stream: streams[streams.count - 1], kind: "handshake", block: []), default: []].append(frame)
        }
      }
    }
    for message in trace.messages where message.id != TracedMessage.keepAlive {
      let block = [message.piece, message.begin, message.length].map { $0 < 0 ? "" : String($0) }
      let key = Key(
        stream: streams[Int(message.connection) * 2 + Int(message.from)],
        kind: message.kind?.tableName ?? "type\(message.id)", block: block)
      found[key, default: []].append(Int(message.frame))
    }
    return found
  }

  private static func theirs(_ name: String) throws -> [Key: [Int]] {
    var found: [Key: [Int]] = [:]
    for table in ["messages", "handshakes"] {
      for row in try SharedCaptures.table("reference/\(name).\(table).tsv") {
        let place = row["proto"] == "tcp" ? "tcp \(row["stream"] ?? "")" : "udp"
        let ends = [row["src"], row["dst"]].map { endpoint($0 ?? "") }
        let block = table == "messages" ? ["piece", "begin", "blocklen"].map { row[$0] ?? "" } : []
        let key = Key(
          stream: "\(place) \(ends[0]) \(ends[1])", kind: row["type"] ?? "handshake", block: block)
        found[key, default: []].append(Int(row["frame"] ?? "") ?? 0)
      }
    }
    return found
  }

  /// tshark's tables write IPv6 without brackets.
  private static func endpoint(_ text: String) -> String {
    guard text.count(where: { $0 == ":" }) > 1, let colon = text.lastIndex(of: ":") else { return text }
    return "[\(text[..<colon])]\(text[colon...])"
  }

  /// By capture and frame: the second and third column of the page's tables. Each row has a reason that the page explains.
  private static func listed() throws -> [String: [Int: String]] {
    let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Harness/swarmlab/swarmlab.docc/WireAnalysis.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    var listed: [String: [Int: String]] = [:]
    var capture = ""
    for line in text.split(separator: "\n") {
      if line.hasPrefix("### ") { capture = String(line.dropFirst(4)) }
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard line.hasPrefix("|"), cells.count == 4, let frame = Int(cells[0]) else { continue }
      #expect(text.contains("- **\(cells[3])**:"), "frame \(frame) of \(capture) gives a reason that nothing explains")
      listed[capture, default: [:]][frame] = cells[1] + " | " + cells[2]
    }
    return listed
  }
}
