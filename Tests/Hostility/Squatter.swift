import Glibc

/// Somebody who has a port of this machine and does nothing with it.
public final class Squatter: Sendable {
  private let descriptor: Int32

  public enum Way: Sendable {
    case listening
    /// The kernel's table of listening sockets does not show it.
    case bound
    case datagrams
  }

  /// - Throws: `Stranger.Failure` where the port is taken already.
  public init(_ ip: String, _ port: UInt16, _ way: Way = .listening) throws {
    let kind = way == .datagrams ? SOCK_DGRAM : SOCK_STREAM
    let descriptor = socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    self.descriptor = descriptor
    guard Stranger.withAddress(ip, port, { bind(descriptor, $0, $1) }) == 0,
      way != .listening || listen(descriptor, 1) == 0
    else { throw Stranger.Failure(description: "cannot take \(ip):\(port): \(String(cString: strerror(errno)))") }
  }

  deinit { close(descriptor) }
}
