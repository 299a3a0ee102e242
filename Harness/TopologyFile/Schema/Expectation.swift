/// What a row or a section expects, as an error says it.
extension SchemaDecoder {
  static func expectation(of row: SchemaKey) -> String {
    switch row.shape {
    case .value(let kind): expectation(of: kind)
    case .name: "a name, such as first-swarm"
    case .frequency: "so many for each length of time, such as 30 / min"
    case .table(let table): expectation(of: table)
    case .wordOrTable(let words, let table): "\(ScalarReader.list(words)), or \(expectation(of: table))"
    case .nameOrTable(let table): "a name, or \(expectation(of: table))"
    case .groups: "groups of peers by name, such as leecher: {count: 8}"
    case .sections: "sections by name"
    case .list(let table): "a list, each item \(expectation(of: table))"
    case .files(let table): "texts by path, or in place of a text \(expectation(of: table))"
    case .words(let words): "a list of some of \(ScalarReader.list(words))"
    case .texts: "a list of texts"
    case .textByName: "texts by name"
    case .checks: "a list of checks, each with its own \"-\""
    case .checkNames: "a list of names of checks"
    case .later: "nothing"
    }
  }

  static func expectation(of kind: ValueKind) -> String {
    switch kind {
    case .text: "a text"
    case .flag: "true or false"
    case .integer(let range): "a whole number \(ScalarReader.text(range))"
    case .number(let range): "a number \(ScalarReader.text(range))"
    case .duration: Dimension.duration.expectation
    case .seconds: ScalarReader.secondsExpectation
    case .size: Dimension.size.expectation
    case .rate: Dimension.rate.expectation
    case .choice(let words): ScalarReader.list(words)
    }
  }

  static func expectation(of table: SchemaTable) -> String {
    let keys = table.oneOf.isEmpty ? table.knownKeys : table.oneOf
    return "a section with \(ScalarReader.list(keys))"
  }
}

extension ParameterSpec {
  /// What its value is, with its unit.
  public var expectation: String { SchemaDecoder.expectation(of: kind) }
}
