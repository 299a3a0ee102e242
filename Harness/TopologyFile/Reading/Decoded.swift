/// What a `SchemaTable` read: values by key, each with its place. A key that was given but could not be read stands as
/// `invalid`, so that nothing is called missing that was only wrong.
struct DecodedTable {
  struct Entry {
    var keyPlace: Place
    var place: Place
    var value: DecodedValue
  }

  var path: String
  var place: Place
  var entries: [String: Entry] = [:]

  func has(_ key: String) -> Bool { entries[key] != nil }
  func place(_ key: String) -> Place { entries[key]?.place ?? place }
  func path(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  private func scalar(_ key: String) -> ParameterValue? {
    if case .scalar(let value) = entries[key]?.value { return value }
    return nil
  }

  func integer(_ key: String) -> Int64? {
    if case .integer(let value) = scalar(key) { return value }
    return nil
  }

  func number(_ key: String) -> Double? {
    switch scalar(key) {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  /// A text, a word of a choice, or the word where a section could stand.
  func text(_ key: String) -> String? {
    if case .text(let value) = scalar(key) { return value }
    return nil
  }

  func flag(_ key: String) -> Bool? {
    if case .flag(let value) = scalar(key) { return value }
    return nil
  }

  func table(_ key: String) -> DecodedTable? {
    if case .table(let table) = entries[key]?.value { return table }
    return nil
  }
}

indirect enum DecodedValue {
  case invalid
  /// An unlimited rate is the text `unlimited`; a frequency is its mean interval in nanoseconds.
  case scalar(ParameterValue)
  case texts([Located<String>])
  case table(DecodedTable)
  case groups([Located<DecodedTable>])
  case sections([Located<DecodedTable>])
  case textByName([String: String])
  case checks([DecodedCheck])
}

struct Located<Value> {
  var value: Value
  var place: Place
}

struct DecodedCheck {
  var name: String
  var place: Place
  var parameters: [String: ParameterValue]
}
