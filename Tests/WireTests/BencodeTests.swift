import Testing
import Wire

@Suite("Bencode")
struct BencodeTests {
  @Test(
    "Values have the encoding of BEP 3",
    arguments: [
      ("i3e", 3), ("i-3e", -3), ("i0e", 0), ("i9223372036854775807e", .integer(.max)),
      ("i-9223372036854775808e", .integer(.min)), ("4:spam", "spam"), ("0:", ""), ("l4:spam4:eggse", ["spam", "eggs"]),
      ("le", []), ("de", [:]), ("d3:cow3:moo4:spam4:eggse", ["cow": "moo", "spam": "eggs"]),
      ("d4:spaml1:a1:bee", ["spam": ["a", "b"]]), ("d0:i1e1:ai2e2:aai3e1:bi4ee", ["b": 4, "aa": 3, "a": 2, "": 1]),
    ] as [(String, Bencode)])
  func examples(_ text: String, _ value: Bencode) throws {
    #expect(value.encoded == Array(text.utf8))
    #expect(try Bencode.decode(Array(text.utf8)) == value)
  }

  @Test("Strings are bytes, and keys are ordered as bytes")
  func rawBytes() throws {
    var dictionary: BencodeDictionary = [:]
    dictionary[bytes: [0xFF]] = .bytes([0, 0x80])
    dictionary[bytes: [0x7F]] = .integer(1)
    let encoded = Bencode.dictionary(dictionary).encoded
    #expect(encoded == [0x64, 0x31, 0x3A, 0x7F] + Array("i1e1:".utf8) + [0xFF] + Array("2:".utf8) + [0, 0x80, 0x65])
    #expect(try Bencode.decode(encoded).dictionary?[bytes: [0xFF]]?.bytes == [0, 0x80])
    #expect(try Bencode.decode(encoded).dictionary?[bytes: [0xFF]]?.text == nil)
  }

  @Test(
    "What breaks a rule is refused at its byte",
    arguments: [
      ("", .truncated, 0), ("i", .truncated, 1), ("i1", .truncated, 2), ("5", .truncated, 1),
      ("l", .truncated, 1), ("li1e", .truncated, 4), ("d", .truncated, 1), ("d1:a", .truncated, 4),
      ("d1:ai1e", .truncated, 7), ("ie", .integerEmpty, 1), ("i-e", .integerEmpty, 2), ("i-0e", .negativeZero, 1),
      ("i00e", .leadingZero, 1), ("i03e", .leadingZero, 1), ("i-03e", .leadingZero, 2), ("i-00e", .leadingZero, 2),
      ("i+1e", .unexpectedByte(0x2B), 1), ("i 1e", .unexpectedByte(0x20), 1), ("i1.5e", .unexpectedByte(0x2E), 2),
      ("i--1e", .unexpectedByte(0x2D), 2), ("i1-e", .unexpectedByte(0x2D), 2),
      ("i9223372036854775808e", .integerOverflow, 1), ("i-9223372036854775809e", .integerOverflow, 2),
      ("i99999999999999999999999999e", .integerOverflow, 1), ("00:", .leadingZero, 0), ("01:a", .leadingZero, 0),
      ("-1:a", .unexpectedByte(0x2D), 0), ("1a", .unexpectedByte(0x61), 1), (":", .unexpectedByte(0x3A), 0),
      ("5:spam", .lengthBeyondEnd(length: 5, remaining: 4), 0),
      ("9223372036854775807:a", .lengthBeyondEnd(length: .max, remaining: 1), 0),
      ("9223372036854775808:a", .lengthBeyondEnd(length: .max, remaining: 1), 0),
      ("18446744073709551616:a", .integerOverflow, 0), ("x", .unexpectedByte(0x78), 0),
      ("e", .unexpectedByte(0x65), 0), ("lx", .unexpectedByte(0x78), 1), ("di1ei2ee", .keyNotBytes, 1),
      ("dle1:ae", .keyNotBytes, 1), ("d1:ae", .unexpectedByte(0x65), 4), ("d1:bi1e1:ai2ee", .keysOutOfOrder, 7),
      ("d2:aai1e1:ai2ee", .keysOutOfOrder, 8), ("d1:ai1e1:ai1ee", .duplicateKey, 7),
      ("i1ei2e", .trailingBytes(count: 3), 3), ("de\n", .trailingBytes(count: 1), 2),
      ("4:spam4:spam", .trailingBytes(count: 6), 6),
    ] as [(String, BencodeError.Reason, Int)])
  func refused(_ text: String, _ reason: BencodeError.Reason, _ offset: Int) throws {
    let error = try #require(throws: BencodeError.self) { try Bencode.decode(Array(text.utf8)) }
    #expect(error == BencodeError(reason: reason, offset: offset))
  }

  static let anyOrder = BencodeLimits(size: 100, depth: 4, values: 100, allowsAnyKeyOrder: true)

