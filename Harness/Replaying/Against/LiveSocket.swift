import SwarmTime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A host, by name or address, and a port: `127.0.0.1:7000`, `[::1]:7000`, `client.example:7000`.
public struct LiveAddress: Hashable, Sendable, CustomStringConvertible {
  public var host: String
  public var port: UInt16

  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("[") && host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { return nil }
    self.host = String(host)
    self.port = port
  }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// A TCP socket that never blocks, closed with this value.
package final class LiveSocket {
  let descriptor: Int32

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { close(descriptor) }

  /// Connects to the first of some addresses that takes it: a client that listens at one family's address is found by a
  /// name that has both.
  ///
  /// - Parameters:
  ///   - name: of all of them, for messages.
  ///   - patience: nanoseconds for all; of what is left each gets its share, so that a silent one leaves the next its own.
  package static func connected(
    to addresses: [SocketAddress], of name: LiveAddress, patience: Int64
  ) throws(LiveFailure) -> LiveSocket {
    let deadline = SwarmClock.monotonicNanoseconds() + patience
    var reasons: [String] = []
    for (place, address) in addresses.enumerated() {
      let left = max(0, deadline - SwarmClock.monotonicNanoseconds())
      let (socket, reason) = connect(to: address, within: left / Int64(addresses.count - place))
      if let socket { return socket }
      if !reasons.contains(reason) { reasons.append(reason) }
    }
    throw LiveFailure(
      what: "cannot be connected to: \(reasons.joined(separator: "; "))", place: "\(name)",
      expected: "the client, listening there")
  }

  /// - Returns: a socket, or else why there is none.
  private static func connect(to address: SocketAddress, within patience: Int64) -> (LiveSocket?, String) {
    let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return (nil, lastError) }
    let socket = LiveSocket(descriptor)
    if address.passed(to: { systemConnect(descriptor, $0, $1) }) == 0 { return (socket, "") }
    guard errno == EINPROGRESS else { return (nil, lastError) }
    let deadline = SwarmClock.monotonicNanoseconds() + patience
    var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    while polled.revents == 0 {
      let left = deadline - SwarmClock.monotonicNanoseconds()
      guard left > 0 else { return (nil, "no answer within \(Double(patience / 1_000_000) / 1000) s") }
      poll(&polled, 1, Int32(clamping: (left + 999_999) / 1_000_000))
    }
    if let error = socket.connectError { return (nil, error) }
    return (socket, "")
  }

  package static func listening(at address: LiveAddress) throws(LiveFailure) -> LiveSocket {
    var reason = "no address"
    for candidate in try SocketAddress.all(of: address, toListen: true) {
      let descriptor = socket(candidate.family, Int32(SOCK_STREAM.rawValue), 0)
      guard descriptor >= 0 else { continue }
      let socket = LiveSocket(descriptor)
      var on: Int32 = 1
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
      if candidate.passed(to: { bind(descriptor, $0, $1) }) == 0 && listen(descriptor, 16) == 0 { return socket }
      reason = lastError
    }
    throw LiveFailure(
      what: "cannot be listened at: \(reason)", place: "\(address)",
      expected: "an address of this machine and a free port")
  }

  private static var lastError: String { String(cString: strerror(errno)) }

  /// Why connecting failed; nil where the connection stands.
  private var connectError: String? {
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
    return code == 0 ? nil : String(cString: strerror(code))
  }

  package func accepted() -> LiveSocket? {
    let found = accept(descriptor, nil, nil)
    return found >= 0 ? LiveSocket(found) : nil
  }

  /// The other end's address: 4 or 16 bytes; empty when it is gone.
  package var peerAddress: [UInt8] { name(getpeername)?.address ?? [] }
  /// Our own port; 0 where there is none.
  package var ownPort: UInt16 { name(getsockname)?.port ?? 0 }
  /// Our own address as text, where another name of it may have addresses of both families; empty where there is none.
  package var ownHost: String {
    guard let address = name(getsockname)?.address else { return "" }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    return text.withUnsafeMutableBufferPointer { space in
      let family = address.count == 4 ? AF_INET : AF_INET6
      guard let written = inet_ntop(family, address, space.baseAddress, socklen_t(space.count)) else { return "" }
      return String(cString: written)
    }
  }

  /// A socket of both families has IPv4 addresses mapped (RFC 4291, section 2.5.5.2).
  private static func unmapped(_ address: [UInt8]) -> [UInt8] {
    let isMapped = address.starts(with: [UInt8](repeating: 0, count: 10) + [0xff, 0xff])
    return isMapped ? Array(address.suffix(4)) : address
  }

  private func name(
    _ ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> (address: [UInt8], port: UInt16)? {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { pointer in
      let status = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask(descriptor, $0, &size) }
      guard status == 0 else { return nil }
      if pointer.pointee.ss_family == sa_family_t(AF_INET6) {
        return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { ipv6 in
          (
            Self.unmapped(withUnsafeBytes(of: ipv6.pointee.sin6_addr) { Array($0) }),
            UInt16(bigEndian: ipv6.pointee.sin6_port)
          )
        }
      }
      return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { ipv4 in
        (withUnsafeBytes(of: ipv4.pointee.sin_addr) { Array($0) }, UInt16(bigEndian: ipv4.pointee.sin_port))
      }
    }
  }

  package enum Received { case bytes([UInt8]), nothing, end }

  package func receive() -> Received {
    withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 16) { space in
      let count = recv(descriptor, space.baseAddress, space.count, 0)
      if count > 0 { return .bytes(Array(space[..<count])) }
      return count < 0 && (errno == EAGAIN || errno == EINTR) ? .nothing : .end
    }
  }

  /// Takes what there is, and forgets it; who sends without end is heard until `deadline`, of the monotonic clock.
  ///
  /// - Returns: false when the other end is gone.
  package func drain(until deadline: Int64) -> Bool {
    while SwarmClock.monotonicNanoseconds() < deadline {
      switch receive() {
      case .bytes: continue
      case .nothing: return true
      case .end: return false
      }
    }
    return true
  }

  /// Sends what the kernel takes, and removes it. False when the other end is gone.
  package func send(_ bytes: inout [UInt8]) -> Bool {
    var done = 0
    defer { bytes.removeFirst(done) }
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { raw in
        systemSend(descriptor, raw.baseAddress?.advanced(by: done), raw.count - done, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
      done += count
    }
    return true
  }

  func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }
}

/// `send` of the C library, which the name above hides.
private func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
  send(descriptor, bytes, count, flags)
}

/// `connect` of the C library, likewise.
private func systemConnect(_ descriptor: Int32, _ name: UnsafePointer<sockaddr>, _ size: socklen_t) -> Int32 {
  connect(descriptor, name, size)
}
