/// What a value of the topology format is: decides how text is read, what an error says and what the JSON Schema holds.
public enum ValueKind: Hashable, Sendable {
  case text
  case flag
  /// A whole number within bounds.
  case integer(ClosedRange<Int64>)
  /// A number within bounds, without unit.
  case number(ClosedRange<Double>)
  /// A length of time with unit (`ms`, `s`, `min`, `h`); held in nanoseconds.
  case duration
  /// A length of time of whole seconds, one at least, since its receiver counts in seconds; held in nanoseconds.
  case seconds
  /// An amount of bytes with unit (`B`, `KiB`, `MiB`, `GiB`, `kB`, `MB`, `GB`); held in bytes.
  case size
  /// Bytes for each second with unit (`KiB/s`, `MB/s`, `Mbit/s`, …) or `unlimited`; held in bytes per second.
  case rate
  /// One of these words.
  case choice([String])
}

/// One key of the topology format, or one parameter of a check: the row of the one schema table that decodes, suggests,
/// documents and makes the JSON Schema.
public struct ParameterSpec: Hashable, Sendable {
  public var key: String
  public var kind: ValueKind
  /// The default as it would be written in a file; nil where the key must be given or has no default.
  public var defaultText: String?
  public var isRequired: Bool
  /// One sentence, for documentation and editors.
  public var meaning: String

  public init(
    _ key: String, _ kind: ValueKind, default defaultText: String? = nil, required: Bool = false, _ meaning: String
  ) {
    self.key = key
    self.kind = kind
    self.defaultText = defaultText
    self.isRequired = required
    self.meaning = meaning
  }
}

/// A value read by a `ParameterSpec`, in the unit that the kind names.
public enum ParameterValue: Hashable, Sendable {
  case text(String)
  case flag(Bool)
  /// Integers, durations (nanoseconds), sizes (bytes) and rates (bytes per second).
  case integer(Int64)
  case number(Double)
}

/// What the format must know of a check: its name and parameters. The catalogue is handed in by whoever owns the checks.
public struct CheckSpec: Hashable, Sendable {
  public var name: String
  public var summary: String
  public var parameters: [ParameterSpec]

  public init(name: String, summary: String, parameters: [ParameterSpec]) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
  }
}
