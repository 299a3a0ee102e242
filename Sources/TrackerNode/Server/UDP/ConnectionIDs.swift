import Crypto
import SwarmTime

/// Connection ids of BEP 15 without a table: a keyed hash of the peer's address and the minute, so that a flood of
/// connect requests from invented addresses costs no memory, and only who receives at an address knows its id.
///
/// An id is good for two minutes at least, as BEP 15 asks, and three at most. Times are swarm time.
struct ConnectionIDs {
  private let key: SymmetricKey
  private static let minute: Int64 = 60_000_000_000

  /// - Parameter key: 32 bytes; drawn by the system unless a test gives one.
  init(key: SymmetricKey = SymmetricKey(size: .bits256)) { self.key = key }

  /// - Parameter source: the address without its port, since BEP 15 lets a peer use an id from any port.
  func id(for source: String, at now: SwarmInstant) -> UInt64 { id(for: source, minute: Self.minute(of: now)) }

  func isValid(_ id: UInt64, from source: String, at now: SwarmInstant) -> Bool {
    let present = Self.minute(of: now)
    return (0...2).contains { id == self.id(for: source, minute: present - $0) }
  }

  private static func minute(of instant: SwarmInstant) -> Int64 {
    let quotient = instant.nanoseconds / minute
    return instant.nanoseconds < 0 ? quotient - 1 : quotient
  }

  private func id(for source: String, minute: Int64) -> UInt64 {
    var hash = HMAC<SHA256>(key: key)
    withUnsafeBytes(of: minute.littleEndian) { hash.update(data: $0) }
    hash.update(data: Array(source.utf8))
    return hash.finalize().withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
  }
}
