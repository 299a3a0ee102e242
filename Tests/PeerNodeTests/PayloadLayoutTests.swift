import PeerNode
import Testing
import Wire

@Suite("Ranges of the payload in files")
struct PayloadLayoutTests {
  private let layout = PayloadLayout(
    Metainfo(
      announce: "", name: "many", pieceLength: 16384, pieceHashes: Array(repeating: 0, count: 60),
      files: [
        Metainfo.File(path: ["a"], length: 10), Metainfo.File(path: ["none"], length: 0),
        Metainfo.File(path: ["b", "c"], length: 20_000), Metainfo.File(path: ["d"], length: 20_000),
      ]), in: "/data")

  @Test("A range over several files is cut at their ends, and empty files have no part in it")
  func cut() {
    #expect(
      layout.segments(ofPiece: 0) == [
        PayloadLayout.Segment(file: 0, offset: 0, length: 10), PayloadLayout.Segment(file: 2, offset: 0, length: 16374),
      ])
    #expect(
      layout.segments(of: Block(piece: 1, begin: 3000, length: 1000)) == [
        PayloadLayout.Segment(file: 2, offset: 19374, length: 626),
        PayloadLayout.Segment(file: 3, offset: 0, length: 374),
      ])
    #expect(layout.segments(ofPiece: 2) == [PayloadLayout.Segment(file: 3, offset: 12758, length: 7242)])
  }

  @Test("Files lie in a folder with the torrent's name")
  func paths() {
    #expect(
      layout.files.indices.map(layout.path) == ["/data/many/a", "/data/many/none", "/data/many/b/c", "/data/many/d"])
  }
}
