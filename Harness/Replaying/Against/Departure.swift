public import Dissection
import Wire

/// Where a live client first did something else than the recorded one, beyond what is tolerated.
public struct Departure: Hashable, Sendable {
  public enum Found: Hashable, Sendable {
    /// So many nanoseconds passed.
    case nothing(within: Int64)
    case closed
    /// What was heard, and the rule that it breaks.
    case heard(String)
  }

  /// What the recorded side said next, and its frame in the capture; nil where the script is over.
  public var expected: String
  public var frame: Int?
  public var found: Found
  /// What the live client had said last; nil where it had said nothing.
  public var before: String?
}

extension Spoken {
  /// As people name it: `unchoke`, `have 7`, `request of piece 3, 16384 bytes from 0`.
  public var text: String {
    switch self {
    case .handshake: "handshake"
    case .extended(id: 0, _): "extension handshake"
    case .extended(let id, _): "extended message \(id)"
    case .block(let block, _): "piece \(Self.text(block))"
    case .unknown(let id): "message \(id)"
    case .message(let message):
      switch message {
      case .have(let piece), .suggest(let piece), .allowedFast(let piece): "\(kind) \(piece)"
      case .request(let block), .cancel(let block), .reject(let block): "\(kind) of piece \(Self.text(block))"
      default: kind
      }
    }
  }

  private static func text(_ block: Block) -> String { "\(block.piece), \(block.length) bytes from \(block.begin)" }

  /// The kind alone, for counting.
  public var kind: String {
    switch self {
    case .handshake: "handshake"
    case .extended(id: 0, _): "extension handshake"
    case .extended: "extended"
    case .block: "piece"
    case .unknown: "unknown"
    case .message(let message):
      switch message {
      case .keepAlive: "keep-alive"
      case .choke: "choke"
      case .unchoke: "unchoke"
      case .interested: "interested"
      case .notInterested: "not interested"
      case .have: "have"
      case .bitfield: "bitfield"
      case .request: "request"
      case .cancel: "cancel"
      case .port: "port"
      case .suggest: "suggest"
      case .haveAll: "have all"
      case .haveNone: "have none"
      case .reject: "reject"
      case .allowedFast: "allowed fast"
      case .extendedHandshake: "extension handshake"
      case .extended: "extended"
      }
    }
  }
}
