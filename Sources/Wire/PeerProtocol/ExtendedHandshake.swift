/// The handshake of the extension protocol (BEP 10): a bencoded dictionary, of which this is what we say and hear.
///
/// What is nil is not in the dictionary. It may be sent again in the middle of a connection; what it leaves out then stays
/// as it was.
public struct ExtendedHandshake: Hashable, Sendable {
  /// `m/ut_pex`: the id under which the sender takes peer exchange (BEP 11); 0 for no longer.
  public var peerExchangeID: UInt8?
  /// `p`: where the sender listens.
  public var listenPort: UInt16?
  /// `reqq`: how many requests the sender queues.
  public var requestQueue: Int?
  /// `v`: the sender's name and version, for people.
  public var client: String?
  /// `yourip`: the receiver's IPv4 address as the sender sees it, network order read as a big-endian number.
  public var yourIPv4: UInt32?
  /// `upload_only` (BEP 21): whether the sender downloads nothing more, though it may lack pieces.
  public var isUploadOnly: Bool?

  /// Bytes of `v` that are kept of what a stranger says.
  public static let longestClient = 64

  public init(
    peerExchangeID: UInt8? = nil, listenPort: UInt16? = nil, requestQueue: Int? = nil, client: String? = nil,
    yourIPv4: UInt32? = nil, isUploadOnly: Bool? = nil
  ) {
    self.peerExchangeID = peerExchangeID
    self.listenPort = listenPort
    self.requestQueue = requestQueue
    self.client = client
    self.yourIPv4 = yourIPv4
    self.isUploadOnly = isUploadOnly
  }

  /// A queue length below 1, an id outside 0 to 255 and a port outside 1 to 65535 count as not given.
  init(_ dictionary: BencodeDictionary) {
    peerExchangeID = dictionary["m"]?.dictionary?["ut_pex"]?.integer.flatMap(UInt8.init(exactly:))
    listenPort = dictionary["p"]?.integer.flatMap { $0 > 0 ? UInt16(exactly: $0) : nil }
    requestQueue = dictionary["reqq"]?.integer.flatMap { $0 > 0 ? Int(clamping: $0) : nil }
    client = dictionary["v"]?.bytes.map { String(decoding: $0.prefix(Self.longestClient), as: UTF8.self) }
    if let bytes = dictionary["yourip"]?.bytes, bytes.count == 4 {
      yourIPv4 = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
    isUploadOnly = dictionary["upload_only"]?.integer.map { $0 != 0 }
  }

  var encoded: [UInt8] {
    var extensions: BencodeDictionary = [:]
    if let peerExchangeID { extensions["ut_pex"] = .integer(Int64(peerExchangeID)) }
    var dictionary: BencodeDictionary = ["m": .dictionary(extensions)]
    if let listenPort { dictionary["p"] = .integer(Int64(listenPort)) }
    if let requestQueue { dictionary["reqq"] = .integer(Int64(requestQueue)) }
    if let client { dictionary["v"] = .text(client) }
    if let yourIPv4 {
      var bytes: [UInt8] = []
      bytes.appendBigEndian(yourIPv4)
      dictionary["yourip"] = .bytes(bytes)
    }
    if let isUploadOnly { dictionary["upload_only"] = .integer(isUploadOnly ? 1 : 0) }
    return Bencode.dictionary(dictionary).encoded
  }
}
