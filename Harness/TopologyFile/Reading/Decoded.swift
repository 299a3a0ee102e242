/// What a `SchemaTable` read: values by key, each with its place. A key that was given but could not be read stands as
/// `invalid`, so that nothing is called missing that was only wrong.
package struct DecodedTable {
  package struct Entry {
    package var keyPlace: Place
    package var place: Place
    package var value: DecodedValue
  }

  package var path: String
  package var place: Place
  package var entries: [String: Entry] = [:]

  package func has(_ key: String) -> Bool { entries[key] != nil }
  package func place(_ key: String) -> Place { entries[key]?.place ?? place }
  package func path(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  private func scalar(_ key: String) -> ParameterValue? {
    if case .scalar(let value) = entries[key]?.value { return value }
    return nil
  }

  package func integer(_ key: String) -> Int64? {
    if case .integer(let value) = scalar(key) { return value }
    return nil
  }

  package func number(_ key: String) -> Double? {
    switch scalar(key) {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  /// A text, a word of a choice, or the word where a section could stand.
  package func text(_ key: String) -> String? {
    if case .text(let value) = scalar(key) { return value }
    return nil
  }

  func flag(_ key: String) -> Bool? {
    if case .flag(let value) = scalar(key) { return value }
    return nil
  }

  package func texts(_ key: String) -> [Located<String>]? {
    if case .texts(let texts) = entries[key]?.value { return texts }
    return nil
  }

  package func textByName(_ key: String) -> [DecodedText] {
    if case .textByName(let texts) = entries[key]?.value { return texts }
    return []
  }

  package func table(_ key: String) -> DecodedTable? {
    if case .table(let table) = entries[key]?.value { return table }
    return nil
  }
}

package indirect enum DecodedValue {
  case invalid
  /// An unlimited rate is the text `unlimited`; a frequency is its mean interval in nanoseconds.
  case scalar(ParameterValue)
  case texts([Located<String>])
  case table(DecodedTable)
  case groups([Located<DecodedTable>])
  case textByName([DecodedText])
  case tables([DecodedTable])
  case files([DecodedFile])
  case checks([DecodedCheck])
}

/// A text under a name of the author's own.
package struct DecodedText {
  package var key: String
  package var keyPlace: Place
  package var value: String
  package var place: Place
}

/// A file by its path: a text, or a section that says where it comes from.
package struct DecodedFile {
  package var path: String
  package var pathPlace: Place
  package var place: Place
  package var content: DecodedValue
}

package struct Located<Value> {
  package var value: Value
  package var place: Place
}

package struct DecodedCheck {
  package var name: String
  package var place: Place
  package var parameters: [String: ParameterValue]
}
