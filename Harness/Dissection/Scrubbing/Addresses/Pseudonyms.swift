import Crypto

/// What pseudonyms are drawn by. Who has it finds out which address has which, by trying them.
public struct RemapKey: Sendable {
  let secret: SymmetricKey

  /// Drawn by the system, and known to nobody.
  public init() { secret = SymmetricKey(size: .bits256) }

  /// Copies made with the same text have the same pseudonyms.
  public init(text: String) { secret = SymmetricKey(data: Array(text.utf8)) }
}

/// Gives each address another one: the same the same, different ones different ones.
///
/// Drawn by a keyed hash (HMAC-SHA-256) of the whole address, so that prefixes in common tell nothing. What names nobody
/// stays: loopback, multicast, broadcast and the unspecified address.
struct Pseudonyms: Sendable {
  private let key: RemapKey
  private var given: [IPAddress: IPAddress] = [:]
  private var taken: Set<IPAddress> = []
  private var givenHardware: [UInt64: UInt64] = [:]
  private var takenHardware: Set<UInt64> = []

  init(key: RemapKey) { self.key = key }

  mutating func of(_ address: IPAddress) -> IPAddress {
    if let fixed = Self.fixed(address) { return fixed }
    if let known = given[address] { return known }
    var attempt: UInt32 = 0
    var drawn = draw(address, attempt)
    while taken.contains(drawn) || !Self.isOrdinary(drawn) {
      attempt += 1
      drawn = draw(address, attempt)
    }
    taken.insert(drawn)
    given[address] = drawn
    return drawn
  }

  /// Of an Ethernet address, the lower 48 bits of a word.
  mutating func of(hardware address: UInt64) -> UInt64 {
    let isGroup = address >> 40 & 1 == 1
    if isGroup || address == 0 {
      // An IPv6 host is asked for at a group that its address ends in (RFC 4291, 2.7.1; RFC 2464, 7).
      return address >> 24 == 0x3333_ff ? 0x3333_ff00_0000 : address
    }
    if let known = givenHardware[address] { return known }
    var attempt: UInt32 = 0
    var drawn: UInt64 = 0
    repeat {
      // Locally administered, so nobody's.
      drawn = 0x0200_0000_0000 | hash(.hardware, 0, address, attempt) & 0xff_ffff_ffff
      attempt += 1
    } while takenHardware.contains(drawn)
    takenHardware.insert(drawn)
    givenHardware[address] = drawn
    return drawn
  }

  // MARK: Where pseudonyms are from

  private enum Kind: UInt8 { case v4, v6, linkLocal, hardware }

  private func draw(_ address: IPAddress, _ attempt: UInt32) -> IPAddress {
    if address.isV4 {
      let bits = UInt32(truncatingIfNeeded: hash(.v4, address.high, address.low, attempt))
      // 10.0.0.0/8, and once that is nearly full 240.0.0.0/4.
      return IPAddress(v4: attempt < 64 ? 0x0a00_0000 | bits & 0xff_ffff : 0xf000_0000 | bits & 0xfff_ffff)
    }
    // fe80::/10 (RFC 4291, 2.5.6).
    let isLinkLocal = address.high >> 54 == 0x3fa
    return IPAddress(
      high: isLinkLocal ? 0xfe80_0000_0000_0000 : 0xfd00_0000_0000_0000,
      low: hash(isLinkLocal ? .linkLocal : .v6, address.high, address.low, attempt))
  }

  /// Neither the first nor the last address of a net of 256.
  private static func isOrdinary(_ address: IPAddress) -> Bool {
    guard address.isV4 else { return true }
    let last = address.low & 0xff
    return last != 0 && last != 0xff
  }

  /// What an address becomes that names nobody; nil for the others.
  private static func fixed(_ address: IPAddress) -> IPAddress? {
    if address.isV4 {
      let bits = UInt32(truncatingIfNeeded: address.low)
      let stays = bits == 0 || bits >> 24 == 127 || bits >> 28 == 0xe || bits == .max
      return stays ? address : nil
    }
    if address.high == 0 && address.low <= 1 { return address }
    guard address.high >> 56 == 0xff else { return nil }
    // Groups that a host's own address, or its net's, is in: solicited-node (RFC 4291, 2.7.1), by prefix (RFC 3306).
    if address.high & 0xff0f_ffff_ffff_ffff == 0xff02_0000_0000_0000 && address.low >> 24 == 0x1ff {
      return IPAddress(high: address.high, low: address.low & ~0xff_ffff)
    }
    if address.high >> 53 & 1 == 1 {
      return IPAddress(high: address.high & 0xffff_0000_0000_0000, low: address.low & 0xffff_ffff)
    }
    return address
  }

  private func hash(_ kind: Kind, _ high: UInt64, _ low: UInt64, _ attempt: UInt32) -> UInt64 {
    var message: [UInt8] = [kind.rawValue]
    withUnsafeBytes(of: high.bigEndian) { message += $0 }
    withUnsafeBytes(of: low.bigEndian) { message += $0 }
    withUnsafeBytes(of: attempt.bigEndian) { message += $0 }
    var hash = HMAC<SHA256>(key: key.secret)
    hash.update(data: message)
    return hash.finalize().withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
  }
}

extension IPAddress {
  var isV4: Bool { high == 0 && low >> 32 == 0xffff }
}
