/// The JSON Schema of the topology format, from the same rows that decode.
extension TopologySchema {
  /// - Parameter checks: The catalogue.
  public static func json(checks: [CheckSpec]) -> String {
    topology.jsonSchema(of: "topology", id: "swarm.schema.json", files: "*.swarm.yaml", checks: checks)
  }
}

/// The same for client files.
extension ForeignClientSchema {
  public static func json(checks: [CheckSpec]) -> String {
    file.jsonSchema(of: "client", id: "client.schema.json", files: "*.client.yaml", checks: checks)
  }
}

extension SchemaTable {
  /// The JSON Schema of files that hold this section (draft 7, which editors' YAML plugins read).
  ///
  /// - Returns: JSON without a newline at its end.
  package func jsonSchema(of noun: String, id: String, files: String, checks: [CheckSpec] = []) -> String {
    var pairs: [(String, JSONText)] = [
      ("$schema", .text("http://json-schema.org/draft-07/schema#")),
      ("$id", .text(id)),
      ("title", .text("swarmlab \(noun) (\(files))")),
    ]
    if case .object(let rest) = JSONSchemaMaker(checks: checks).table(self) { pairs += rest }
    pairs.append(("fileMatch", .list([.text(files)])))
    return JSONText.object(pairs).write()
  }
}

/// Makes schemas of rows.
struct JSONSchemaMaker {
  var checks: [CheckSpec]

  /// A section: unknown keys are refused, `x-` keys are not.
  func table(_ table: SchemaTable) -> JSONText {
    let known = table.keys.filter { !$0.isLater }
    let required = known.filter(\.isRequired)
    var pairs: [(String, JSONText)] = [
      ("type", .text("object")), ("description", .text(table.meaning)), ("additionalProperties", .flag(false)),
      ("patternProperties", .object([("^x-", .object([]))])),
    ]
    if !required.isEmpty { pairs.append(("required", .list(required.map { .text($0.key) }))) }
    if !table.oneOf.isEmpty {
      pairs.append(("oneOf", .list(table.oneOf.map { .object([("required", .list([.text($0)]))]) })))
    }
    if table == TopologySchema.until { pairs.append(("dependencies", Self.together("complete", "within"))) }
    pairs.append(("properties", .object(known.map { ($0.key, key($0)) })))
    return .object(pairs)
  }

  private static func together(_ a: String, _ b: String) -> JSONText {
    .object([(a, .list([.text(b)])), (b, .list([.text(a)]))])
  }

  private func key(_ row: SchemaKey) -> JSONText {
    guard case .object(var pairs) = shape(row.shape, allowsZero: row.allowsZero) else { return .object([]) }
    pairs.removeAll { $0.0 == "description" }
    pairs.insert(("description", .text(row.meaning)), at: 0)
    if let text = row.defaultText { pairs.append(("default", Self.defaultValue(text, row.shape))) }
    return .object(pairs)
  }

