import Glibc

/// All IPv4 addresses of a name, in the resolver's order. Of IPv4 alone, since peers' sockets are; a name may have IPv6
/// addresses before. Waits for the answer of a name server.
///
/// - Throws: `TrackerFailure.unknownName` for a name that has none.
package func ipv4Addresses(of host: String) throws -> [UInt32] {
  var hints = addrinfo()
  hints.ai_family = AF_INET
  hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
  var list: UnsafeMutablePointer<addrinfo>?
  defer { if let list { freeaddrinfo(list) } }
  guard getaddrinfo(host, nil, &hints, &list) == 0 else { throw TrackerFailure.unknownName(host) }
  var addresses: [UInt32] = []
  var next = list
  while let entry = next?.pointee {
    next = entry.ai_next
    guard entry.ai_family == AF_INET, let address = entry.ai_addr else { continue }
    let ipv4 = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
      UInt32(bigEndian: $0.pointee.sin_addr.s_addr)
    }
    if !addresses.contains(ipv4) { addresses.append(ipv4) }
  }
  guard !addresses.isEmpty else { throw TrackerFailure.unknownName(host) }
  return addresses
}
