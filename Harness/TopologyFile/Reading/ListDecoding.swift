/// The shapes that hold several: groups, texts, checks.
extension SchemaDecoder {
  func groups(
    _ tree: SourceTree, _ table: SchemaTable, _ row: SchemaKey, _ path: String, mayBeEmpty: Bool = false
  ) -> DecodedValue {
    guard case .mapping(let entries) = tree.content else {
      sink.error(tree.place, "\(path): found \(tree.noun)", expected: Self.expectation(of: row))
      return .invalid
    }
    let groups = entries.filter { !$0.key.hasPrefix("x-") }
    if groups.isEmpty, !mayBeEmpty {
      sink.error(tree.place, "\(path) holds no group", expected: Self.expectation(of: row))
    }
    return .groups(
      groups.map { entry in
        do throws(ScalarReader.Trouble) {
          _ = try Self.name(entry.key, dots: false)
        } catch {
          sink.error(entry.keyPlace, "\(path): \(error.problem)", expected: error.expected)
        }
        // A group may say nothing: `leecher:` is one leecher with all defaults.
        let isEmpty = if case .nothing = entry.value.content { true } else { false }
        let value = isEmpty ? SourceTree(content: .mapping([]), place: entry.keyPlace) : entry.value
        return Located(value: decode(value, table, path: "\(path).\(entry.key)"), place: entry.keyPlace)
      })
  }

  /// Items are called by their place, from 0: `faults[0]`.
  func tables(_ tree: SourceTree, _ table: SchemaTable, _ row: SchemaKey, _ path: String) -> DecodedValue {
    guard case .list(let items) = tree.content else {
      sink.error(tree.place, "\(path): found \(tree.noun)", expected: Self.expectation(of: row))
      return .invalid
    }
    return .tables(items.enumerated().map { decode($1, table, path: "\(path)[\($0)]") })
  }

  func files(_ tree: SourceTree, _ table: SchemaTable, _ row: SchemaKey, _ path: String) -> DecodedValue {
    guard case .mapping(let entries) = tree.content else {
      sink.error(tree.place, "\(path): found \(tree.noun)", expected: Self.expectation(of: row))
      return .invalid
    }
    return .files(
      entries.map { entry in
        let content: DecodedValue
        switch entry.value.content {
        case .scalar(let text): content = .scalar(.text(text))
        case .nothing: content = .scalar(.text(""))
        case .mapping: content = .table(decode(entry.value, table, path: "\(path).\(entry.key)"))
        case .list:
          sink.error(
            entry.value.place, "\(path).\(entry.key): found a list", expected: "a text, or {copy: PATH}")
          content = .invalid
        }
        return DecodedFile(
          path: entry.key, pathPlace: entry.keyPlace, place: entry.value.place, content: content)
      })
  }

  /// Some of these words, each once at most.
  func words(_ tree: SourceTree, _ words: [String], _ row: SchemaKey, _ path: String) -> DecodedValue {
    guard let given = texts(tree, row, path) else { return .invalid }
    for word in given where !words.contains(word.value) {
      sink.error(
        word.place, "\(path): \(SourceTree.quoted(word.value)) is not known here", expected: ScalarReader.list(words),
        suggestion: Suggestion.nearest(to: word.value, among: words))
    }
    return .texts(given.filter { words.contains($0.value) })
  }

  func texts(_ tree: SourceTree, _ row: SchemaKey, _ path: String) -> [Located<String>]? {
    guard case .list(let items) = tree.content else {
      sink.error(tree.place, "\(path): found \(tree.noun)", expected: Self.expectation(of: row))
      return nil
    }
    var texts: [Located<String>] = []
    for item in items {
      switch item.content {
      case .scalar(let text): texts.append(Located(value: text, place: item.place))
      case .nothing: texts.append(Located(value: "", place: item.place))
      case .list, .mapping:
        sink.error(
          item.place, "\(path): found \(item.noun)", expected: "a text, in quotes where it begins with { or [")
      }
    }
    return texts.count == items.count ? texts : nil
  }

  func textByName(_ tree: SourceTree, _ row: SchemaKey, _ path: String) -> DecodedValue {
    guard case .mapping(let entries) = tree.content else {
      sink.error(tree.place, "\(path): found \(tree.noun)", expected: Self.expectation(of: row))
      return .invalid
    }
    var result: [DecodedText] = []
    for entry in entries {
      let text: String
      switch entry.value.content {
      case .scalar(let scalar): text = scalar
      case .nothing: text = ""
      case .list, .mapping:
        sink.error(entry.value.place, "\(path).\(entry.key): found \(entry.value.noun)", expected: "a text")
        continue
      }
      result.append(DecodedText(key: entry.key, keyPlace: entry.keyPlace, value: text, place: entry.value.place))
    }
    return .textByName(result)
  }

  func checkList(_ tree: SourceTree, _ row: SchemaKey, _ path: String) -> DecodedValue {
    guard case .list(let items) = tree.content else {
      sink.error(tree.place, "\(path): found \(tree.noun)", expected: Self.expectation(of: row))
      return .invalid
    }
    var result: [DecodedCheck] = []
    for item in items {
      guard let check = check(item, path) else { continue }
      guard !result.contains(where: { $0.name == check.name }) else {
        sink.error(check.place, "\(path): \(check.name) is listed twice", expected: "each check once")
        continue
      }
      result.append(check)
    }
    return .checks(result)
  }

  private func check(_ item: SourceTree, _ path: String) -> DecodedCheck? {
    switch item.content {
    case .scalar(let name):
      guard let spec = spec(named: name, item.place, path) else { return nil }
      return DecodedCheck(name: name, place: item.place, parameters: Self.completed([:], spec))
    case .mapping(let entries) where entries.count == 1:
      let entry = entries[0]
      guard let spec = spec(named: entry.key, entry.keyPlace, path) else { return nil }
      let table = SchemaTable(spec.name, spec.summary, keys: spec.parameters.map(SchemaKey.init))
      let isEmpty = if case .nothing = entry.value.content { true } else { false }
      let value = isEmpty ? SourceTree(content: .mapping([]), place: entry.keyPlace) : entry.value
      let decoded = decode(value, table, path: "\(path).\(spec.name)")
      var given: [String: ParameterValue] = [:]
      for (key, entry) in decoded.entries {
        if case .scalar(let value) = entry.value { given[key] = value }
      }
      return DecodedCheck(name: spec.name, place: entry.keyPlace, parameters: Self.completed(given, spec))
    default:
      sink.error(
        item.place, "\(path): found \(item.noun)",
        expected: "the name of a check, or a name with parameters, such as {rate-limit: {…}}; each with its own \"-\"")
      return nil
    }
  }

  /// Defaults filled in.
  static func completed(_ given: [String: ParameterValue], _ spec: CheckSpec) -> [String: ParameterValue] {
    var all = given
    for row in spec.parameters where all[row.key] == nil {
      guard let text = row.defaultText else { continue }
      all[row.key] = try? ScalarReader.read(text, as: row.kind, allowsZero: true)
    }
    return all
  }

  func spec(named name: String, _ place: Place, _ path: String) -> CheckSpec? {
    if let spec = checks.first(where: { $0.name == name }) { return spec }
    let names = checks.map(\.name)
    let suggestion = Suggestion.nearest(to: name, among: names)
    sink.error(
      place, "\(path): there is no check \(SourceTree.quoted(name))",
      expected: suggestion == nil ? ScalarReader.list(names) : nil, suggestion: suggestion)
    return nil
  }
}
