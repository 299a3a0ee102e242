import Foundation

/// A socket from an address of one's own to the tracker under test; every read has a deadline.
final class TestSocket {
  struct Failure: Error { let text: String }

  let descriptor: Int32

  /// - Parameter source: the address to come from.
  init(_ kind: __socket_type, to port: Int, from source: String) throws {
    descriptor = socket(AF_INET, Int32(kind.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(text: "socket: \(errno)") }
    setPatience(seconds: 20)
    var own = Self.address(source, 0)
    var other = Self.address("127.0.0.1", port)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafePointer(to: &own) { own in
      withUnsafePointer(to: &other) { other in
        own.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
          | other.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
      }
    }
    guard result == 0 else { throw Failure(text: "connect: \(errno)") }
  }

  deinit { close(descriptor) }

  /// How long a read may wait.
  func setPatience(seconds: Double) {
    var patience = timeval(tv_sec: Int(seconds), tv_usec: Int(seconds.truncatingRemainder(dividingBy: 1) * 1e6))
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  private static func address(_ host: String, _ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr(host)
    return address
  }
}
