import Testing
import Wire

@Suite("Metainfo")
struct MetainfoTests {
  static func hashes(_ count: Int) -> [UInt8] { (0..<count * 20).map { UInt8($0 % 251) } }

  /// A torrent of one file of 5 bytes, but for some keys of its info dictionary.
  static func torrent(_ changes: KeyValuePairs<String, Bencode> = [:], without removed: String = "") -> [UInt8] {
    var info: BencodeDictionary = ["length": 5, "name": "a", "piece length": 4, "pieces": .bytes(hashes(2))]
    info[removed] = nil
    for (key, value) in changes { info[key] = value }
    return Bencode.dictionary(["announce": "http://t/announce", "info": .dictionary(info)]).encoded
  }

  static func files(_ entries: [([String], Int64)]) -> Bencode {
    .list(entries.map { ["length": .integer($0.1), "path": .list($0.0.map { .text($0) })] })
  }

  @Test("A single file is written as BEP 3 says, and hashed as any client hashes it")
  func singleFile() throws {
    let made = Metainfo(
      announce: "http://127.63.0.1:6969/announce", name: "payload.bin", pieceLength: 16384,
      pieceHashes: Self.hashes(3), files: [.init(path: ["payload.bin"], length: 40000)])
    #expect(made.isSingleFile)
    #expect(made.pieceCount == 3)
    #expect(made.totalLength == 40000)
    #expect((0..<3).map(made.length(ofPiece:)) == [16384, 16384, 7232])
    #expect(Array(made.hash(ofPiece: 2)) == Array(Self.hashes(3)[40...]))
    // By Python's hashlib over the dictionary written out by hand.
    let infoHash = made.infoHash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(infoHash == "d59187a9f192fef96f90d4ce9aea4e10f89153a2")
    let parsed = try Metainfo(parsing: made.encoded)
    #expect(parsed == made)
    #expect(parsed.encoded == made.encoded)
  }

  @Test("Many files keep their order and paths")
  func manyFiles() throws {
    let files: [Metainfo.File] = [
      .init(path: ["b", "two ü.txt"], length: 3), .init(path: [".pad", "2"], length: 2, isPadding: true),
      .init(path: ["a"], length: 0), .init(path: ["b", "c", "d"], length: 6),
    ]
    let made = Metainfo(
      announce: "http://t/announce", announceList: [["http://t/announce", "http://u/announce"], ["http://v/"]],
      name: "folder", pieceLength: 4, pieceHashes: Self.hashes(3), files: files, isPrivate: true)
    #expect(!made.isSingleFile)
    let parsed = try Metainfo(parsing: made.encoded)
    #expect(parsed == made)
    #expect(parsed.files == files)
    #expect(parsed.totalLength == 11)
    #expect(parsed.isPrivate)
    #expect(parsed.announceList == [["http://t/announce", "http://u/announce"], ["http://v/"]])
  }

  @Test("Unknown keys of the info dictionary count for its hash and are kept")
  func unknownKeys() throws {
    let plain = try Metainfo(parsing: Self.torrent())
    let more = try Metainfo(parsing: Self.torrent(["x-more": "yes"]))
    #expect(plain.infoHash != more.infoHash)
    #expect(try Metainfo(parsing: more.encoded).infoHash == more.infoHash)
  }

