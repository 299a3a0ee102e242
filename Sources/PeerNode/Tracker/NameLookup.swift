import Glibc
import PeerCore
import Wire

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
    var digits = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = getnameinfo(
      entry.ai_addr, entry.ai_addrlen, &digits, socklen_t(digits.count), nil, 0, NI_NUMERICHOST)
    let text = String(decoding: digits.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard status == 0, let ipv4 = PeerAddress(ip: text, port: 0)?.ipv4 else { continue }
    if !addresses.contains(ipv4) { addresses.append(ipv4) }
  }
  guard !addresses.isEmpty else { throw TrackerFailure.unknownName(host) }
  return addresses
}
