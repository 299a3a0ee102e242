/// A datagram from a peer to a tracker (BEP 15). All numbers are big-endian.
///
/// An announce's `key` is a number here: as text it is the eight hexadecimal digits that clients use over HTTP.
public enum UDPTrackerRequest: Hashable, Sendable {
  /// Asks for a connection id, which proves that the asker receives at the address from which it asks.
  case connect(transaction: UInt32)
  case announce(connection: UInt64, transaction: UInt32, AnnounceRequest)
  case scrape(connection: UInt64, transaction: UInt32, ScrapeRequest)

  /// First eight bytes of a connect request, where the others have their connection id.
  public static let protocolID: UInt64 = 0x417_2710_1980
  public static let connectSize = 16
  /// Without the options of BEP 41, which may follow.
  public static let announceSize = 98
  /// What a scrape may ask about at most: BEP 15 allows "about 74", a datagram that is not fragmented.
  public static let mostScraped = 74

  public var transaction: UInt32 {
    switch self {
    case .connect(let transaction), .announce(_, let transaction, _), .scrape(_, let transaction, _): transaction
    }
  }

  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    switch self {
    case .connect(let transaction):
      bytes.appendBigEndian(Self.protocolID)
      bytes.appendBigEndian(UDPTrackerAction.connect.rawValue)
      bytes.appendBigEndian(transaction)
    case .announce(let connection, let transaction, let request):
      bytes.reserveCapacity(Self.announceSize)
      bytes.appendBigEndian(connection)
      bytes.appendBigEndian(UDPTrackerAction.announce.rawValue)
      bytes.appendBigEndian(transaction)
      bytes += request.infoHash + request.peerID
      for count in [request.downloaded, request.left, request.uploaded] {
        bytes.appendBigEndian(UInt64(bitPattern: count))
      }
      bytes.appendBigEndian(UDPTrackerEvent(request.event).rawValue)
      bytes.appendBigEndian(request.ip.flatMap(IPText.parseIPv4) ?? 0)
      bytes.appendBigEndian(request.key.flatMap { UInt32($0, radix: 16) } ?? 0)
      bytes.appendBigEndian(UInt32(bitPattern: request.numwant.map { Int32(clamping: $0) } ?? -1))
      bytes.appendBigEndian(request.port)
    case .scrape(let connection, let transaction, let request):
      bytes.appendBigEndian(connection)
      bytes.appendBigEndian(UDPTrackerAction.scrape.rawValue)
      bytes.appendBigEndian(transaction)
      for infoHash in request.infoHashes { bytes += infoHash }
    }
    return bytes
  }

  /// Reads a datagram. Options behind an announce (BEP 41) and trailing bytes behind a connect are ignored.
  ///
  /// - Throws: `UDPTrackerError` for one that is too short, of an unknown action or event, asks for a connection in
  ///   another protocol, counts below zero, or ends within an info hash.
  public init(parsing bytes: some RandomAccessCollection<UInt8>) throws(UDPTrackerError) {
    var fields = BigEndianFields(bytes)
    guard let head = fields.uint64(), let number = fields.uint32(), let transaction = fields.uint32() else {
      throw UDPTrackerError.size(bytes.count, expected: "\(Self.connectSize) at least")
    }
    switch UDPTrackerAction(rawValue: number) {
    case .connect:
      guard head == Self.protocolID else { throw UDPTrackerError.otherProtocol(head) }
      self = .connect(transaction: transaction)
    case .announce:
      self = .announce(connection: head, transaction: transaction, try Self.announce(&fields, size: bytes.count))
    case .scrape:
      let size = fields.remaining
      guard size > 0, size % 20 == 0, size / 20 <= Self.mostScraped else {
        throw UDPTrackerError.size(bytes.count, expected: "16 and 20 for each of 1 to \(Self.mostScraped) hashes")
      }
      let hashes = (0..<size / 20).map { _ in fields.bytes(20) ?? [] }
      self = .scrape(connection: head, transaction: transaction, ScrapeRequest(infoHashes: hashes))
    case .error, nil: throw UDPTrackerError.unknownAction(number)
    }
  }

  private static func announce(
    _ fields: inout BigEndianFields, size: Int
  ) throws(UDPTrackerError) -> AnnounceRequest {
    guard let infoHash = fields.bytes(20), let peerID = fields.bytes(20), let downloaded = fields.uint64(),
      let left = fields.uint64(), let uploaded = fields.uint64(), let event = fields.uint32(),
      let ip = fields.uint32(), let key = fields.uint32(), let numwant = fields.uint32(), let port = fields.uint16()
    else { throw UDPTrackerError.size(size, expected: "\(announceSize) at least") }
    guard let event = UDPTrackerEvent(rawValue: event) else { throw UDPTrackerError.unknownEvent(event) }
    let counts = [downloaded, left, uploaded].map(Int64.init(bitPattern:))
    guard counts.allSatisfy({ $0 >= 0 }) else { throw UDPTrackerError.negativeCount }
    let wanted = Int32(bitPattern: numwant)
    return AnnounceRequest(
      infoHash: infoHash, peerID: peerID, port: port, uploaded: counts[2], downloaded: counts[0], left: counts[1],
      event: event.event, numwant: wanted < 0 ? nil : Int(wanted), compact: nil,
      ip: ip == 0 ? nil : IPText.ipv4(ip), key: key == 0 ? nil : AnnounceRequest.keyText(key))
  }
}

/// What a datagram is about (BEP 15).
enum UDPTrackerAction: UInt32 { case connect, announce, scrape, error }

/// An announce's event as a number (BEP 15).
enum UDPTrackerEvent: UInt32 {
  case none, completed, started, stopped

  init(_ event: AnnounceRequest.Event?) {
    self =
      switch event {
      case nil: .none
      case .completed: .completed
      case .started: .started
      case .stopped: .stopped
      }
  }

  var event: AnnounceRequest.Event? {
    switch self {
    case .none: nil
    case .completed: .completed
    case .started: .started
    case .stopped: .stopped
    }
  }
}

/// Why a datagram of the UDP tracker protocol is refused; the description is fit for an error answer.
public enum UDPTrackerError: Error, Hashable, Sendable, CustomStringConvertible {
  case size(Int, expected: String)
  case unknownAction(UInt32)
  case otherProtocol(UInt64)
  case unknownEvent(UInt32)
  case negativeCount

  public var description: String {
    switch self {
    case .size(let size, let expected): "the datagram has \(size) bytes, expected \(expected)"
    case .unknownAction(let action): "action \(action) is unknown, expected 0 to 3"
    case .otherProtocol(let id): "the protocol is 0x\(String(id, radix: 16)), expected 0x41727101980"
    case .unknownEvent(let event): "event \(event) is unknown, expected 0 to 3"
    case .negativeCount: "downloaded, left or uploaded is below 0"
    }
  }
}
