import Dissection
import Testing
import Wire

/// Held against captures whose truth is known, or on which two other dissectors agree.
@Suite(.enabled(if: SharedCaptures.areHere, "\(SharedCaptures.reason)"))
struct ReferenceTests {
  @Test(
    "Synthetic edge cases are read as they were made",
    arguments: [
      "01_baseline", "02_len_prefix_alone", "03_two_bytes_of_len", "04_keepalive_alone", "05_unknown_type_then_more",
      "06_fast_ext", "07_handshake_split", "08_mid_stream", "09_gap_in_piece", "10_retransmit_overlap",
      "11_supersegment", "12_big_bitfield", "13_hs_after_garbage", "14_hs_coalesced", "15_port_reuse",
    ])
  func syntheticTruth(name: String) throws {
    let row = try #require(try SharedCaptures.table("synthetic/TRUTH.tsv").first { $0["file"] == name })
    var truth: [String: Int] = [:]
    for word in (row["truth"] ?? "").split(separator: " ") {
      let parts = word.split(separator: "=")
      truth[String(parts[0])] = Int(parts[1])
    }
    let trace = try Dissection.trace(ofCapture: SharedCaptures.path("synthetic/\(name).pcap"))
    #expect(trace.histogram == truth)
  }

  @Test("A gap inside a piece loses payload and no state")
  func gapInPiece() throws {
    let trace = try Dissection.trace(ofCapture: SharedCaptures.path("synthetic/09_gap_in_piece.pcap"))
    #expect(trace.holes.map(\.loses) == [.payload])
    #expect(trace.messages.filter { $0.missing > 0 }.map(\.kind) == [.piece])
    #expect(trace.coverage.holeBytes == trace.holes.reduce(0) { $0 + $1.bytes })
  }

  @Test(
    "Messages of each stream are those of the reference",
    arguments: [
      ("made", "local_libtorrent208_6peers_lo.pcap"), ("real", "arkime_bt-tcp.pcap"),
      ("real", "arkime_bt-tcp_old.pcap"),
    ])
  func streams(folder: String, name: String) throws {
    let trace = try Dissection.trace(ofCapture: SharedCaptures.path("\(folder)/\(name)"))
    let ours = Self.cells(MessageCounts(trace))
    #expect(ours == (try Self.reference(name)))
  }

  @Test("All 13 handshakes over TCP of a capture full of retransmissions are found, one of which tshark misses")
  func transmission() throws {
    let name = "ndpi_bittorrent_transmission.pcapng"
    let ours = Self.cells(MessageCounts(try Dissection.trace(ofCapture: SharedCaptures.path("real/\(name)"))))
    let theirs = try Self.reference(name)
    #expect(theirs.allSatisfy { ours[$0.key] == $0.value })
    #expect(ours.count == 13)
  }

  @Test("Up to its first hole each direction of a capture with 235 gaps holds the reference's messages")
  func gaps() throws {
    let name = "ndpi_bittorrent.pcap"
    var trace = try Dissection.trace(ofCapture: SharedCaptures.path("real/\(name)"))
    #expect(trace.connections.count == 24)
    #expect(trace.connections.allSatisfy { $0.start == .midstream })
    let blocks = trace.messages.filter { $0.kind == .request || $0.kind == .piece }
    #expect(blocks.allSatisfy { $0.begin % 16384 == 0 && $0.length <= 16384 })
    let holes = trace.holes
    trace.messages.removeAll { message in
      holes.contains {
        $0.connection == message.connection && $0.from == message.from && $0.loses == .state && message.time > $0.start
      }
    }
    let ours = Self.cells(MessageCounts(trace))
    let theirs = try Self.reference(name)
    #expect(theirs.allSatisfy { ours[$0.key] == $0.value })
    // Two streams, one of them without a handshake, where the reference found nothing.
    #expect(ours.count - theirs.count == ours.count { $0.value["handshake"] == 0 })
  }

  @Test("Behind an MSE exchange that settles on plaintext both directions are read")
  func negotiatedPlaintext() throws {
    let name = "ndpi_bittorrent_tcp_miss.pcapng"
    let ours = Self.cells(MessageCounts(try Dissection.trace(ofCapture: SharedCaptures.path("real/\(name)"))))
    #expect(ours == (try Self.reference(name)))
  }

  @Test("Every message of libtorrent's choking is tshark's but where a segment ended right after a length prefix")
  func choking() throws {
    let name = "libtorrent_choking_lo.pcap.gz"
    let trace = try Dissection.trace(ofCapture: SharedCaptures.path("made/\(name)"))
    var theirs: [String: Int] = [:]
    for row in try SharedCaptures.table("reference/\(name).messages.tsv") where row["proto"] == "tcp" {
      let words = ["frame", "stream", "type", "piece", "begin", "blocklen"].map { row[$0] ?? "" }
      theirs[words.joined(separator: " "), default: 0] += 1
    }
    #expect(trace.connections.allSatisfy { $0.transport == .tcp })
    var unknown: [TracedMessage] = []
    for message in trace.messages where message.id != TracedMessage.keepAlive {
      let numbers = [message.piece, message.begin, message.length].map { $0 < 0 ? "" : String($0) }
      let key =
        "\(message.frame) \(message.connection) \(message.kind?.tableName ?? "") \(numbers.joined(separator: " "))"
      if let count = theirs[key], count > 0 { theirs[key] = count - 1 } else { unknown.append(message) }
    }
    // There tshark loses the message, and once it makes a choke of 3,334 bytes of what follows.
    #expect(theirs.filter { $0.value > 0 } == ["6683 19 choke   ": 1])
    #expect(unknown.count == 16)
    #expect(Set(unknown.map(\.frame)) == [6683, 6893, 7060])
  }

