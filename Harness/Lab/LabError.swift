/// Why the lab could not do its work: what was found, where, what was expected there, and how to mend it.
public struct LabError: Error, Codable, Hashable, Sendable, CustomStringConvertible {
  /// Which exit status the command line gives.
  public enum Fault: Int32, Codable, Hashable, Sendable {
    /// A client that cannot be executed, or that dies as soon as it is started.
    case usage = 64
    /// The harness itself is at fault.
    case harness = 70
    /// The environment lacks something.
    case environment = 75
  }

  public var fault: Fault
  public var what: String
  /// A file, a process or a command; empty where `what` says it.
  public var place: String
  public var expected: String
  public var mend: String
  /// Last lines of the log of a process that died.
  public var log: [String]

  public init(
    _ fault: Fault, what: String, place: String = "", expected: String = "", mend: String = "", log: [String] = []
  ) {
    self.fault = fault
    self.what = what
    self.place = place
    self.expected = expected
    self.mend = mend
    self.log = log
  }

  public var exitStatus: Int32 { fault.rawValue }

  public var description: String {
    var text = place.isEmpty ? what : "\(place): \(what)"
    if !expected.isEmpty { text += "; expected \(expected)" }
    if !mend.isEmpty { text += ". To mend it: \(mend)" }
    for line in log { text += "\n    | \(line)" }
    return text
  }
}
