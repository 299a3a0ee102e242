import Foundation
import Wire

/// A plain UDP socket before the tracker under test; every read has a deadline.
final class UDPClient {
  private let socket: TestSocket

  /// - Parameter source: the address to come from.
  init(port: Int, source: String = "127.0.0.1") throws { socket = try TestSocket(SOCK_DGRAM, to: port, from: source) }

  func send(_ bytes: [UInt8]) throws {
    guard Foundation.send(socket.descriptor, bytes, bytes.count, 0) == bytes.count else {
      throw TestSocket.Failure(text: "send: \(errno)")
    }
  }

  /// The next answer.
  func receive() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = recv(socket.descriptor, &bytes, bytes.count, 0)
    guard count >= 0 else { throw TestSocket.Failure(text: "recv: \(errno)") }
    return Array(bytes[..<count])
  }

  func ask(_ request: UDPTrackerRequest) throws -> UDPTrackerResponse {
    try send(request.encoded)
    return try UDPTrackerResponse(parsing: receive(), .ipv4)
  }

  func connect(_ transaction: UInt32 = 1) throws -> UInt64 {
    guard case .connect(transaction, let id) = try ask(.connect(transaction: transaction)) else {
      throw TestSocket.Failure(text: "no answer to a connect request")
    }
    return id
  }

  func announce(_ request: AnnounceRequest, connection: UInt64, transaction: UInt32 = 2) throws -> AnnounceResponse {
    let answer = try ask(.announce(connection: connection, transaction: transaction, request))
    guard case .announce(transaction, let response) = answer else { throw TestSocket.Failure(text: "\(answer)") }
    return response
  }

  /// As a peer of BEP 15 does, asks again while nothing comes: the kernel may have dropped the question. More answers
  /// may follow.
  func connectPatiently() throws -> UInt64 {
    socket.setPatience(seconds: 0.2)
    for _ in 0..<100 {
      if let id = try? connect() { return id }
    }
    throw TestSocket.Failure(text: "no answer in 20 s")
  }

  /// Sends what must get no answer, and shows that it got none: the next one to come answers a later question.
  func sendInVain(_ bytes: [UInt8]) throws {
    try send(bytes)
    _ = try connect(UInt32.random(in: .min ... .max))
  }
}
