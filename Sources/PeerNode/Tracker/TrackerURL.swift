/// Where announces go: `http://host[:port]/path[?query]`, or `udp://host:port` (BEP 15), whose path says nothing.
package struct TrackerURL: Hashable, Sendable, CustomStringConvertible {
  package enum Scheme: String, Sendable { case http, udp }

  package var scheme: Scheme
  package var host: String
  package var port: UInt16
  /// Path and query, up to where the announce's own query goes.
  private var path: String

  /// nil for what is no address of this form (IPv6 literals and credentials included).
  package init?(_ text: String) {
    guard let colon = text.firstRange(of: "://"), let scheme = Scheme(rawValue: text[..<colon.lowerBound].lowercased())
    else { return nil }
    let rest = text[colon.upperBound...]
    let slash = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    let authority = rest[..<slash].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = authority.first, !name.isEmpty, !name.contains("@"), !name.contains("[") else { return nil }
    self.scheme = scheme
    host = String(name)
    if authority.count == 2 {
      guard let given = UInt16(authority[1]), given > 0 else { return nil }
      port = given
    } else {
      // BEP 15 names no usual port.
      guard scheme == .http else { return nil }
      port = 80
    }
    let path = rest[slash...].prefix { $0 != "#" }
    guard path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    self.path = path.hasPrefix("/") ? String(path) : "/" + path
  }

  package var description: String { "\(scheme.rawValue)://\(host):\(port)\(path)" }

  /// Path and query of an announce. One that is there already, as in the address of a redirect that kept it, stays.
  package func target(query: String) -> String {
    guard !path.contains("info_hash=") else { return path }
    return path + (path.contains("?") ? "&" : "?") + query
  }

  /// The address to which an answer's `Location` sends: a whole one, or another path on the same host; nil for what
  /// cannot be followed.
  package func redirected(to location: String) -> TrackerURL? {
    guard location.hasPrefix("/"), !location.hasPrefix("//") else {
      return TrackerURL(location).flatMap { $0.scheme == .http ? $0 : nil }
    }
    return TrackerURL("\(scheme.rawValue)://\(host):\(port)\(location)")
  }
}
