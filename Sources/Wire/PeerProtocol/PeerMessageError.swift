/// What is wrong with a peer-wire message.
public struct PeerMessageError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: Hashable, Sendable {
    /// The length prefix is not one that the kind of message can have.
    case length(UInt32, allowed: ClosedRange<UInt32>)
    /// Fewer bytes were handed over than the length prefix announces.
    case truncated(bytes: Int, expected: Int)
    /// An extension handshake that is no bencoded dictionary.
    case extendedHandshake(BencodeError?)
  }

  /// The id byte.
  public let id: UInt8
  public let reason: Reason

  public var description: String {
    let name = MessageID(rawValue: id).map { "\($0)" } ?? "message \(id)"
    switch reason {
    case .length(let length, let allowed) where allowed.count == 1:
      return "\(name): the length is \(length), expected \(allowed.lowerBound)"
    case .length(let length, let allowed):
      return "\(name): the length is \(length), expected \(allowed.lowerBound) to \(allowed.upperBound)"
    case .truncated(let bytes, let expected): return "\(name): \(bytes) bytes of \(expected)"
    case .extendedHandshake(let error?): return "\(name): \(error)"
    case .extendedHandshake(nil): return "\(name): the handshake is no dictionary"
    }
  }
}
