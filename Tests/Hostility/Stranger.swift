import Glibc
public import Wire

/// A socket on which one says whatever one likes. Calls block, for 60 s at most.
public final class Stranger: @unchecked Sendable {
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
    public init(description: String) { self.description = description }
  }

  private let descriptor: Int32
  /// Bytes read beyond what was asked for.
  private var ahead: [UInt8] = []

  deinit { close(descriptor) }

  private static func limitWaiting(_ descriptor: Int32) {
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  static func withAddress<Result>(
    _ ip: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = inet_addr(ip)
    name.sin_port = port.bigEndian
    return withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }

  private static func socket() throws -> Int32 {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(description: "no socket: \(String(cString: strerror(errno)))") }
    return descriptor
  }

  /// Connects from an address of one's own.
  public init(from own: String, to ip: String, _ port: UInt16) throws {
    descriptor = try Self.socket()
    Self.limitWaiting(descriptor)
    guard Self.withAddress(own, 0, { bind(descriptor, $0, $1) }) == 0,
      Self.withAddress(ip, port, { connect(descriptor, $0, $1) }) == 0
    else {
      throw Failure(description: "cannot connect from \(own) to \(ip):\(port): \(String(cString: strerror(errno)))")
    }
  }

  /// The next one to connect to a listening socket.
  public init(acceptedBy listener: Int32) throws {
    let found = accept(listener, nil, nil)
    guard found >= 0 else { throw Failure(description: "accept: \(String(cString: strerror(errno)))") }
    descriptor = found
    Self.limitWaiting(found)
  }

  /// A listening socket, and its port.
  public static func listen(at ip: String) throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = try socket()
    var name = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    guard withAddress(ip, 0, { bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 16) == 0 else {
      throw Failure(description: "cannot listen at \(ip): \(String(cString: strerror(errno)))")
    }
    _ = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    return (descriptor, UInt16(bigEndian: name.sin_port))
  }

  // MARK: Speaking and hearing

  /// - Returns: whether all was taken.
  @discardableResult public func say(_ bytes: [UInt8]) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// Says what the socket takes at once, and no more.
  ///
  /// - Returns: false when the other side has closed.
  public func sayWithoutWaiting(_ bytes: [UInt8]) -> Bool {
    let count = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    return count >= 0 || errno == EAGAIN
  }

  /// nil when the other side closes before, or is silent for 60 s.
  public func hear(_ count: Int) -> [UInt8]? {
    while ahead.count < count {
      guard let more = portion() else { return nil }
      ahead += more
    }
    let heard = Array(ahead.prefix(count))
    ahead.removeFirst(count)
    return heard
  }

  private func portion() -> [UInt8]? {
    var space = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &space, space.count, 0)
    return count > 0 ? Array(space[..<count]) : nil
  }

  /// The next message but keep-alives and payload; nil as for `hear`.
  public func message() -> PeerMessage? {
    while let front = hear(4) {
      let length = front.reduce(0) { $0 << 8 | Int($1) }
      guard length > 0 else { continue }
      guard let rest = hear(length) else { return nil }
      let whole = front + rest
      guard let header = whole.withUnsafeBytes({ MessageHeader.read($0) }) else { return nil }
      let decoded = whole[header.size...].withUnsafeBytes { try? PeerMessage.decode(header, body: $0) }
      if let decoded { return decoded }
    }
    return nil
  }

  /// Ends the connection both ways: the other side hears it, and so does who waits in `hear`.
  public func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Reads on until the other side closes; false when it was silent for 60 s instead.
  public func isClosed() -> Bool {
    // An end is no error: it leaves `errno` as whatever ran before has left it.
    errno = 0
    while portion() != nil {}
    return errno != EAGAIN
  }

  /// Whether the other side has closed by now; what it said before is lost.
  public func hasBeenClosed() -> Bool {
    var space = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(descriptor, &space, space.count, Int32(MSG_DONTWAIT))
      if count <= 0 { return count == 0 || errno != EAGAIN }
    }
  }

  /// Shakes hands.
  ///
  /// - Returns: the other side's handshake; nil when there is none.
  @discardableResult public func greet(_ infoHash: [UInt8], peerID: [UInt8]) -> Handshake? {
    say(Handshake(infoHash: infoHash, peerID: peerID).encoded)
    return hear(Handshake.size).flatMap { $0.withUnsafeBytes { Handshake(parsing: $0) } }
  }
}
