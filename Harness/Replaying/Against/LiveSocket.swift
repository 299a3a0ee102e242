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
final class LiveSocket {
  let descriptor: Int32

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { close(descriptor) }

  /// Begins to connect; `poll` says by writability when that is decided, `connectError` how.
  static func connecting(to address: LiveAddress) throws(LiveFailure) -> LiveSocket {
    try open(address, isPassive: false) { connect($0, $1, $2) == 0 || errno == EINPROGRESS }
  }

  static func listening(at address: LiveAddress) throws(LiveFailure) -> LiveSocket {
    try open(address, isPassive: true) { descriptor, name, size in
      var on: Int32 = 1
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
      return bind(descriptor, name, size) == 0 && listen(descriptor, 16) == 0
    }
  }

  private static func open(
    _ address: LiveAddress, isPassive: Bool, _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
  ) throws(LiveFailure) -> LiveSocket {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV | (isPassive ? AI_PASSIVE : 0)
    var found: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(address.host, "\(address.port)", &hints, &found)
    guard status == 0, let first = found else {
      throw LiveFailure(
        what: "is no host: \(String(cString: gai_strerror(status)))", place: address.host,
        expected: "an address, or a name that resolves to one")
    }
    defer { freeaddrinfo(found) }
    var reason = "no address"
    var entry: UnsafeMutablePointer<addrinfo>? = first
    while let info = entry?.pointee {
      entry = info.ai_next
      let descriptor = socket(info.ai_family, info.ai_socktype, 0)
      guard descriptor >= 0 else { continue }
      let socket = LiveSocket(descriptor)
      if let name = info.ai_addr, use(descriptor, name, info.ai_addrlen) { return socket }
      reason = String(cString: strerror(errno))
    }
    throw LiveFailure(
      what: isPassive ? "cannot be listened at: \(reason)" : "cannot be connected to: \(reason)", place: "\(address)",
      expected: isPassive ? "an address of this machine and a free port" : "the client, listening there")
  }

  /// Why connecting failed; nil where the connection stands.
  var connectError: String? {
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
    return code == 0 ? nil : String(cString: strerror(code))
  }

  func accepted() -> LiveSocket? {
    let found = accept(descriptor, nil, nil)
    return found >= 0 ? LiveSocket(found) : nil
  }

  /// The other end's address: 4 or 16 bytes; empty when it is gone.
  var peerAddress: [UInt8] { name(getpeername)?.address ?? [] }
  /// Our own port; 0 where there is none.
  var ownPort: UInt16 { name(getsockname)?.port ?? 0 }

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
          (withUnsafeBytes(of: ipv6.pointee.sin6_addr) { Array($0) }, UInt16(bigEndian: ipv6.pointee.sin6_port))
        }
      }
      return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { ipv4 in
        (withUnsafeBytes(of: ipv4.pointee.sin_addr) { Array($0) }, UInt16(bigEndian: ipv4.pointee.sin_port))
      }
    }
  }

  enum Received { case bytes([UInt8]), nothing, end }

  func receive() -> Received {
    withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 16) { space in
      let count = recv(descriptor, space.baseAddress, space.count, 0)
      if count > 0 { return .bytes(Array(space[..<count])) }
      return count < 0 && (errno == EAGAIN || errno == EINTR) ? .nothing : .end
    }
  }

  /// Sends what the kernel takes, and removes it. False when the other end is gone.
  func send(_ bytes: inout [UInt8]) -> Bool {
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
