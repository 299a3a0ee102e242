import Wire

extension FuzzTarget {
  /// What is taken is canonical: it encodes to the very bytes that came.
  static let bencode = FuzzTarget(
    name: "bencode", summary: "the strict decoder", longestInput: 512
  ) { bytes throws(BrokenRule) in
    guard let value = try? Bencode.decode(bytes) else { return }
    try require(value.encoded == bytes, "what was decoded encodes to other bytes")
  }

  /// Whatever a torrent says, its names stay in the folder and its numbers agree with each other.
  static let metainfo = FuzzTarget(
    name: "metainfo", summary: ".torrent files", longestInput: 2048
  ) { bytes throws(BrokenRule) in
    let metainfo: Metainfo
    do { metainfo = try Metainfo(parsing: bytes) } catch {
      try require(!"\(error)".isEmpty, "an error that says nothing")
      return
    }
    try require(metainfo.pieceCount > 0, "no pieces")
    try require(metainfo.files.reduce(0) { $0 + $1.length } == metainfo.totalLength, "lengths do not add up")
    var pieces: Int64 = 0
    for piece in 0..<min(metainfo.pieceCount, 1000) {
      let length = metainfo.length(ofPiece: piece)
      try require(length > 0 && length <= metainfo.pieceLength, "piece \(piece) has \(length) bytes")
      pieces += length
    }
    if metainfo.pieceCount <= 1000 { try require(pieces == metainfo.totalLength, "pieces do not add up") }
    for name in [metainfo.name] + metainfo.files.flatMap(\.path) {
      try require(isHarmless(name), "the name \(String(reflecting: name)) leaves the folder")
    }
    let again: Metainfo
    do { again = try Metainfo(parsing: metainfo.encoded) } catch { throw BrokenRule("refused when encoded: \(error)") }
    try require(again.infoHash == metainfo.infoHash && again.files == metainfo.files, "another torrent when encoded")
  }

  /// By rules of our own, not by those under test.
  private static func isHarmless(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    return !bytes.isEmpty && bytes.count < 256 && name != "." && name != ".."
      && !bytes.contains { $0 == 0x2F || $0 < 0x20 || $0 == 0x7F }
  }
}