  @Test("Where any order of keys is allowed they come back sorted, and a key may still occur once only")
  func anyKeyOrder() throws {
    let value = try Bencode.decode(Array("d1:bi1e1:ad1:zi2e1:yi3eee".utf8), limits: Self.anyOrder)
    #expect(value == ["a": ["y": 3, "z": 2], "b": 1])
    #expect(value.encoded == Array("d1:ad1:yi3e1:zi2ee1:bi1ee".utf8))
    for (text, offset) in [("d1:bi1e1:ai2e1:bi3ee", 0), ("ld1:bi1e1:ai2e1:bi3eee", 1), ("d1:ai1e1:ai1ee", 7)] {
      let error = #expect(throws: BencodeError.self) { try Bencode.decode(Array(text.utf8), limits: Self.anyOrder) }
      #expect(error == BencodeError(reason: .duplicateKey, offset: offset))
    }
    #expect(BencodeLimits.trackerResponse.allowsAnyKeyOrder && BencodeLimits.extensionHandshake.allowsAnyKeyOrder)
    #expect(!BencodeLimits.standard.allowsAnyKeyOrder)
  }

  static func lists(_ depth: Int) -> [UInt8] {
    [UInt8](repeating: UInt8(ascii: "l"), count: depth) + [UInt8](repeating: UInt8(ascii: "e"), count: depth)
  }

  @Test("Depth is bounded, whatever the nesting is made of")
  func depth() throws {
    #expect(throws: Never.self) { try Bencode.decode(Self.lists(32)) }
    let error = try #require(throws: BencodeError.self) { try Bencode.decode(Self.lists(33)) }
    #expect(error == BencodeError(reason: .tooDeep(limit: 32), offset: 32))
    let dictionaries = Array(String(repeating: "d1:a", count: 10_000_000).utf8)
    let other = try #require(throws: BencodeError.self) { try Bencode.decode(dictionaries) }
    #expect(other == BencodeError(reason: .tooDeep(limit: 32), offset: 128))
  }

  static func decodeFew(_ text: String) throws -> Bencode {
    try Bencode.decode(Array(text.utf8), limits: BencodeLimits(size: 12, depth: 4, values: 4))
  }

  @Test("Size and number of values are bounded")
  func bounds() throws {
    #expect(throws: Never.self) { try Self.decodeFew("li1ei2ei3ee") }
    let many = try #require(throws: BencodeError.self) { try Self.decodeFew("llelelelee") }
    #expect(many == BencodeError(reason: .tooManyValues(limit: 4), offset: 7))
    let large = try #require(throws: BencodeError.self) { try Self.decodeFew("10:abcdefghij") }
    #expect(large == BencodeError(reason: .tooLarge(limit: 12), offset: 12))
  }

  @Test("Whatever is accepted encodes to the very same bytes", arguments: 0..<20 as Range<UInt64>)
  func canonical(_ seed: UInt64) throws {
    var source = Scramble(seed: seed)
    var accepted = 0
    for _ in 0..<500 {
      var bytes = source.bencode(depth: 4).encoded
      #expect(try Bencode.decode(bytes).encoded == bytes)
      for _ in 0..<source.below(3) + 1 where !bytes.isEmpty {
        let position = source.below(bytes.count)
        switch source.below(3) {
        case 0: bytes[position] = UInt8(truncatingIfNeeded: source.next())
        case 1: bytes.remove(at: position)
        default: bytes.insert(source.pick("0123456789deil:-".utf8), at: position)
        }
      }
      if let value = try? Bencode.decode(bytes) {
        accepted += 1
        #expect(value.encoded == bytes)
      }
    }
    #expect(accepted > 0)
  }

  @Test("A dictionary finds, replaces and removes")
  func dictionary() {
    var dictionary: BencodeDictionary = ["b": 2, "a": 1]
    dictionary["b"] = 3
    dictionary["a"] = nil
    dictionary["absent"] = nil
    #expect(dictionary == ["b": 3])
    #expect(dictionary["b"]?.integer == 3)
    #expect(dictionary["a"] == nil)
  }

  @Test("An error says what was expected and where")
  func text() {
    let error = BencodeError(reason: .lengthBeyondEnd(length: 5, remaining: 4), offset: 7)
    #expect(error.description == "bencode, byte 7: a string of 5 bytes is announced, but only 4 remain")
  }
}

/// Random input from a seed (SplitMix64).
struct Scramble: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func pick(_ bytes: some Collection<UInt8>) -> UInt8 {
    bytes[bytes.index(bytes.startIndex, offsetBy: below(bytes.count))]
  }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }

  mutating func bencode(depth: Int) -> Bencode {
    switch below(depth > 0 ? 4 : 2) {
    case 0: return .integer(Int64(bitPattern: next()) >> Int64(below(64)))
    case 1:
      let count = below(12)
      return .bytes(bytes(count))
    case 2:
      let count = below(4)
      return .list((0..<count).map { _ in bencode(depth: depth - 1) })
    default:
      var dictionary: BencodeDictionary = [:]
      for _ in 0..<below(4) {
        let count = below(4)
        dictionary[bytes: bytes(count)] = bencode(depth: depth - 1)
      }
      return .dictionary(dictionary)
    }
  }
}
