#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One of the addresses that a name resolves to, with a port, as the system's calls take it.
package struct SocketAddress: Sendable {
  let family: Int32
  /// A `sockaddr` of its family.
  private let bytes: [UInt8]

  /// In the order in which they are to be tried.
  ///
  /// - Throws: `LiveFailure` where there is none.
  package static func all(of address: LiveAddress, toListen: Bool = false) throws(LiveFailure) -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV | (toListen ? AI_PASSIVE : 0)
    var found: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(address.host, "\(address.port)", &hints, &found)
    guard status == 0, let first = found else {
      throw LiveFailure(
        what: "is no host: \(String(cString: gai_strerror(status)))", place: address.host,
        expected: "an address, or a name that resolves to one")
    }
    defer { freeaddrinfo(first) }
    var all: [SocketAddress] = []
    var entry: UnsafeMutablePointer<addrinfo>? = first
    while let info = entry?.pointee {
      entry = info.ai_next
      guard let name = info.ai_addr else { continue }
      let bytes = UnsafeRawBufferPointer(start: name, count: Int(info.ai_addrlen))
      all.append(SocketAddress(family: info.ai_family, bytes: Array(bytes)))
    }
    return all
  }

  /// What a call that takes the address gives; below zero where it failed.
  func passed(to call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    bytes.withUnsafeBytes { raw in
      guard let name = raw.bindMemory(to: sockaddr.self).baseAddress else { return -1 }
      return call(name, socklen_t(raw.count))
    }
  }
}
