/// A peer-wire message but for `piece`, whose payload a reader may step over (see `MessageHeader`).
///
/// Block lengths and piece indices are as received: whoever knows the torrent judges them.
public enum PeerMessage: Hashable, Sendable {
  case keepAlive
  case choke
  case unchoke
  case interested
  case notInterested
  case have(UInt32)
  /// As on the wire, high bit first, with whatever length came.
  case bitfield([UInt8])
  case request(Block)
  case cancel(Block)
  case port(UInt16)
  case suggest(UInt32)
  case haveAll
  case haveNone
  case reject(Block)
  case allowedFast(UInt32)
  /// BEP 10, extension message 0.
  case extendedHandshake(ExtendedHandshake)
  /// BEP 10: any other extension message, under the id that its receiver gave to it.
  case extended(id: UInt8, [UInt8])

  /// Bytes of the message on the wire, length prefix included.
  public var wireSize: Int64 {
    switch self {
    case .keepAlive: 4
    case .choke, .unchoke, .interested, .notInterested, .haveAll, .haveNone: 5
    case .have, .suggest, .allowedFast: 9
    case .request, .cancel, .reject: 17
    case .port: 7
    case .bitfield(let bytes): 5 + Int64(bytes.count)
    case .extendedHandshake(let handshake): 6 + Int64(handshake.encoded.count)
    case .extended(_, let payload): 6 + Int64(payload.count)
    }
  }
}