  @Test("Trackers are the list's tiers where there is a list, and else the one of announce (BEP 12)")
  func trackers() {
    func trackers(_ announce: String, _ list: [[String]]) -> [[String]] {
      Metainfo(
        announce: announce, announceList: list, name: "a", pieceLength: 4, pieceHashes: Self.hashes(1),
        files: [.init(path: ["a"], length: 4)]
      ).trackers
    }
    #expect(trackers("http://t", []) == [["http://t"]])
    #expect(
      trackers("http://t", [["udp://u:1", "", "http://v"], [], ["http://w"]]) == [
        ["udp://u:1", "http://v"], ["http://w"],
      ])
    #expect(trackers("http://t", [[""], []]) == [["http://t"]])
    #expect(trackers("", []) == [])
  }

  @Test("An info dictionary with its keys out of order is refused: its hash would be another than everybody's")
  func unsortedInfo() {
    let info = "d4:name1:a6:lengthi4e12:piece lengthi4e6:pieces20:12345678901234567890e"
    let error = #expect(throws: MetainfoError.self) { try Metainfo(parsing: Array("d4:info\(info)e".utf8)) }
    #expect(error?.reason == .notBencode(BencodeError(reason: .keysOutOfOrder, offset: 17)))
  }

  @Test("A torrent without a tracker has an empty announce")
  func trackerless() throws {
    let parsed = try Metainfo(parsing: Self.torrent())
    #expect(parsed.announce == "http://t/announce")
    var root = try #require(try Bencode.decode(Self.torrent()).dictionary)
    root["announce"] = nil
    #expect(try Metainfo(parsing: Bencode.dictionary(root).encoded).announce == "")
  }

  static let unsafeNames = [
    "", ".", "..", "/", "/etc", "a/b", "../a", "a/../b", "a\0b", "\u{1B}[2J", "a\nb", "\u{7F}",
    String(repeating: "x", count: 256), String(repeating: "ü", count: 128),
  ]

  @Test("A name that could leave the folder, or hurt a terminal, is refused wherever it stands", arguments: unsafeNames)
  func unsafe(_ name: String) throws {
    let torrent = Self.torrent(["name": .text(name)])
    let single = try #require(throws: MetainfoError.self) { try Metainfo(parsing: torrent) }
    #expect(single.place == "info.name")
    for path in [[name], ["a", name], [name, "a"]] {
      let torrent = Self.torrent(["files": Self.files([(["ok"], 4), (path, 1)])], without: "length")
      let error = try #require(throws: MetainfoError.self) { try Metainfo(parsing: torrent) }
      #expect(error.place == "info.files[1].path")
    }
  }

  @Test(
    "Odd names that stay inside are fine",
    arguments: ["...", "..a", "a..", " ", "a b", "-rf", "C:\\x", "ü€🎈", "~"])
  func odd(_ name: String) throws {
    #expect(try Metainfo(parsing: Self.torrent(["name": .text(name)])).name == name)
  }

  @Test("A path that is taken, or is both file and folder, is refused; padding may repeat")
  func duplicatePaths() throws {
    let taken: [[[String]]] = [
      [["a"], ["a"]], [["a"], ["a", "b"]], [["a", "b"], ["a"]], [["a", "b", "c"], ["a", "b"]],
    ]
    for paths in taken {
      let torrent = Self.torrent(["files": Self.files([(paths[0], 4), (paths[1], 1)])], without: "length")
      let error = try #require(throws: MetainfoError.self) { try Metainfo(parsing: torrent) }
      #expect(error.reason == .duplicatePath(paths[1].joined(separator: "/")))
    }
    let pad: Bencode = ["attr": "p", "length": 1, "path": [".pad", "1"]]
    let torrent = Self.torrent(["files": [["length": 3, "path": ["a"]], pad, pad]], without: "length")
    #expect(try Metainfo(parsing: torrent).files.map(\.isPadding) == [false, true, true])
  }

  static let broken: [(KeyValuePairs<String, Bencode>, without: String, place: String)] = [
    ([:], "name", "info.name"), (["name": 7], "", "info.name"), (["name": .bytes([0xFF])], "", "info.name"),
    ([:], "piece length", "info.piece length"), (["piece length": 0], "", "info.piece length"),
    (["piece length": -4], "", "info.piece length"), (["piece length": "4"], "", "info.piece length"),
    (["piece length": .integer(1 << 31)], "", "info.piece length"),
    ([:], "pieces", "info.pieces"), (["pieces": 3], "", "info.pieces"), (["pieces": ""], "", "info.pieces"),
    (["pieces": .bytes(hashes(1))], "", "info.pieces"), (["pieces": .bytes(hashes(3))], "", "info.pieces"),
    (["pieces": .bytes([1] + hashes(2))], "", "info.pieces"), (["meta version": 2], "pieces", "info.pieces"),
    ([:], "length", "info.length"), (["length": -1], "", "info.length"), (["length": 0, "pieces": ""], "", "info"),
    (["length": .integer(.max)], "", "info.length"), (["length": .integer(.max / 2)], "", "info.pieces"),
    (["files": []], "", "info"), (["files": []], "length", "info.files"), (["files": 5], "length", "info.files"),
    (["files": ["a"]], "length", "info.files[0]"), (["files": [["path": ["a"]]]], "length", "info.files[0].length"),
    (["files": [["length": -5, "path": ["a"]]]], "length", "info.files[0].length"),
    (["files": [["length": 5]]], "length", "info.files[0].path"),
    (["files": [["length": 5, "path": []]]], "length", "info.files[0].path"),
    (["files": [["length": 5, "path": [7]]]], "length", "info.files[0].path"),
    (["files": files([(["a"], .max / 2), (["b"], .max / 2)])], "length", "info.files"),
  ]

  @Test("What is missing or contradicts itself is refused at its place", arguments: broken.indices)
  func refused(_ index: Int) throws {
    let (changes, removed, place) = Self.broken[index]
    let torrent = Self.torrent(changes, without: removed)
    let error = try #require(throws: MetainfoError.self) { try Metainfo(parsing: torrent) }
    #expect(error.place == place)
  }

  @Test(
    "A file that is no torrent is refused",
    arguments: ["", "<html>", "le", "de", "d4:info3:fooe", "d8:announcei5e4:infodee", "d13:announce-list1:a4:infodee"])
  func noTorrent(_ text: String) {
    #expect(throws: MetainfoError.self) { try Metainfo(parsing: Array(text.utf8)) }
  }

  @Test("Errors name the place and what was expected")
  func errorText() throws {
    let error = try #require(throws: MetainfoError.self) { try Metainfo(parsing: Self.torrent(["name": "../x"])) }
    #expect(error.description == #"torrent, info.name: the name "../x" is refused: it contains a slash"#)
  }

  @Test("Pieces are hashed the same in parts of any size", arguments: [1, 3, 4, 5, 100])
  func hashing(_ size: Int) {
    let payload = Array("abcdabcdabc".utf8)
    var hasher = PieceHasher(pieceLength: 4)
    for start in stride(from: 0, to: payload.count, by: size) {
      payload[start..<min(start + size, payload.count)].withUnsafeBytes { hasher.add($0) }
    }
    let hashes = hasher.finish()
    #expect(hashes.count == 60)
    #expect(hashes[..<20] == hashes[20..<40])
    // SHA-1 of "abc": FIPS 180, appendix A.1.
    let abc = hashes[40...].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(abc == "a9993e364706816aba3e25717850c26c9cd0d89d")
  }
}
