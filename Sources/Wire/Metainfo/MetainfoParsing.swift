extension Metainfo {
  /// Reads a `.torrent` file.
  ///
  /// - Throws: `MetainfoError` for what is not strict bencode, misses a key, has names that would leave the folder, or
  ///   numbers that contradict each other.
  public init(parsing bytes: [UInt8]) throws(MetainfoError) {
    let value: Bencode
    do { value = try Bencode.decode(bytes) } catch {
      throw MetainfoError(reason: .notBencode(error), place: "the file")
    }
    guard let root = value.dictionary else {
      throw MetainfoError(reason: .expected("a dictionary"), place: "the file")
    }
    guard let info = root["info"]?.dictionary else {
      throw MetainfoError(reason: .expected("a dictionary"), place: "info")
    }
    var announce = ""
    if let value = root["announce"] {
      guard let text = value.text else { throw MetainfoError(reason: .expected("text in UTF-8"), place: "announce") }
      announce = text
    }
    try self.init(announce: announce, announceList: try Self.tiers(root["announce-list"]), info: info)
  }

  private static func tiers(_ value: Bencode?) throws(MetainfoError) -> [[String]] {
    guard let value else { return [] }
    let error = MetainfoError(reason: .expected("a list of lists of texts"), place: "announce-list")
    guard let list = value.list else { throw error }
    var tiers: [[String]] = []
    for tier in list {
      guard let members = tier.list else { throw error }
      var tier: [String] = []
      for member in members {
        guard let text = member.text else { throw error }
        tier.append(text)
      }
      tiers.append(tier)
    }
    return tiers
  }
}

/// The info dictionary, read and checked.
struct MetainfoContents {
  var name: String
  var pieceLength: Int64
  var pieceHashes: [UInt8]
  var files: [Metainfo.File]
  var isSingleFile: Bool
  var totalLength: Int64 = 0

  init(info: BencodeDictionary) throws(MetainfoError) {
    name = try Self.component(info["name"], place: "info.name")
    pieceLength = try Self.number(
      info["piece length"], place: "info.piece length", allowed: 1...Metainfo.largestPieceLength)
    guard let hashes = info["pieces"]?.bytes else {
      if info["meta version"]?.integer == 2 {
        throw MetainfoError(reason: .versionTwoOnly, place: "info.pieces")
      }
      throw MetainfoError(reason: .expected("a byte string"), place: "info.pieces")
    }
    pieceHashes = hashes
    isSingleFile = info["files"] == nil
    if isSingleFile {
      let length = try Self.number(info["length"], place: "info.length", allowed: 0...Int64.max / 2)
      files = [Metainfo.File(path: [name], length: length)]
    } else {
      guard info["length"] == nil else {
        throw MetainfoError(reason: .expected("either length or files, not both"), place: "info")
      }
      files = try Self.files(info["files"])
    }
    for file in files {
      // Each is at most half of Int64, so the sum cannot wrap unseen.
      totalLength += file.length
      guard totalLength <= Int64.max / 2 else {
        throw MetainfoError(
          reason: .outOfRange(value: totalLength, allowed: "lengths that add up below 2^62"), place: "info.files")
      }
    }
    guard totalLength > 0 else { throw MetainfoError(reason: .emptyPayload, place: "info") }
    let pieces = (totalLength - 1) / pieceLength + 1
    guard Int64(hashes.count / Metainfo.hashSize) == pieces, hashes.count % Metainfo.hashSize == 0 else {
      let (expected, overflowed) = pieces.multipliedReportingOverflow(by: Int64(Metainfo.hashSize))
      throw MetainfoError(
        reason: .wrongHashCount(bytes: hashes.count, expected: overflowed ? .max : expected), place: "info.pieces")
    }
  }

  private static func files(_ value: Bencode?) throws(MetainfoError) -> [Metainfo.File] {
    guard let entries = value?.list, !entries.isEmpty else {
      throw MetainfoError(reason: .expected("a list of at least one file"), place: "info.files")
    }
    var files: [Metainfo.File] = []
    var tree = PathTree()
    files.reserveCapacity(entries.count)
    for (index, entry) in entries.enumerated() {
      let place = "info.files[\(index)]"
      guard let entry = entry.dictionary else {
        throw MetainfoError(reason: .expected("a dictionary"), place: place)
      }
      let length = try number(entry["length"], place: place + ".length", allowed: 0...Int64.max / 2)
      guard let components = entry["path"]?.list, !components.isEmpty else {
        throw MetainfoError(reason: .expected("a list of at least one name"), place: place + ".path")
      }
      var path: [String] = []
      for name in components { path.append(try component(name, place: place + ".path")) }
      guard path.reduce(0, { $0 + $1.utf8.count + 1 }) <= PathComponent.maximumPathSize else {
        throw MetainfoError(
          reason: .unsafeName(
            path[0], why: "the path that begins with it is longer than \(PathComponent.maximumPathSize) bytes"),
          place: place + ".path")
      }
      // Padding files of one size share one name (BEP 47).
      let isPadding = entry["attr"]?.bytes?.contains(UInt8(ascii: "p")) == true
      guard isPadding || tree.add(path) else {
        throw MetainfoError(reason: .duplicatePath(path.joined(separator: "/")), place: place + ".path")
      }
      files.append(Metainfo.File(path: path, length: length, isPadding: isPadding))
    }
    return files
  }

  private static func number(
    _ value: Bencode?, place: String, allowed: ClosedRange<Int64>
  ) throws(MetainfoError) -> Int64 {
    guard let number = value?.integer else { throw MetainfoError(reason: .expected("an integer"), place: place) }
    guard allowed.contains(number) else {
      throw MetainfoError(
        reason: .outOfRange(value: number, allowed: "\(allowed.lowerBound) to \(allowed.upperBound)"), place: place)
    }
    return number
  }

  private static func component(_ value: Bencode?, place: String) throws(MetainfoError) -> String {
    guard let name = value?.text else { throw MetainfoError(reason: .expected("text in UTF-8"), place: place) }
    if let flaw = PathComponent.flaw(in: name) {
      throw MetainfoError(reason: .unsafeName(name, why: flaw), place: place)
    }
    return name
  }
}
