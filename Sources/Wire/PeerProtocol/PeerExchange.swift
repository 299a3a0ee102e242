/// A message of peer exchange (BEP 11, `ut_pex`): whom the sender has connected to and lost since its last one. IPv4 only.
public struct PeerExchange: Hashable, Sendable {
  /// The bits of `added.f`.
  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let prefersEncryption = Flags(rawValue: 0x01)
    /// A seed, or one that only uploads.
    public static let isSeed = Flags(rawValue: 0x02)
    public static let supportsUTP = Flags(rawValue: 0x04)
    public static let supportsHolepunch = Flags(rawValue: 0x08)
    /// The sender has connected to it, so others can.
    public static let isReachable = Flags(rawValue: 0x10)
  }

  public struct Contact: Hashable, Sendable {
    /// Network order read as a big-endian number.
    public var ipv4: UInt32
    public var port: UInt16
    /// Empty of one that was dropped.
    public var flags: Flags

    public init(ipv4: UInt32, port: UInt16, flags: Flags = []) {
      self.ipv4 = ipv4
      self.port = port
      self.flags = flags
    }
  }

  public var added: [Contact]
  public var dropped: [Contact]

  /// BEP 11: no more than so many of each in a message.
  public static let mostContacts = 50
  /// Of a stranger's message so many of each are read: some clients begin with a longer list.
  public static let mostAccepted = 100

  public init(added: [Contact] = [], dropped: [Contact] = []) {
    self.added = added
    self.dropped = dropped
  }

  /// Reads the payload of an extended message; nil when it is no bencoded dictionary. Flags that do not fit the contacts
  /// count as none, and so does half a contact.
  public init?(parsing payload: [UInt8]) {
    guard let dictionary = try? Bencode.decode(payload, limits: .extensionHandshake).dictionary else { return nil }
    added = Self.contacts(dictionary["added"]?.bytes ?? [])
    dropped = Self.contacts(dictionary["dropped"]?.bytes ?? [])
    guard let flags = dictionary["added.f"]?.bytes, flags.count >= added.count else { return }
    for index in added.indices { added[index].flags = Flags(rawValue: flags[index]) }
  }

  private static func contacts(_ bytes: [UInt8]) -> [Contact] {
    stride(from: 0, to: min(bytes.count / 6, mostAccepted) * 6, by: 6).map { start in
      let ipv4 = bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
      return Contact(ipv4: ipv4, port: UInt16(bytes[start + 4]) << 8 | UInt16(bytes[start + 5]))
    }
  }

  /// The payload of an extended message.
  public var encoded: [UInt8] {
    let dictionary: BencodeDictionary = [
      "added": .bytes(Self.bytes(added)), "added.f": .bytes(added.map(\.flags.rawValue)),
      "dropped": .bytes(Self.bytes(dropped)),
    ]
    return Bencode.dictionary(dictionary).encoded
  }

  private static func bytes(_ contacts: [Contact]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(contacts.count * 6)
    for contact in contacts {
      bytes.appendBigEndian(contact.ipv4)
      bytes.appendBigEndian(contact.port)
    }
    return bytes
  }
}
