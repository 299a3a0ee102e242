/// The program that a peer id names by convention (BEP 20), and its version. What it says is a claim, not a proof.
public struct ClientName: Hashable, Sendable, CustomStringConvertible {
  /// `libtorrent`, `Transmission`; of a prefix that the table lacks, its two characters.
  public let name: String
  /// `2.0.8`; nil where the id tells none.
  public let version: String?

  /// How our own peer ids begin: Azureus' way, `SL` for swarmlab, and the version.
  public static let ownPrefix: [UInt8] = Array("-SL0001-".utf8)
  /// Our own name and version.
  public static let own = ClientName(name: "swarmlab", version: "0.0.0.1")

  public var description: String { version.map { "\(name) \($0)" } ?? name }

  private init(name: String, version: String?) {
    self.name = name
    self.version = version
  }

  /// Reads the beginning of a peer id; nil where it follows none of the conventions.
  public init?(peerID: [UInt8]) {
    guard peerID.count == 20 else { return nil }
    guard let found = Self.azureus(peerID) ?? Self.dashed(peerID) ?? Self.shadow(peerID) else { return nil }
    self = found
  }

  // MARK: Azureus' way: `-XX1234-`, two letters and four characters of version

  private static func azureus(_ id: [UInt8]) -> ClientName? {
    guard id[0] == dash, id[7] == dash, id[1...6].allSatisfy(isPlain) else { return nil }
    let code = String(decoding: id[1...2], as: UTF8.self)
    let known = ClientTable.azureus.first { $0.code == code }
    return ClientName(name: known?.name ?? code, version: (known?.style ?? .digits).text(Array(id[3...6])))
  }

  // MARK: mainline's and aria2's way: `M7-10-5--`, `A2-1-36-0-`: a letter or two, then numbers between dashes

  private static func dashed(_ id: [UInt8]) -> ClientName? {
    for (code, name) in ClientTable.dashed where id.starts(with: code.utf8) {
      let rest = id[code.utf8.count...]
      let text = String(decoding: rest.prefix { isDigit($0) || $0 == dash }, as: UTF8.self)
      let numbers = text.split(separator: "-", omittingEmptySubsequences: true)
      // At least two, each closed by a dash, or it is chance.
      guard rest.contains(dash), text.hasSuffix("-") || text.count == rest.count, numbers.count >= 2 else { continue }
      return ClientName(name: name, version: numbers.prefix(3).joined(separator: "."))
    }
    return nil
  }

  // MARK: Shadow's way: `S58B-----`: a letter, up to five characters of version, dashes

  private static func shadow(_ id: [UInt8]) -> ClientName? {
    guard let name = ClientTable.shadow.first(where: { $0.code.utf8.first == id[0] })?.name else { return nil }
    let version = id[1...5].prefix { $0 != dash }
    guard !version.isEmpty, id[(1 + version.count)..<6].allSatisfy({ $0 == dash }), id[6...8].allSatisfy({ $0 == dash })
    else { return nil }
    let numbers = version.compactMap(VersionStyle.base62)
    guard numbers.count == version.count else { return nil }
    return ClientName(name: name, version: numbers.map(String.init).joined(separator: "."))
  }

  private static let dash = UInt8(ascii: "-")

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isPlain(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }
}

/// How four characters are a version.
enum VersionStyle: Sendable {
  /// Each a number: `2130` is 2.1.3.0, `20D0` is 2.0.13.0.
  case digits
  /// Each a number, the last one a mark of the build: `2080` is 2.0.8.
  case threeDigits
  /// Transmission's: `3000` is 3.00, and from 4 on `4050` is 4.0.5.
  case transmission
  /// Enhanced CTorrent's two pairs: `0303` is 3.3.
  case pairs

  func text(_ characters: [UInt8]) -> String? {
    switch self {
    case .digits: return Self.joined(characters)
    case .threeDigits: return Self.joined(Array(characters.prefix(3)))
    case .transmission:
      guard let major = characters.first, major >= UInt8(ascii: "4") else {
        let text = String(decoding: characters, as: UTF8.self)
        return "\(text.prefix(1)).\(text.dropFirst().prefix(2))"
      }
      return Self.joined(Array(characters.prefix(3)))
    case .pairs:
      let text = String(decoding: characters, as: UTF8.self)
      guard let major = Int(text.prefix(2)), let minor = Int(text.suffix(2)) else { return nil }
      return "\(major).\(minor)"
    }
  }

  private static func joined(_ characters: [UInt8]) -> String? {
    let numbers = characters.compactMap(base62)
    return numbers.count == characters.count ? numbers.map(String.init).joined(separator: ".") : nil
  }

  /// 0 to 9, then A to Z for 10 to 35, then a to z for 36 to 61.
  static func base62(_ character: UInt8) -> Int? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(character - UInt8(ascii: "0"))
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(character - UInt8(ascii: "A")) + 10
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(character - UInt8(ascii: "a")) + 36
    default: nil
    }
  }
}
