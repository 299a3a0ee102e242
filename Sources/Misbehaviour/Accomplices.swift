import Choking

/// Peers that act for one owner, the peer itself among them; they know one another by address, and every peer has a
/// /24 of its own.
public struct Accomplices: Hashable, Sendable {
  /// The first three bytes of each address, read as a big-endian number.
  private let networks: Set<UInt32>

  /// - Parameter addresses: IPv4 addresses, in network order read as big-endian numbers; the last byte says nothing.
  public init(addresses: [UInt32]) { networks = Set(addresses.map { $0 >> 8 }) }

  /// - Parameter text: networks of 256 addresses each, such as `127.64.1.0/24,127.64.2.0/24`; nil for anything else.
  public init?(_ text: String) {
    var addresses: [UInt32] = []
    for network in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard network.hasSuffix(".0/24") else { return nil }
      let parts = network.dropLast(5).split(separator: ".", omittingEmptySubsequences: false)
      let bytes = parts.compactMap { UInt8($0) }
      guard parts.count == 3, bytes.count == 3 else { return nil }
      addresses.append(bytes.reduce(UInt32(0)) { ($0 | UInt32($1)) << 8 })
    }
    self.init(addresses: addresses)
  }

  func include(_ partner: Partner) -> Bool { networks.contains(partner.address >> 8) }
}
