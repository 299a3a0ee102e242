import Planning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Which sockets listen in this network namespace, TCP's and UDP's, read from the kernel's table: asking by connecting would leave
/// its mark in the capture and in the client.
package struct ListeningSockets: Sendable, Hashable {
  /// Port, and IPv4 address as four bytes in network order; nil for a socket that listens on every address.
  private var open: Set<Key> = []
  private var datagrams: Set<Key> = []

  private struct Key: Hashable {
    var address: UInt32?
    var port: UInt16
  }

  /// As they are now.
  package static func now() -> ListeningSockets { read("/proc/net") }

  /// In the network namespace of a process; none once it has gone.
  package static func of(_ processID: Int32) -> ListeningSockets { read("/proc/\(processID)/net") }

  private static func read(_ folder: String) -> ListeningSockets {
    func texts(_ name: String) -> [String] {
      [name, "\(name)6"].map { table in
        (try? RunFolder.read("\(folder)/\(table)")).map { String(decoding: $0, as: UTF8.self) } ?? ""
      }
    }
    return ListeningSockets(tables: texts("tcp"), datagramTables: texts("udp"))
  }

  /// From the text of /proc/net/tcp and /proc/net/udp and their like.
  package init(tables: [String], datagramTables: [String] = []) {
    // 0A is TCP_LISTEN; 07, TCP_CLOSE, is what a UDP socket without a fixed other end has.
    open = Self.sockets(in: tables, state: "0A")
    datagrams = Self.sockets(in: datagramTables, state: "07")
  }

  private static func sockets(in tables: [String], state: String) -> Set<Key> {
    var found: Set<Key> = []
    for table in tables {
      for line in table.split(separator: "\n").dropFirst() {
        let fields = line.split(separator: " ")
        guard fields.count > 3, fields[3] == state else { continue }
        let ends = fields[1].split(separator: ":")
        guard ends.count == 2, let port = UInt16(ends[1], radix: 16) else { continue }
        // The address is printed as the machine's own words: the last is IPv4's, also for ::ffff:a.b.c.d.
        let isAny = ends[0].allSatisfy { $0 == "0" }
        found.insert(Key(address: isAny ? nil : UInt32(ends[0].suffix(8), radix: 16), port: port))
      }
    }
    return found
  }

  /// Whether a TCP socket listens there.
  package func contains(address: String, port: Int) -> Bool { Self.contains(address, port, in: open) }

  /// Whether a UDP socket is open there.
  package func containsDatagram(address: String, port: Int) -> Bool { Self.contains(address, port, in: datagrams) }

  /// Whether a tracker can be spoken to in every protocol that it is to speak.
  func contains(_ tracker: TrackerPlan) -> Bool {
    (tracker.transport == .udp || contains(address: tracker.address, port: tracker.port))
      && (tracker.transport == .http || containsDatagram(address: tracker.address, port: tracker.port))
  }

  /// Whether somebody has a tracker's port, in a protocol that it is to speak.
  func takePort(of tracker: TrackerPlan) -> Bool {
    (tracker.transport != .udp && contains(address: tracker.address, port: tracker.port))
      || (tracker.transport != .http && containsDatagram(address: tracker.address, port: tracker.port))
  }

  private static func contains(_ address: String, _ port: Int, in sockets: Set<Key>) -> Bool {
    guard let port = UInt16(exactly: port) else { return false }
    if sockets.contains(Key(address: nil, port: port)) { return true }
    var parsed = in_addr()
    guard inet_pton(AF_INET, address, &parsed) == 1 else { return false }
    return sockets.contains(Key(address: parsed.s_addr, port: port))
  }
}
