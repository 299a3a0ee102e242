/// Where announces go: `http://host[:port]/path[?query]`.
package struct TrackerURL: Hashable, Sendable {
  package var host: String
  package var port: UInt16
  /// Path and query, up to where the announce's own query goes.
  private var target: String

  /// nil for what is no HTTP address of this form (IPv6 literals and credentials included).
  package init?(_ text: String) {
    guard text.lowercased().hasPrefix("http://") else { return nil }
    let rest = text.dropFirst(7)
    let slash = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    let authority = rest[..<slash].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = authority.first, !name.isEmpty, !name.contains("@"), !name.contains("[") else { return nil }
    host = String(name)
    port = 80
    if authority.count == 2 {
      guard let given = UInt16(authority[1]), given > 0 else { return nil }
      port = given
    }
    let path = rest[slash...].prefix { $0 != "#" }
    guard path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    target = path.hasPrefix("/") ? String(path) : "/" + path
  }

  package func target(query: String) -> String { target + (target.contains("?") ? "&" : "?") + query }
}
