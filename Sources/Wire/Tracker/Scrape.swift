/// A question for the state of torrents, without joining them (BEP 48).
public struct ScrapeRequest: Hashable, Sendable {
  /// 20 bytes each; none asks for all torrents.
  public var infoHashes: [[UInt8]]

  public init(infoHashes: [[UInt8]]) { self.infoHashes = infoHashes }

  /// The query, without the question mark.
  public var query: String {
    infoHashes.map { "info_hash=" + QueryString.encode($0) }.joined(separator: "&")
  }

  /// Reads a query. Keys that are not known are ignored.
  ///
  /// - Throws: `TrackerQueryError` for a bad encoding or a hash that has not 20 bytes.
  public init(query: some StringProtocol) throws(TrackerQueryError) {
    infoHashes = []
    for item in try QueryString(query).items where item.name == "info_hash" {
      guard item.value.count == 20 else {
        throw TrackerQueryError.wrongSize("info_hash", bytes: item.value.count, expected: 20)
      }
      infoHashes.append(item.value)
    }
  }

  /// The scrape address that belongs to an announce address: the last `announce` after the last slash becomes `scrape`.
  ///
  /// - Returns: nil where the rule gives none.
  public static func address(forAnnounce address: String) -> String? {
    guard let slash = address.lastIndex(of: "/") else { return nil }
    let last = address[address.index(after: slash)...]
    guard last.hasPrefix("announce") else { return nil }
    return address[...slash] + "scrape" + last.dropFirst("announce".count)
  }
}

/// The answer to a scrape.
public struct ScrapeResponse: Hashable, Sendable {
  public struct File: Hashable, Sendable {
    /// 20 bytes.
    public var infoHash: [UInt8]
    /// Seeds, completions ever seen, leechers.
    public var complete: Int
    public var downloaded: Int
    public var incomplete: Int

    public init(infoHash: [UInt8], complete: Int, downloaded: Int, incomplete: Int) {
      self.infoHash = infoHash
      self.complete = complete
      self.downloaded = downloaded
      self.incomplete = incomplete
    }
  }

  /// Ascending by info hash.
  public var files: [File]
  public var failureReason: String?

  public init(files: [File], failureReason: String? = nil) {
    self.files = files
    self.failureReason = failureReason
  }

  public var encoded: [UInt8] {
    if let failureReason { return Bencode.dictionary(["failure reason": .text(failureReason)]).encoded }
    var entries: BencodeDictionary = [:]
    for file in files {
      entries[bytes: file.infoHash] = [
        "complete": .integer(Int64(file.complete)), "downloaded": .integer(Int64(file.downloaded)),
        "incomplete": .integer(Int64(file.incomplete)),
      ]
    }
    return Bencode.dictionary(["files": .dictionary(entries)]).encoded
  }

  /// - Throws: `TrackerResponseError` where it is not strict bencode or misses a figure.
  public init(parsing bytes: [UInt8]) throws(TrackerResponseError) {
    let root = try TrackerResponseError.root(bytes)
    files = []
    if let reason = root["failure reason"] {
      failureReason = String(decoding: reason.bytes ?? [], as: UTF8.self)
      return
    }
    guard let entries = root["files"]?.dictionary else {
      throw TrackerResponseError.expected("a dictionary", place: "files")
    }
    for entry in entries.entries {
      guard entry.key.count == 20, let figures = entry.value.dictionary,
        let complete = figures["complete"]?.integer, let incomplete = figures["incomplete"]?.integer
      else { throw TrackerResponseError.expected("complete and incomplete for each hash", place: "files") }
      files.append(
        File(
          infoHash: entry.key, complete: Int(clamping: complete),
          downloaded: Int(clamping: figures["downloaded"]?.integer ?? 0), incomplete: Int(clamping: incomplete)))
    }
  }
}
