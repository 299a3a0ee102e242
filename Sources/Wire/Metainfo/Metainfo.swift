import Crypto

/// What a `.torrent` file says (BEP 3; `announce-list` of BEP 12, `private` of BEP 27, padding files of BEP 47).
///
/// The info dictionary is kept as it came, unknown keys included, so that `infoHash` and `encoded` hold for any torrent.
/// Keys outside it other than the announce addresses (comment, creation date) are dropped.
public struct Metainfo: Hashable, Sendable {
  public struct File: Hashable, Sendable {
    /// Path components below the torrent's own folder; of a single-file torrent the name alone. Each is safe: see
    /// `PathComponent`.
    public let path: [String]
    /// In bytes.
    public let length: Int64
    /// Zeros between two files (BEP 47, attribute `p`): part of the payload, not worth a file.
    public let isPadding: Bool

    public init(path: [String], length: Int64, isPadding: Bool = false) {
      self.path = path
      self.length = length
      self.isPadding = isPadding
    }
  }

  /// The tracker's address; empty where the file names none.
  public let announce: String
  /// Tiers of trackers, in order; empty where the file has none.
  public let announceList: [[String]]
  /// Tiers to announce to: the list where there is one, and then `announce` does not count (BEP 12).
  public var trackers: [[String]] {
    let tiers = announceList.map { $0.filter { !$0.isEmpty } }.filter { !$0.isEmpty }
    return tiers.isEmpty ? (announce.isEmpty ? [] : [[announce]]) : tiers
  }
  /// The file's name, or the folder's in a torrent of many files.
  public let name: String
  /// In bytes; the last piece may be shorter.
  public let pieceLength: Int64
  /// SHA-1 of each piece, one after another: 20 bytes each.
  public let pieceHashes: [UInt8]
  public let files: [File]
  public let isSingleFile: Bool
  public let isPrivate: Bool
  /// In bytes, padding included.
  public let totalLength: Int64
  /// SHA-1 of the encoded info dictionary: 20 bytes.
  public let infoHash: [UInt8]
  let info: BencodeDictionary

  public static let hashSize = 20
  /// A piece's bytes are addressed by 32 bits on the wire; beyond 1 GiB no client goes.
  public static let largestPieceLength: Int64 = 1 << 30

  public var pieceCount: Int { pieceHashes.count / Self.hashSize }

  /// Bytes of one piece.
  public func length(ofPiece piece: Int) -> Int64 {
    precondition(piece >= 0 && piece < pieceCount)
    return min(pieceLength, totalLength - Int64(piece) * pieceLength)
  }

  /// SHA-1 that the bytes of one piece must have: 20 bytes.
  public func hash(ofPiece piece: Int) -> ArraySlice<UInt8> {
    precondition(piece >= 0 && piece < pieceCount)
    return pieceHashes[piece * Self.hashSize..<(piece + 1) * Self.hashSize]
  }

  /// Describes a payload of our own making.
  ///
  /// - Parameters:
  ///   - pieceHashes: as `PieceHasher` gives them.
  ///   - files: one whose path is `[name]` makes a single-file torrent.
  /// - Precondition: everything that `init(parsing:)` would refuse in a file: names that are no safe path component,
  ///   an empty payload, a number of hashes that does not fit the length.
  public init(
    announce: String, announceList: [[String]] = [], name: String, pieceLength: Int64, pieceHashes: [UInt8],
    files: [File], isPrivate: Bool = false
  ) {
    let isSingleFile = files.count == 1 && files[0].path == [name]
    var info: BencodeDictionary = [:]
    info["name"] = .text(name)
    info["piece length"] = .integer(pieceLength)
    info["pieces"] = .bytes(pieceHashes)
    if isPrivate { info["private"] = 1 }
    if isSingleFile {
      info["length"] = .integer(files[0].length)
    } else {
      info["files"] = .list(files.map(Self.entry))
    }
    do {
      try self.init(announce: announce, announceList: announceList, info: info)
    } catch {
      preconditionFailure("not a payload that a torrent can describe: \(error)")
    }
  }

  init(announce: String, announceList: [[String]], info: BencodeDictionary) throws(MetainfoError) {
    let contents = try MetainfoContents(info: info)
    self.announce = announce
    self.announceList = announceList
    name = contents.name
    pieceLength = contents.pieceLength
    pieceHashes = contents.pieceHashes
    files = contents.files
    isSingleFile = contents.isSingleFile
    isPrivate = info["private"]?.integer == 1
    totalLength = contents.totalLength
    infoHash = Array(Insecure.SHA1.hash(data: Bencode.dictionary(info).encoded))
    self.info = info
  }

  private static func entry(_ file: File) -> Bencode {
    var entry: BencodeDictionary = [:]
    if file.isPadding { entry["attr"] = "p" }
    entry["length"] = .integer(file.length)
    entry["path"] = .list(file.path.map { .text($0) })
    return .dictionary(entry)
  }

  /// The bytes of a `.torrent` file.
  public var encoded: [UInt8] {
    var root: BencodeDictionary = [:]
    if !announce.isEmpty { root["announce"] = .text(announce) }
    if !announceList.isEmpty { root["announce-list"] = .list(announceList.map { .list($0.map { .text($0) }) }) }
    root["info"] = .dictionary(info)
    return Bencode.dictionary(root).encoded
  }
}
