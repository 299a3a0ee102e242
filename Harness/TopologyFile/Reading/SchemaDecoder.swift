/// Decodes a tree by the schema's rows, whatever they are; finds what rows can know: keys, kinds, units, ranges.
struct SchemaDecoder {
  var sink: DiagnosticSink
  var checks: [CheckSpec]

  func decode(_ tree: SourceTree, _ table: SchemaTable, path: String) -> DecodedTable {
    var decoded = DecodedTable(path: path, place: tree.place)
    guard case .mapping(let entries) = tree.content else {
      sink.error(tree.place, "\(path): found \(tree.noun)", expected: Self.expectation(of: table))
      for key in table.keys where key.isRequired {
        decoded.entries[key.key] = .init(keyPlace: tree.place, place: tree.place, value: .invalid)
      }
      return decoded
    }
    var misspelled: Set<String> = []
    for entry in entries where !entry.key.hasPrefix("x-") {
      guard let row = table.key(entry.key), !row.isLater else {
        if let meant = refuse(entry, table, path) { misspelled.insert(meant) }
        continue
      }
      let value = value(entry.value, row, path: decoded.path(entry.key))
      decoded.entries[entry.key] = .init(keyPlace: entry.keyPlace, place: entry.value.place, value: value)
    }
    checkPresence(decoded, table, misspelled: misspelled)
    return decoded
  }

  /// - Parameter misspelled: Keys that are there under a wrong name, which was reported.
  private func checkPresence(_ decoded: DecodedTable, _ table: SchemaTable, misspelled: Set<String>) {
    for row in table.keys where row.isRequired && !decoded.has(row.key) && !misspelled.contains(row.key) {
      sink.error(decoded.place, "\(decoded.path(row.key)) is missing", expected: Self.expectation(of: row))
    }
    guard !table.oneOf.isEmpty, misspelled.isDisjoint(with: table.oneOf) else { return }
    let given = table.oneOf.filter { decoded.has($0) }
    if given.isEmpty {
      sink.error(decoded.place, "\(decoded.path) says nothing", expected: ScalarReader.list(table.oneOf))
    } else if given.count > 1, let second = given.compactMap({ decoded.entries[$0]?.keyPlace }).max(by: Self.isBefore) {
      sink.error(
        second, "\(decoded.path) holds \(given.joined(separator: " and "))",
        expected: "only one of \(ScalarReader.list(table.oneOf))")
    }
  }

  private static func isBefore(_ a: Place, _ b: Place) -> Bool { (a.line, a.column) < (b.line, b.column) }

  /// - Returns: The key that was perhaps meant.
  private func refuse(_ entry: SourceTree.Entry, _ table: SchemaTable, _ path: String) -> String? {
    let full = path.isEmpty ? entry.key : "\(path).\(entry.key)"
    if let row = table.key(entry.key) {
      sink.error(
        entry.keyPlace, "\(full) is planned for a later version of swarmlab and not known to this one",
        expected: "a topology without it (\(row.meaning.prefix(1).lowercased())\(row.meaning.dropFirst().dropLast()))")
      return nil
    }
    let others = TopologySchema.otherWords[table.name] ?? [:]
    let suggestion = others[entry.key] ?? Suggestion.nearest(to: entry.key, among: table.knownKeys)
    let expected = table.knownKeys.isEmpty ? "no key, since there are none here" : ScalarReader.list(table.knownKeys)
    let whereIn = path.isEmpty ? "" : " in \(path)"
    sink.error(
      entry.keyPlace, "unknown key \(SourceTree.quoted(entry.key))\(whereIn)",
      expected: suggestion == nil ? expected : nil, suggestion: suggestion)
    return suggestion
  }

  private func value(_ tree: SourceTree, _ row: SchemaKey, path: String) -> DecodedValue {
    if case .nothing = tree.content {
      sink.error(tree.place, "\(path) has no value", expected: Self.expectation(of: row))
      return .invalid
    }
    switch row.shape {
    case .value(let kind):
      return scalar(tree, row, path) { text throws(ScalarReader.Trouble) in
        try ScalarReader.read(text, as: kind, allowsZero: row.allowsZero)
      }
    case .name:
      return scalar(tree, row, path) { text throws(ScalarReader.Trouble) in .text(try Self.name(text)) }
    case .frequency:
      return scalar(tree, row, path) { text throws(ScalarReader.Trouble) in .integer(try ScalarReader.interval(text)) }
    case .table(let table): return .table(decode(tree, table, path: path))
    case .wordOrTable(let words, let table):
      if case .mapping = tree.content { return .table(decode(tree, table, path: path)) }
      return scalar(tree, row, path) { text throws(ScalarReader.Trouble) in
        do throws(ScalarReader.Trouble) {
          return try ScalarReader.read(text, as: .choice(words), allowsZero: false)
        } catch {
          throw ScalarReader.Trouble(
            problem: error.problem, expected: Self.expectation(of: row), suggestion: error.suggestion)
        }
      }
    case .nameOrTable(let table):
      if case .mapping = tree.content { return .table(decode(tree, table, path: path)) }
      return scalar(tree, row, path) { text throws(ScalarReader.Trouble) in .text(text) }
    case .groups(let table): return groups(tree, table, row, path)
    case .sections(let table): return groups(tree, table, row, path, mayBeEmpty: true)
    case .list(let table): return tables(tree, table, row, path)
    case .files(let table): return files(tree, table, row, path)
    case .words(let words): return self.words(tree, words, row, path)
    case .texts: return texts(tree, row, path).map { .texts($0) } ?? .invalid
    case .textByName: return textByName(tree, row, path)
    case .checks: return checkList(tree, row, path)
    case .checkNames:
      guard let names = texts(tree, row, path) else { return .invalid }
      for name in names { _ = spec(named: name.value, name.place, path) }
      return .texts(names.filter { name in checks.contains { $0.name == name.value } })
    case .later: return .invalid
    }
  }

  private func scalar(
    _ tree: SourceTree, _ row: SchemaKey, _ path: String,
    _ read: (String) throws(ScalarReader.Trouble) -> ParameterValue
  ) -> DecodedValue {
    guard case .scalar(let text) = tree.content else {
      sink.error(tree.place, "\(path): found \(tree.noun)", expected: Self.expectation(of: row))
      return .invalid
    }
    do {
      return .scalar(try read(text))
    } catch {
      sink.error(tree.place, "\(path): \(error.problem)", expected: error.expected, suggestion: error.suggestion)
      return .invalid
    }
  }

  /// Letters, digits, `-`, `_` and `.`, beginning with a letter or digit: safe as a file name and in a report.
  static func name(_ text: String, dots: Bool = true) throws(ScalarReader.Trouble) -> String {
    let expected = "1 to 60 of a-z, A-Z, 0-9, -\(dots ? ", _ and ." : " and _"), the first a letter or digit"
    let isGood = text.unicodeScalars.allSatisfy { scalar in
      ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "-"
        || scalar == "_" || (dots && scalar == ".")
    }
    guard isGood, (1...60).contains(text.utf8.count), text.first?.isLetter == true || text.first?.isNumber == true
    else {
      throw ScalarReader.Trouble(problem: "\(SourceTree.quoted(text)) cannot be a name", expected: expected)
    }
    return text
  }
}
