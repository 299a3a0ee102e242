#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Which TCP sockets listen in this network namespace, read from the kernel's table: asking by connecting would leave
/// its mark in the capture and in the client.
package struct ListeningSockets: Sendable, Hashable {
  /// Port, and IPv4 address as four bytes in network order; nil for a socket that listens on every address.
  private var open: Set<Key> = []

  private struct Key: Hashable {
    var address: UInt32?
    var port: UInt16
  }

  /// As they are now.
  package static func now() -> ListeningSockets {
    ListeningSockets(
      tables: ["/proc/net/tcp", "/proc/net/tcp6"].map { path in
        (try? RunFolder.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
      })
  }

  /// From the text of /proc/net/tcp and its like.
  package init(tables: [String]) {
    for table in tables {
      for line in table.split(separator: "\n").dropFirst() {
        let fields = line.split(separator: " ")
        // 0A is TCP_LISTEN.
        guard fields.count > 3, fields[3] == "0A" else { continue }
        let ends = fields[1].split(separator: ":")
        guard ends.count == 2, let port = UInt16(ends[1], radix: 16) else { continue }
        // The address is printed as the machine's own words: the last is IPv4's, also for ::ffff:a.b.c.d.
        let isAny = ends[0].allSatisfy { $0 == "0" }
        open.insert(Key(address: isAny ? nil : UInt32(ends[0].suffix(8), radix: 16), port: port))
      }
    }
  }

  package func contains(address: String, port: Int) -> Bool {
    guard let port = UInt16(exactly: port) else { return false }
    if open.contains(Key(address: nil, port: port)) { return true }
    var parsed = in_addr()
    guard inet_pton(AF_INET, address, &parsed) == 1 else { return false }
    return open.contains(Key(address: parsed.s_addr, port: port))
  }
}
