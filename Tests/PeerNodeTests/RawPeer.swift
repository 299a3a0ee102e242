import Glibc
import PeerCore
import Testing
import Wire

/// The peer closed, or was silent for 20 s.
struct ClosedOrSilent: Error {}

/// A socket on which a test says whatever it likes. Calls block, at most for 20 s each.
final class RawPeer {
  private let descriptor: Int32

  init(to address: PeerAddress) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = address.ipv4.bigEndian
    name.sin_port = address.port.bigEndian
    let descriptor = descriptor
    let result = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(result == 0)
  }

  deinit { close(descriptor) }

  func say(_ bytes: [UInt8]) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      done += count
    }
  }

  func hear(_ count: Int) throws -> [UInt8] {
    var heard: [UInt8] = []
    var portion = [UInt8](repeating: 0, count: count)
    while heard.count < count {
      let got = recv(descriptor, &portion, count - heard.count, 0)
      guard got > 0 else { throw ClosedOrSilent() }
      heard += portion[..<got]
    }
    return heard
  }

  /// The next message; nil for one that means nothing to us.
  func hearMessage() throws -> PeerMessage? {
    let prefix = try hear(4)
    let length = prefix.reduce(0) { $0 << 8 | Int($1) }
    let bytes = prefix + (length > 0 ? try hear(length) : [])
    return try bytes.withUnsafeBytes { raw in
      guard let header = MessageHeader.read(raw) else { return nil }
      return try PeerMessage.decode(header, body: UnsafeRawBufferPointer(rebasing: raw[header.size...]))
    }
  }

  /// A port at which nobody listens now.
  static func freePort(at address: PeerAddress) throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = address.ipv4.bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
      }
    }
    try #require(result == 0)
    return UInt16(bigEndian: name.sin_port)
  }

  /// Reads on until the other side closes; false when it was silent for 20 s instead.
  func isClosed() -> Bool {
    var portion = [UInt8](repeating: 0, count: 65536)
    while true {
      let got = recv(descriptor, &portion, portion.count, 0)
      if got > 0 { continue }
      return got == 0 || errno == ECONNRESET
    }
  }

  func greet(_ infoHash: [UInt8]) throws -> Handshake? {
    say(Handshake(infoHash: infoHash, peerID: Array("-XX0001-testtesttest".utf8)).encoded)
    return try hear(Handshake.size).withUnsafeBytes { Handshake(parsing: $0) }
  }
}
