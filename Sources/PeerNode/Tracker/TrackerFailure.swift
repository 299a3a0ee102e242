/// Why an announce came to nothing.
package enum TrackerFailure: Error, Hashable, CustomStringConvertible {
  case status(UInt)
  case refused(String)
  case tooLong
  case closed
  case timedOut
  /// It has no IPv4 address, or nobody who could tell it answers.
  case unknownName(String)
  /// Over UDP: the kernel refuses to send to it.
  case unsendable
  /// Compressed, though we never say that we could read it.
  case encoded(String)
  /// Where to, or nothing.
  case redirect(String)

  package var description: String {
    switch self {
    case .status(let code): "the tracker answered with HTTP status \(code)"
    case .refused(let reason): "the tracker refused: \(reason)"
    case .tooLong: "the tracker's answer is longer than 1 MiB"
    case .closed: "the connection to the tracker was closed before its answer was whole"
    case .timedOut: "the tracker did not answer in time"
    case .unknownName(let name):
      "no IPv4 address was found for the tracker's name “\(name)”; look at its spelling and at the name servers"
    case .unsendable: "nothing can be sent to the tracker; look at this machine's routes and firewall"
    case .encoded(let name): "the tracker's answer is encoded (\(name)), which was not asked for"
    case .redirect(let location): "the tracker sends us to “\(location)”, which cannot be followed, or once too often"
    }
  }
}
