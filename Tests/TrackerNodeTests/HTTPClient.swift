import Foundation
import Testing

/// A plain HTTP connection to the tracker under test; every read has a deadline.
final class HTTPClient {
  struct Answer: Equatable {
    var status: Int
    var headers: [String: String]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
  }

  let socket: TestSocket
  private var received: [UInt8] = []

  /// - Parameter source: the address to come from.
  init(port: Int, source: String = "127.0.0.1") throws { socket = try TestSocket(SOCK_STREAM, to: port, from: source) }

  func send(_ text: String) throws {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = Foundation.send(socket.descriptor, Array(bytes[sent...]), bytes.count - sent, Int32(MSG_NOSIGNAL))
      guard count > 0 else { throw TestSocket.Failure(text: "send: \(errno)") }
      sent += count
    }
  }

  func get(_ target: String) throws -> Answer {
    try send("GET \(target) HTTP/1.1\r\nHost: tracker\r\n\r\n")
    return try receive()
  }

  /// The next answer.
  func receive() throws -> Answer {
    while true {
      if let (answer, size) = Self.parse(received) {
        received.removeFirst(size)
        return answer
      }
      guard try fill() else {
        throw TestSocket.Failure(text: "closed after \(String(decoding: received, as: UTF8.self))")
      }
    }
  }

  /// Whether the other side closed, with nothing more said.
  func isClosed() throws -> Bool { try !fill() && received.isEmpty }

  private func fill() throws -> Bool {
    var part = [UInt8](repeating: 0, count: 65536)
    let count = recv(socket.descriptor, &part, part.count, 0)
    guard count >= 0 || errno == ECONNRESET else { throw TestSocket.Failure(text: "recv: \(errno)") }
    received += part[..<max(count, 0)]
    return count > 0
  }

  private static func parse(_ bytes: [UInt8]) -> (Answer, Int)? {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    let size = headers["content-length"].flatMap { Int($0) } ?? 0
    guard bytes.count >= end.upperBound + size else { return nil }
    let body = Array(bytes[end.upperBound..<end.upperBound + size])
    return (Answer(status: status, headers: headers, body: body), end.upperBound + size)
  }
}