  private func shape(_ shape: Shape, allowsZero: Bool) -> JSONText {
    switch shape {
    case .value(let kind): value(kind, allowsZero: allowsZero)
    case .name: .object([("type", .text("string")), ("pattern", .text("^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$"))])
    case .frequency:
      .object([
        ("type", .text("string")),
        ("pattern", .text("^[0-9]+(\\.[0-9]+)? */ *([0-9]+(\\.[0-9]+)? ?)?(ns|us|ms|s|min|h)$")),
      ])
    case .table(let inner): table(inner)
    case .wordOrTable(let words, let inner): .object([("anyOf", .list([Self.words(words), table(inner)]))])
    case .groups(let inner):
      .object([
        ("type", .text("object")), ("minProperties", .number("1")), ("additionalProperties", .flag(false)),
        (
          "patternProperties",
          .object([
            ("^x-", .object([])),
            ("^(?!x-)[A-Za-z0-9][A-Za-z0-9_-]{0,59}$", .object([("anyOf", .list([table(inner), Self.nothing]))])),
          ])
        ),
      ])
    case .nameOrTable(let inner):
      .object([("anyOf", .list([.object([("type", .text("string"))]), table(inner)]))])
    case .sections(let inner):
      .object([
        ("type", .text("object")), ("additionalProperties", .flag(false)),
        (
          "patternProperties",
          .object([("^x-", .object([])), ("^(?!x-)[A-Za-z0-9][A-Za-z0-9-]{0,59}$", table(inner))])
        ),
      ])
    case .list(let inner): .object([("type", .text("array")), ("items", table(inner))])
    case .files(let inner):
      .object([
        ("type", .text("object")), ("additionalProperties", .object([("anyOf", .list([Self.scalar, table(inner)]))])),
      ])
    case .words(let words):
      .object([("type", .text("array")), ("uniqueItems", .flag(true)), ("items", Self.words(words))])
    case .texts: .object([("type", .text("array")), ("minItems", .number("1")), ("items", Self.scalar)])
    case .textByName: .object([("type", .text("object")), ("additionalProperties", Self.scalar)])
    case .checks: .object([("type", .text("array")), ("items", checkItem)])
    case .checkNames:
      .object([("type", .text("array")), ("uniqueItems", .flag(true)), ("items", Self.words(checks.map(\.name)))])
    case .later: .flag(false)
    }
  }

  /// A name, or a name with parameters.
  private var checkItem: JSONText {
    let tables = checks.map { check in
      (
        check.name,
        JSONText.object([
          (
            "anyOf",
            .list([
              table(SchemaTable(check.name, check.summary, keys: check.parameters.map(SchemaKey.init))), Self.nothing,
            ])
          )
        ])
      )
    }
    let withParameters = JSONText.object([
      ("type", .text("object")), ("minProperties", .number("1")), ("maxProperties", .number("1")),
      ("additionalProperties", .flag(false)), ("properties", .object(tables)),
    ])
    return .object([("anyOf", .list([Self.words(checks.map(\.name)), withParameters]))])
  }

  private func value(_ kind: ValueKind, allowsZero: Bool) -> JSONText {
    switch kind {
    case .text: Self.scalar
    case .flag: .object([("type", .text("boolean"))])
    case .integer(let range):
      .object([
        ("type", .text("integer")), ("minimum", .number("\(range.lowerBound)")),
        ("maximum", .number("\(range.upperBound)")),
      ])
    case .number(let range):
      .object([
        ("type", .text("number")), ("minimum", .number(ScalarReader.number(range.lowerBound))),
        ("maximum", .number(ScalarReader.number(range.upperBound))),
      ])
    case .duration: Self.amount(.duration, allowsZero)
    case .seconds:
      .object([
        ("type", .text("string")),
        ("pattern", .text("^([0-9]*[1-9][0-9]* ?s|(?=[0-9.]*[1-9])[0-9]+(\\.[0-9]+)? ?(min|h))$")),
      ])
    case .size: Self.amount(.size, allowsZero)
    case .rate: Self.amount(.rate, allowsZero)
    case .choice(let words): Self.words(words)
    }
  }

  private static func amount(_ dimension: Dimension, _ allowsZero: Bool) -> JSONText {
    let units = dimension.units.map(\.name).joined(separator: "|")
    let number = (allowsZero ? "" : "(?=[0-9.]*[1-9])") + "[0-9]+(\\.[0-9]+)? ?(\(units))"
    let pattern = dimension == .rate ? "^(\(number)|unlimited)$" : "^\(number)$"
    return .object([("type", .text("string")), ("pattern", .text(pattern))])
  }

  private static func words(_ words: [String]) -> JSONText { .object([("enum", .list(words.map { .text($0) }))]) }

  private static let nothing = JSONText.object([("type", .text("null"))])
  private static let scalar = JSONText.object([
    ("type", .list([.text("string"), .text("number"), .text("boolean"), .text("null")]))
  ])

  private static func defaultValue(_ text: String, _ shape: Shape) -> JSONText {
    switch shape {
    case .value(.integer), .value(.number): .number(text)
    case .value(.flag): .flag(text == "true")
    default: .text(text)
    }
  }
}
