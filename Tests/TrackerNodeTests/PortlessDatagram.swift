import Foundation

/// A UDP datagram from port 0 of this machine, which only a raw socket can send.
enum PortlessDatagram {
  /// Whether this process may open a raw socket.
  static var canBeSent: Bool {
    guard let descriptor = try? open() else { return false }
    close(descriptor)
    return true
  }

  static func send(_ payload: [UInt8], to port: Int) throws {
    let descriptor = try open()
    defer { close(descriptor) }
    let size = 8 + payload.count
    // Ports, length, and no checksum.
    let header = [0, 0, port >> 8, port & 0xFF, size >> 8, size & 0xFF, 0, 0].map { UInt8($0) }
    let bytes = header + payload
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_addr.s_addr = inet_addr("127.0.0.1")
    let sent = withUnsafePointer(to: &target) { target in
      target.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard sent == bytes.count else { throw TestSocket.Failure(text: "sendto: \(errno)") }
  }

  private static func open() throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_RAW.rawValue), Int32(IPPROTO_UDP))
    guard descriptor >= 0 else { throw TestSocket.Failure(text: "socket: \(errno)") }
    return descriptor
  }
}
