/// A check that a client is known to fail, and why: an expected failure.
///
/// Where the check fails on the client's peers, the verdict is reported as a known deviation and fails no run; where it
/// passes, that is reported, too, since then the entry should go.
public struct KnownDeviation: Codable, Hashable, Sendable {
  /// Name of the check.
  public var check: String
  public var reason: String
  /// Where that is written: a source file, a thread, or how it was measured.
  public var source: String

  enum CodingKeys: String, CodingKey {
    case check, reason
    case source = "where"
  }

  public init(check: String, reason: String, source: String) {
    self.check = check
    self.reason = reason
    self.source = source
  }
}
