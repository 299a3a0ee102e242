extension CoreMessage {
  /// Bytes of the message on the wire, length prefix included; an extended handshake is estimated.
  var wireSize: Int64 {
    switch self {
    case .keepAlive: 4
    case .choke, .unchoke, .interested, .notInterested, .haveAll, .haveNone: 5
    case .have, .suggest, .allowedFast: 9
    case .request, .cancel, .reject: 17
    case .port: 7
    case .bitfield(let bytes): 5 + Int64(bytes.count)
    case .extendedHandshake: 60
    }
  }
}