  @Test("The choking capture holds what another parser found, frame by frame")
  func chokingEvents() throws {
    let trace = try Dissection.trace(ofCapture: SharedCaptures.path("made/libtorrent_choking_lo.pcap.gz"))
    var theirs: [String: Int] = [:]
    for row in try SharedCaptures.table("made/libtorrent_choking_lo.events.csv", separator: ",") {
      theirs["\(row["frame"] ?? "") \(row["msg"] ?? "")", default: 0] += 1
    }
    let kinds: [MessageID: String] = [
      .choke: "choke", .unchoke: "unchoke", .interested: "interested", .reject: "reject",
    ]
    var ours: [String: Int] = [:]
    for message in trace.messages {
      if let name = message.kind.flatMap({ kinds[$0] }) { ours["\(message.frame) \(name)", default: 0] += 1 }
    }
    theirs = theirs.filter { entry in kinds.values.contains { entry.key.hasSuffix(" \($0)") } }
    #expect(ours == theirs)
    #expect(trace.announces.count == 16)
    #expect(trace.announces.count { $0.event == "started" } == 9)
  }

  @Test("Encrypted connections are said to be encrypted, and their bytes counted")
  func encrypted() throws {
    let trace = try Dissection.trace(ofCapture: SharedCaptures.path("made/local_lt208_mse_rc4_lo.pcap"))
    #expect(trace.messages.isEmpty)
    #expect(trace.connections.map(\.cipher) == Array(repeating: .mse, count: 7))
    #expect(trace.coverage.streamBytes == 5_399_268)
  }

  @Test(
    "Captures without peer wire on TCP give none", arguments: ["ndpi_bittorrent_ip.pcap", "ndpi_tls_torrent.pcapng"])
  func negatives(name: String) throws {
    let trace = try Dissection.trace(ofCapture: SharedCaptures.path("real/\(name)"))
    #expect(trace.messages.isEmpty)
    #expect(trace.connections.allSatisfy { $0.content == .other })
    #expect(trace.coverage.datagrams.isEmpty)
  }

  @Test("Announces of other clients are read", arguments: ["zeek_tracker.pcap", "ndpi_bt-http.pcapng"])
  func announces(name: String) throws {
    let trace = try Dissection.trace(ofCapture: SharedCaptures.path("real/\(name)"))
    #expect(trace.announces.map(\.event) == ["started"])
    #expect(trace.announces.allSatisfy { $0.infoHash.count == 20 && $0.peerID.count == 20 && $0.left > 0 })
  }

  @Test(
    "Announces of Transmission over UDP to four trackers are those that its datagrams hold, read by hand from tshark's")
  func datagrams() throws {
    let announces = try Dissection.trace(
      ofCapture: SharedCaptures.path("real/ndpi_bittorrent_transmission.pcapng")
    ).announces.filter { $0.connection == -1 }
    #expect(announces.map(\.frame) == [21, 22, 27, 28, 42, 43, 44, 45])
    #expect(announces.map(\.event) == Array(repeating: "stopped", count: 4) + Array(repeating: "started", count: 4))
    #expect(announces.allSatisfy { $0.left == 304_900_509 && $0.port == 51413 && $0.source == "192.168.1.128" })
    #expect(announces.allSatisfy { String(decoding: $0.peerID, as: UTF8.self) == "-TR2940-zw3pbm2u8mvv" })
  }

  private static let columns = MessageID.allCases.map(\.tableName) + ["handshake", "piece_bytes"]

  private static func cells(_ counts: MessageCounts) -> [String: [String: Int]] {
    var result: [String: [String: Int]] = [:]
    for row in counts.rows where row.transport == .tcp {
      var cells = ["handshake": row.handshakes, "piece_bytes": Int(row.pieceBytes)]
      for kind in MessageID.allCases { cells[kind.tableName] = row.count(kind) }
      result["\(row.stream) \(row.source) \(row.destination)"] = cells
    }
    return result
  }

  private static func reference(_ name: String) throws -> [String: [String: Int]] {
    var result: [String: [String: Int]] = [:]
    for row in try SharedCaptures.table("reference/\(name).streams.tsv") where row["proto"] == "tcp" {
      let ends = [row["src"], row["dst"]].map { Self.endpoint($0 ?? "") }
      result["\(row["stream"] ?? "") \(ends[0]) \(ends[1])"] = row.compactMapValues { Int($0) }
        .filter { columns.contains($0.key) }
    }
    return result
  }

  /// tshark's tables write IPv6 without brackets.
  private static func endpoint(_ text: String) -> String {
    guard text.count(where: { $0 == ":" }) > 1, let colon = text.lastIndex(of: ":") else { return text }
    return "[\(text[..<colon])]\(text[colon...])"
  }
}
