import Foundation

/// A UDP datagram to this machine that claims to come from anywhere, which only a raw socket can send.
enum RawDatagram {
  /// Whether this process may open a raw socket.
  static var canBeSent: Bool {
    guard let descriptor = try? open() else { return false }
    close(descriptor)
    return true
  }

  /// - Parameter source: four bytes of an IPv4 address, and a port.
  static func send(_ payload: [UInt8], from source: (address: [UInt8], port: Int), to port: Int) throws {
    let descriptor = try open()
    defer { close(descriptor) }
    let size = 8 + payload.count
    // Its length and checksum are the kernel's to fill in.
    let packet: [UInt8] = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0] + source.address + [127, 0, 0, 1]
    // Ports, length, and no checksum.
    let header = [source.port >> 8, source.port & 0xFF, port >> 8, port & 0xFF, size >> 8, size & 0xFF, 0, 0]
    let bytes = packet + header.map { UInt8($0) } + payload
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
    let descriptor = socket(AF_INET, Int32(SOCK_RAW.rawValue), Int32(IPPROTO_RAW))
    guard descriptor >= 0 else { throw TestSocket.Failure(text: "socket: \(errno)") }
    return descriptor
  }
}
