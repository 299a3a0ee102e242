package import NIOCore
public import PeerCore

extension PeerAddress {
  /// From `a.b.c.d` in decimal; nil for anything else.
  public init?(ip: some StringProtocol, port: UInt16) {
    let parts = ip.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard part.count <= 3, part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let byte = UInt8(part) else {
        return nil
      }
      value = value << 8 | UInt32(byte)
    }
    self.init(ipv4: value, port: port)
  }

  /// From `a.b.c.d:port`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    self.init(ip: text[..<colon], port: port)
  }

  public var ip: String { "\(ipv4 >> 24).\(ipv4 >> 16 & 255).\(ipv4 >> 8 & 255).\(ipv4 & 255)" }
  public var text: String { "\(ip):\(port)" }

  /// nil for IPv6 and Unix sockets.
  package init?(_ address: SocketAddress?) {
    guard let address, let ip = address.ipAddress, let port = address.port else { return nil }
    self.init(ip: ip, port: UInt16(truncatingIfNeeded: port))
  }

  /// - Throws: what NIO throws for text that is no address, which this cannot be.
  package var socketAddress: SocketAddress {
    get throws { try SocketAddress(ipAddress: ip, port: Int(port)) }
  }
}
