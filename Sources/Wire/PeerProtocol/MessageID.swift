/// The kinds of peer-wire messages that have an id: BEP 3, BEP 5 (port), BEP 6 (13 to 17) and BEP 10 (20).
public enum MessageID: UInt8, Sendable, CaseIterable {
  case choke = 0
  case unchoke = 1
  case interested = 2
  case notInterested = 3
  case have = 4
  case bitfield = 5
  case request = 6
  case piece = 7
  case cancel = 8
  case port = 9
  case suggest = 13
  case haveAll = 14
  case haveNone = 15
  case reject = 16
  case allowedFast = 17
  case extended = 20

  /// The value that the length prefix must have, or nil where the length varies.
  public var fixedLength: UInt32? {
    switch self {
    case .choke, .unchoke, .interested, .notInterested, .haveAll, .haveNone: 1
    case .have, .suggest, .allowedFast: 5
    case .request, .cancel, .reject: 13
    case .port: 3
    case .bitfield, .piece, .extended: nil
    }
  }
}
