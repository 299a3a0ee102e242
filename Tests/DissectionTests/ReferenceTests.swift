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
}
