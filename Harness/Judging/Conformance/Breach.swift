import SwarmTime

/// The rules of peer wire that `protocol-conformance` holds a peer to.
enum ProtocolRule: String, CaseIterable {
  /// A bitfield (have-all, have-none) comes first or not at all (BEP 3); one of them must come under BEP 6.
  case bitfieldFirst = "bitfield first"
  /// The length prefix is what the kind asks for (BEP 3, 6, 10).
  case lengths
  /// Pieces, offsets and block lengths lie within the payload; blocks asked for are at most 128 KiB.
  case ranges
  /// Messages of BEP 6 only when both handshakes offer it.
  case fastExtension = "fast extension"
  /// No request beyond the grace after a choke, but for pieces of the allowed-fast set.
  case requestWhileChoked = "request while choked"
  /// No block that was not asked for, or that was answered already.
  case unaskedBlock = "unasked block"
  /// Under BEP 6 a request that is dropped, by a choke or a cancel, is answered by a reject (or the block).
  case missingReject = "missing reject"
  /// No request for a piece that the requester itself said it has.
  case heldPiece = "held piece"
  /// No word of having a piece before all its bytes have come.
  case falseHave = "false have"
}

/// One breaking of a rule; its text is made only for those that are quoted.
struct Breach {
  var rule: ProtocolRule
  var at: SwarmInstant
  var frame: Int32
  var offender: Int
  var other: Int
  var what: What

  enum What {
    case late(UInt8)
    case first(UInt8)
    case length(UInt8, prefix: UInt32, expected: String)
    case spareBits
    case range(UInt8, BlockPlace)
    case notNegotiated(UInt8)
    /// Frame of the choke, and how long before; nil: never unchoked.
    case choked(BlockPlace, since: (frame: Int32, SwarmDuration)?)
    case unasked(BlockPlace)
    case noReject(BlockPlace, after: String, afterFrame: Int32)
    case held(BlockPlace, saidFrame: Int32)
    /// Bytes that had come by then, of so many.
    case untrue(piece: Int32, had: Int64, of: Int64)
  }

  var text: String {
    switch what {
    case .late(let id): "\(Self.name(id)) after another message"
    case .first(let id):
      "\(Self.name(id)) before any bitfield, have-all or have-none, one of which BEP 6 asks for first"
    case .length(let id, let prefix, let expected):
      "\(Self.name(id)) with length prefix \(prefix) instead of \(expected)"
    case .spareBits: "bitfield with spare bits set"
    case .range(let id, let block): "\(Self.name(id)) of \(block), which does not exist"
    case .notNegotiated(let id): "\(Self.name(id)), although not both handshakes offer the fast extension"
    case .choked(let block, nil): "request of \(block) before any unchoke"
    case .choked(let block, let (frame, ago)?):
      "request of \(block), \(Wording.seconds(ago)) after the choke in frame \(frame)"
    case .unasked(let block): "sends \(block), which were not asked for or had been answered"
    case .noReject(let block, let after, let frame):
      "request of \(block) neither served nor rejected after the \(after) in frame \(frame)"
    case .untrue(let piece, let had, let whole):
      "says that it has piece \(piece), of which \(had) of \(whole) bytes have come by then"
    case .held(let block, let frame): "request of \(block), which it has said in frame \(frame) that it has"
    }
  }

  static func name(_ id: UInt8) -> String { MessageKind.names[Int(MessageKind.byID[Int(id)])] }
}

/// A block as a message names it, or a piece alone.
struct BlockPlace: Hashable, CustomStringConvertible {
  var piece: Int32
  var begin: Int32
  var length: Int32

  var description: String {
    begin < 0 ? "piece \(piece)" : "\(length) bytes at \(begin) of piece \(piece)"
  }
}
