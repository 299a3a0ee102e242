/// How much a decoder takes from a stranger before it refuses.
public struct BencodeLimits: Hashable, Sendable {
  /// Bytes of the whole encoding.
  public var size: Int
  /// Lists and dictionaries within each other.
  public var depth: Int
  /// Values in all, dictionary keys not counted: one of two bytes takes sixteen in memory.
  public var values: Int
  /// Whether dictionary keys may stand in any order, against BEP 3: some trackers and clients write them so, and of what
  /// they say nothing is hashed. A key that occurs twice is refused all the same, since nobody knows which one counts.
  public var allowsAnyKeyOrder: Bool

  public init(size: Int, depth: Int, values: Int, allowsAnyKeyOrder: Bool = false) {
    self.size = size
    self.depth = depth
    self.values = values
    self.allowsAnyKeyOrder = allowsAnyKeyOrder
  }

  /// Room for a metainfo file of three million pieces or a hundred thousand files. Strict, as what is hashed must be.
  public static let standard = BencodeLimits(size: 64 << 20, depth: 32, values: 1 << 20)
  /// What a peer may send in an extension handshake.
  public static let extensionHandshake = BencodeLimits(
    size: 1 << 16, depth: 8, values: 1 << 10, allowsAnyKeyOrder: true)
  /// What a tracker may answer.
  public static let trackerResponse = BencodeLimits(
    size: 4 << 20, depth: 8, values: 1 << 18, allowsAnyKeyOrder: true)
}

/// What breaks the rules of BEP 3's encoding, and at which byte.
public struct BencodeError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: Hashable, Sendable {
    case truncated
    case unexpectedByte(UInt8)
    case integerEmpty
    case leadingZero
    case negativeZero
    case integerOverflow
    case lengthBeyondEnd(length: Int, remaining: Int)
    case keyNotBytes
    case keysOutOfOrder
    case duplicateKey
    case trailingBytes(count: Int)
    case tooLarge(limit: Int)
    case tooDeep(limit: Int)
    case tooManyValues(limit: Int)
  }

  public let reason: Reason
  /// Offset of the offending byte from the start of the encoding.
  public let offset: Int

  package init(reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  public var description: String { "bencode, byte \(offset): \(reason.text)" }
}

extension BencodeError.Reason {
  var text: String {
    switch self {
    case .truncated: "the data end within a value"
    case .unexpectedByte(let byte): "expected i, l, d, e or a digit, found 0x" + String(byte, radix: 16)
    case .integerEmpty: "an integer needs at least one digit"
    case .leadingZero: "a number must not begin with a zero"
    case .negativeZero: "minus zero is not allowed"
    case .integerOverflow: "the number does not fit into 64 bits"
    case .lengthBeyondEnd(let length, let remaining):
      "a string of \(length) bytes is announced, but only \(remaining) remain"
    case .keyNotBytes: "a dictionary key must be a byte string"
    case .keysOutOfOrder: "dictionary keys must ascend by their raw bytes"
    case .duplicateKey: "the key occurs twice"
    case .trailingBytes(let count): "\(count) bytes follow the value"
    case .tooLarge(let limit): "more than \(limit) bytes"
    case .tooDeep(let limit): "more than \(limit) lists or dictionaries within each other"
    case .tooManyValues(let limit): "more than \(limit) values"
    }
  }
}
