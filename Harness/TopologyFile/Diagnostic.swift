/// Where something of a topology was written: in its file, or in an option of the command line.
public struct Place: Hashable, Sendable {
  /// From 1.
  public var line: Int
  /// From 1, counted in Unicode scalars.
  public var column: Int
  /// `--set payload.size=4` or `--speed 10`, where the value came from there; line and column are then 1.
  public var option: String?

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public init(option: String) {
    (line, column) = (1, 1)
    self.option = option
  }
}

/// Something wrong, or doubtful, in a topology: where, what was found, what was expected, and what was perhaps meant.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  public enum Severity: String, Hashable, Sendable { case error, warning }

  public var file: String
  public var place: Place
  public var severity: Severity
  public var message: String
  public var expected: String?
  /// What was perhaps meant, as it would be written.
  public var suggestion: String?

  public var line: Int { place.line }
  public var column: Int { place.column }

  public init(
    file: String, place: Place, severity: Severity = .error, message: String, expected: String? = nil,
    suggestion: String? = nil
  ) {
    self.file = file
    self.place = place
    self.severity = severity
    self.message = message
    self.expected = expected
    self.suggestion = suggestion
  }

  /// `first.swarm.yaml:3:12: error: payload.size: "16" has no unit; expected …; did you mean "16 MiB"?`
  public var description: String {
    let origin = place.option ?? "\(file):\(place.line):\(place.column)"
    var text = "\(origin): \(severity.rawValue): \(message)"
    if let expected { text += "; expected \(expected)" }
    if let suggestion { text += "; did you mean \"\(suggestion)\"?" }
    return text
  }
}
