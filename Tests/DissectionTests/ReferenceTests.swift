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
      ("made", "libtorrent_choking_lo.pcap.gz"), ("made", "local_libtorrent208_6peers_lo.pcap"),
      ("real", "ndpi_bittorrent.pcap"), ("real", "arkime_bt-tcp.pcap"), ("real", "arkime_bt-tcp_old.pcap"),
      ("real", "ndpi_bittorrent_transmission.pcapng"),
    ])
  func streams(folder: String, name: String) throws {
    let rows = try SharedCaptures.table("reference/\(name).streams.tsv").filter { $0["proto"] == "tcp" }
    let counts = MessageCounts(try Dissection.trace(ofCapture: SharedCaptures.path("\(folder)/\(name)")))
    var ours: [String: [String: Int]] = [:]
    for row in counts.rows {
      var cells = ["handshake": row.handshakes, "piece_bytes": Int(row.pieceBytes)]
      for kind in MessageID.allCases { cells[kind.tableName] = row.count(kind) }
      ours["\(row.connection) \(row.source) \(row.destination)"] = cells
    }
    var theirs: [String: [String: Int]] = [:]
    for row in rows {
      let key = "\(row["stream"] ?? "") \(row["src"] ?? "") \(row["dst"] ?? "")"
      theirs[key] = row.compactMapValues { Int($0) }.filter { ours.values.first?.keys.contains($0.key) ?? false }
    }
    #expect(Set(ours.keys) == Set(theirs.keys))
    for (key, cells) in theirs { #expect(ours[key] == cells, "\(key)") }
  }
}
