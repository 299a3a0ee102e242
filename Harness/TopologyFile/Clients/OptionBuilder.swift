/// One option of a client: what it can be, and whether a topology's value is that.
struct OptionBuilder {
  let name: String
  let table: DecodedTable
  let sink: DiagnosticSink

  func build(_ placed: (String) -> String) -> ForeignClient.Option {
    var option = ForeignClient.Option(
      name: name, meaning: table.text("meaning") ?? "", defaultValue: table.text("default"), values: values(),
      whenSet: table.texts("whenSet")?.map { placed($0.value) } ?? [], profile: [])
    if let text = option.defaultValue {
      Self.check(text, option, table.place("default"), table.path("default"), sink)
    }
    option.profile = profile(option)
    return option
  }

  /// By value; `any` comes first, so that what is said of one value goes before it.
  private func profile(_ option: ForeignClient.Option) -> [ForeignClient.ProfileChange] {
    guard case .groups(let sections) = table.entries["profile"]?.value else { return [] }
    let changes = sections.map { section in
      let name = String(section.value.path.split(separator: ".").last ?? "")
      if name != Self.anyValue { Self.check(name, option, section.place, table.path("profile"), sink) }
      return ForeignClient.ProfileChange(
        value: name == Self.anyValue ? nil : name,
        lines: section.value.entries.keys.reduce(into: [:]) { $0[$1] = section.value.text($1) })
    }
    return changes.filter { $0.value == nil } + changes.filter { $0.value != nil }
  }

  private static let anyValue = "any"

  private func values() -> ForeignClient.Option.Values {
    let words = table.texts("values")
    let (least, most) = (table.integer("least"), table.integer("most"))
    if words != nil, table.has("least") || table.has("most") {
      sink.error(table.place("values"), "\(table.path) holds values beside least and most", expected: "one of both")
    }
    if let words { return .words(words.map(\.value)) }
    guard table.has("least") || table.has("most") else { return .any }
    guard let least, let most, least <= most else {
      if table.has("least") != table.has("most") || (least != nil && most != nil) {
        sink.error(table.place, "\(table.path): least and most bound nothing", expected: "both, the least first")
      }
      return .any
    }
    return .whole(least...most)
  }

  /// Says what is wrong with a value.
  static func check(
    _ value: String, _ option: ForeignClient.Option, _ place: Place, _ path: String, _ sink: DiagnosticSink
  ) {
    switch option.values {
    case .any: break
    case .words(let words):
      if words.contains(value) { return }
      sink.error(
        place, "\(path): \(SourceTree.quoted(value)) is not known here", expected: ScalarReader.list(words),
        suggestion: Suggestion.nearest(to: value, among: words))
    case .whole(let range):
      do throws(ScalarReader.Trouble) {
        _ = try ScalarReader.read(value, as: .integer(range))
      } catch {
        sink.error(place, "\(path): \(error.problem)", expected: error.expected)
      }
    }
  }
}
