/// A value of BEP 3's encoding, in its one canonical form.
///
/// Decoding is strict (see `BencodeReader`), so `decode` followed by `encoded` gives the same bytes, and a hash over an
/// encoded value is a hash over what came in; but where `BencodeLimits.allowsAnyKeyOrder`, keys may come back sorted.
public enum Bencode: Hashable, Sendable {
  case integer(Int64)
  case bytes([UInt8])
  case list([Bencode])
  case dictionary(BencodeDictionary)

  public static func text(_ text: some StringProtocol) -> Bencode { .bytes(Array(text.utf8)) }

  public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
  public var bytes: [UInt8]? { if case .bytes(let value) = self { value } else { nil } }
  public var list: [Bencode]? { if case .list(let value) = self { value } else { nil } }
  public var dictionary: BencodeDictionary? { if case .dictionary(let value) = self { value } else { nil } }

  /// The byte string as text; nil when it is no byte string, or no UTF-8.
  public var text: String? { bytes.flatMap { String(validating: $0, as: UTF8.self) } }

  /// Decodes exactly one value that fills `bytes`.
  ///
  /// - Throws: `BencodeError` with the offset of the first byte that breaks a rule or exceeds a limit.
  public static func decode(
    _ bytes: [UInt8], limits: BencodeLimits = .standard
  ) throws(BencodeError) -> Bencode {
    // A closure with a typed throw that leaves `withUnsafeBytes` as it is.
    let result: Result<Bencode, BencodeError> = bytes.withUnsafeBytes { raw in
      Result { () throws(BencodeError) in try decode(raw, limits: limits) }
    }
    return try result.get()
  }

  /// As `decode(_:limits:)` over an array, without one.
  public static func decode(
    _ bytes: UnsafeRawBufferPointer, limits: BencodeLimits = .standard
  ) throws(BencodeError) -> Bencode {
    var reader = BencodeReader(bytes, limits: limits)
    return try reader.readWhole()
  }
}

extension Bencode: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(stringLiteral value: String) { self = .text(value) }
  public init(arrayLiteral elements: Bencode...) { self = .list(elements) }
  public init(dictionaryLiteral elements: (String, Bencode)...) {
    var dictionary: BencodeDictionary = [:]
    for (key, value) in elements { dictionary[key] = value }
    self = .dictionary(dictionary)
  }
}
