import Foundation
import Wire

/// A plain UDP socket before the tracker under test; every read has a deadline.
final class UDPClient {
  struct Failure: Error { let text: String }

  private let socket: Int32

  /// - Parameter source: the address to come from.
  init(port: Int, source: String = "127.0.0.1") throws {
    socket = Foundation.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    guard socket >= 0 else { throw Failure(text: "socket: \(errno)") }
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var own = Self.address(source, 0)
    var other = Self.address("127.0.0.1", port)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafePointer(to: &own) { own in
      withUnsafePointer(to: &other) { other in
        own.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) }
          | other.withMemoryRebound(to: sockaddr.self, capacity: 1) { Foundation.connect(socket, $0, size) }
      }
    }
    guard result == 0 else { throw Failure(text: "connect: \(errno)") }
  }

  deinit { close(socket) }

  private static func address(_ host: String, _ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr(host)
    return address
  }

  func send(_ bytes: [UInt8]) throws {
    guard Foundation.send(socket, bytes, bytes.count, 0) == bytes.count else { throw Failure(text: "send: \(errno)") }
  }

  /// The next answer.
  func receive() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = recv(socket, &bytes, bytes.count, 0)
    guard count >= 0 else { throw Failure(text: "recv: \(errno)") }
    return Array(bytes[..<count])
  }

  func ask(_ request: UDPTrackerRequest) throws -> UDPTrackerResponse {
    try send(request.encoded)
    return try UDPTrackerResponse(parsing: receive(), .ipv4)
  }

  func connect(_ transaction: UInt32 = 1) throws -> UInt64 {
    guard case .connect(transaction, let id) = try ask(.connect(transaction: transaction)) else {
      throw Failure(text: "no answer to a connect request")
    }
    return id
  }

  func announce(_ request: AnnounceRequest, connection: UInt64, transaction: UInt32 = 2) throws -> AnnounceResponse {
    let answer = try ask(.announce(connection: connection, transaction: transaction, request))
    guard case .announce(transaction, let response) = answer else { throw Failure(text: "\(answer)") }
    return response
  }

  /// As a peer of BEP 15 does, asks again while nothing comes: the kernel may have dropped the question. More answers
  /// may follow.
  func connectPatiently() throws -> UInt64 {
    var patience = timeval(tv_sec: 0, tv_usec: 200_000)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    for _ in 0..<100 {
      if let id = try? connect() { return id }
    }
    throw Failure(text: "no answer in 20 s")
  }

  /// Sends what must get no answer, and shows that it got none: the next one to come answers a later question.
  func sendInVain(_ bytes: [UInt8]) throws {
    try send(bytes)
    _ = try connect(UInt32.random(in: .min ... .max))
  }
}
