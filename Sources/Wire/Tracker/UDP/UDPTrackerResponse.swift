/// A datagram from a tracker to a peer (BEP 15). All numbers are big-endian.
public enum UDPTrackerResponse: Hashable, Sendable {
  case connect(transaction: UInt32, connection: UInt64)
  /// Of the response only interval, seeds, leechers and peers of one address family travel.
  case announce(transaction: UInt32, AnnounceResponse)
  /// Figures in the order in which the hashes were asked for.
  case scrape(transaction: UInt32, [Figures])
  case error(transaction: UInt32, String)

  public struct Figures: Hashable, Sendable {
    /// Seeds, completions ever seen, leechers.
    public var complete: Int
    public var downloaded: Int
    public var incomplete: Int

    public init(complete: Int, downloaded: Int, incomplete: Int) {
      self.complete = complete
      self.downloaded = downloaded
      self.incomplete = incomplete
    }
  }

  /// Whose addresses an announce's answer holds: those of the family over which the peer asked, 6 or 18 bytes each.
  public enum Family: Hashable, Sendable { case ipv4, ipv6 }

  public var transaction: UInt32 {
    switch self {
    case .connect(let transaction, _), .announce(let transaction, _), .scrape(let transaction, _),
      .error(let transaction, _):
      transaction
    }
  }

  /// Peers of the other family are left out.
  public func encoded(_ family: Family) -> [UInt8] {
    var bytes: [UInt8] = []
    switch self {
    case .connect(let transaction, let connection):
      bytes.appendBigEndian(UDPTrackerAction.connect.rawValue)
      bytes.appendBigEndian(transaction)
      bytes.appendBigEndian(connection)
    case .announce(let transaction, let response):
      bytes.appendBigEndian(UDPTrackerAction.announce.rawValue)
      bytes.appendBigEndian(transaction)
      for number in [response.interval, response.incomplete ?? 0, response.complete ?? 0] {
        bytes.appendBigEndian(UInt32(clamping: number))
      }
      let (ipv4, ipv6) = CompactPeers.encode(response.peers)
      bytes += family == .ipv4 ? ipv4 : ipv6
    case .scrape(let transaction, let files):
      bytes.appendBigEndian(UDPTrackerAction.scrape.rawValue)
      bytes.appendBigEndian(transaction)
      for file in files {
        for number in [file.complete, file.downloaded, file.incomplete] {
          bytes.appendBigEndian(UInt32(clamping: number))
        }
      }
    case .error(let transaction, let text):
      bytes.appendBigEndian(UDPTrackerAction.error.rawValue)
      bytes.appendBigEndian(transaction)
      bytes += Array(text.utf8)
    }
    return bytes
  }

  /// - Throws: `UDPTrackerError` for a datagram that is too short, ends within a peer or within figures, or is of an
  ///   unknown action.
  public init(
    parsing bytes: some RandomAccessCollection<UInt8>, _ family: Family
  ) throws(UDPTrackerError) {
    var fields = BigEndianFields(bytes)
    guard let number = fields.uint32(), let transaction = fields.uint32() else {
      throw UDPTrackerError.size(bytes.count, expected: "8 at least")
    }
    switch UDPTrackerAction(rawValue: number) {
    case .connect:
      guard let connection = fields.uint64() else { throw UDPTrackerError.size(bytes.count, expected: "16 at least") }
      self = .connect(transaction: transaction, connection: connection)
    case .announce:
      let each = family == .ipv4 ? 6 : 18
      guard let interval = fields.uint32(), let leechers = fields.uint32(), let seeds = fields.uint32(),
        let rest = fields.bytes(fields.remaining),
        let peers = family == .ipv4 ? CompactPeers.decodeIPv4(rest) : CompactPeers.decodeIPv6(rest)
      else { throw UDPTrackerError.size(bytes.count, expected: "20 and \(each) for each peer") }
      self = .announce(
        transaction: transaction,
        AnnounceResponse(
          interval: Int(interval), complete: Int(seeds), incomplete: Int(leechers), peers: peers))
    case .scrape:
      guard fields.remaining % 12 == 0 else {
        throw UDPTrackerError.size(bytes.count, expected: "8 and 12 for each hash")
      }
      var files: [Figures] = []
      while let seeds = fields.uint32(), let completed = fields.uint32(), let leechers = fields.uint32() {
        files.append(Figures(complete: Int(seeds), downloaded: Int(completed), incomplete: Int(leechers)))
      }
      self = .scrape(transaction: transaction, files)
    case .error:
      self = .error(
        transaction: transaction, String(decoding: fields.bytes(fields.remaining) ?? [], as: UTF8.self))
    case nil: throw UDPTrackerError.unknownAction(number)
    }
  }
}
