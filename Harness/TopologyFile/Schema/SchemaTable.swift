/// One section of the topology format: the rows that decode it, suggest, document and make the JSON Schema.
public struct SchemaTable: Hashable, Sendable {
  /// How documentation calls it: `topology`, `payload`, `peer group`.
  public var name: String
  public var meaning: String
  public var keys: [SchemaKey]
  /// Keys of which one, and only one, must be given.
  public var oneOf: [String]

  public init(_ name: String, _ meaning: String, oneOf: [String] = [], keys: [SchemaKey]) {
    self.name = name
    self.meaning = meaning
    self.keys = keys
    self.oneOf = oneOf
  }

  public func key(_ name: String) -> SchemaKey? { keys.first { $0.key == name } }

  /// Keys that this version reads.
  var knownKeys: [String] { keys.filter { !$0.isLater }.map(\.key) }
}

/// One key of the topology format: what it holds, its default and what it means.
public struct SchemaKey: Hashable, Sendable {
  public var key: String
  public var shape: Shape
  /// As it would be written in a file; nil where the key must be given or has no default.
  public var defaultText: String?
  public var isRequired: Bool
  /// Whether zero is a sensible amount of it.
  public var allowsZero: Bool
  /// One sentence, for documentation and editors.
  public var meaning: String

  public init(
    _ key: String, _ shape: Shape, default defaultText: String? = nil, required: Bool = false, allowsZero: Bool = false,
    _ meaning: String
  ) {
    self.key = key
    self.shape = shape
    self.defaultText = defaultText
    self.isRequired = required
    self.allowsZero = allowsZero
    self.meaning = meaning
  }

  /// A parameter of a check. Zero is the check's own affair.
  public init(_ spec: ParameterSpec) {
    self.init(
      spec.key, .value(spec.kind), default: spec.defaultText, required: spec.isRequired, allowsZero: true, spec.meaning)
  }

  var isLater: Bool {
    if case .later = shape { return true }
    return false
  }
}

/// What stands behind a key.
public indirect enum Shape: Hashable, Sendable {
  case value(ValueKind)
  /// A name that becomes a file name.
  case name
  /// So many for each length of time: `30 / min`.
  case frequency
  case table(SchemaTable)
  /// One of these words, or a section.
  case wordOrTable([String], SchemaTable)
  /// A name that is looked up elsewhere, or a section.
  case nameOrTable(SchemaTable)
  /// Sections under free names.
  case groups(SchemaTable)
  /// Sections under free names, none of which need be there.
  case sections(SchemaTable)
  /// A list of sections.
  case list(SchemaTable)
  /// Texts or sections under free names, which are paths.
  case files(SchemaTable)
  /// A list of texts.
  case texts
  /// A list of some of these words.
  case words([String])
  /// Texts under free names.
  case textByName
  /// A list of checks: names, or a name with parameters.
  case checks
  /// A list of names of checks.
  case checkNames
  /// Planned for a later version: an error that says so.
  case later
}
