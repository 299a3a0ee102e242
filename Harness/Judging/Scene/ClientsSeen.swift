public import Dissection
import Wire

/// Which programs took part, as their peer ids claim (BEP 20).
public struct ClientsSeen: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    /// Name and version, such as `libtorrent 2.0.8`; nil for ids that follow no convention.
    public var name: String?
    /// Different peer ids.
    public var count: Int
  }

  /// By name, those without one last.
  public let entries: [Entry]

  public init(_ trace: Trace) {
    let ids = Set(trace.connections.flatMap { [$0.a.peerID, $0.b.peerID].compactMap { $0 } })
    let names = ids.map { ClientName(peerID: $0)?.description ?? "" }.sorted()
    var entries: [Entry] = []
    for name in names {
      let shown = name.isEmpty ? nil : name
      if entries.last?.name == shown, !entries.isEmpty {
        entries[entries.count - 1].count += 1
      } else {
        entries.append(Entry(name: shown, count: 1))
      }
    }
    // The empty name sorts first.
    if let first = entries.first, first.name == nil { entries = entries.dropFirst() + [first] }
    self.entries = entries
  }
}
