package import SwarmTime

/// For how long a busy server is left alone (RFC 9110, section 10.2.3), in swarm time.
package enum RetryAfter {
  /// Between two attempts, whatever the server says.
  package static let least = SwarmDuration.seconds(5)
  /// A server that names a year is asked all the same.
  private static let longest = 3600

  /// - Parameter field: a number of seconds. A date, which is of no use on the swarm's clock, is taken for none.
  package static func pause(_ field: String?) -> SwarmDuration {
    guard let field, let seconds = Int(field), seconds >= 0 else { return least }
    return max(least, .seconds(min(seconds, longest)))
  }
}
