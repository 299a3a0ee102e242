/// All texts of a client that hold placeholders, and what must be true of them together.
struct Templates {
  let options: [ForeignClient.Option]
  let sink: DiagnosticSink
  /// Placeholders that occur, wherever.
  let names: Set<String>
  private let table: DecodedTable
  private let texts: [Text]

  private struct Text {
    var value: String
    var place: Place
    var path: String
    /// Of a profile, which knows of no peer: only options fill it.
    var isOfProfile = false
  }

  init(table: DecodedTable, options: [ForeignClient.Option], sink: DiagnosticSink) {
    self.table = table
    self.options = options
    self.sink = sink
    var texts: [Text] = []
    for key in ["command", "whenSeed", "whenUploadLimited", "whenDownloadLimited", "whenUDPTracker"] {
      texts += (table.texts(key) ?? []).map { Text(value: $0.value, place: $0.place, path: table.path(key)) }
    }
    if case .files(let files) = table.entries["files"]?.value {
      for file in files {
        let path = "\(table.path("files")).\(file.path)"
        texts.append(Text(value: file.path, place: file.pathPlace, path: path))
        switch file.content {
        case .scalar(.text(let text)): texts.append(Text(value: text, place: file.place, path: path))
        case .table(let copy):
          if let text = copy.text("copy") {
            texts.append(Text(value: text, place: copy.place("copy"), path: copy.path("copy")))
          }
        default: break
        }
      }
    }
    texts += table.textByName("environment").map {
      Text(value: $0.value, place: $0.place, path: "\(table.path("environment")).\($0.key)")
    }
    if case .groups(let sections) = table.entries["options"]?.value {
      for section in sections {
        texts += (section.value.texts("whenSet") ?? []).map {
          Text(value: $0.value, place: $0.place, path: section.value.path("whenSet"))
        }
        texts += Self.profileLines(of: section.value)
      }
    }
    self.texts = texts
    names = Set(texts.filter { !$0.isOfProfile }.flatMap { Template($0.value).names })
  }

  private static func profileLines(of option: DecodedTable) -> [Text] {
    guard case .groups(let sections) = option.entries["profile"]?.value else { return [] }
    return sections.flatMap { section in
      section.value.entries.keys.sorted().compactMap { key in
        section.value.text(key).map {
          Text(value: $0, place: section.value.place(key), path: section.value.path(key), isOfProfile: true)
        }
      }
    }
  }

  /// - Parameter source: the placeholder that tells the client what to fetch; nil for one that fetches nothing.
  func check(source: String?) {
    for text in texts { checkKnown(text) }
    if let source, !names.contains(source) {
      let path = table.path("command")
      sink.error(
        table.place("command"), "\(path) never mentions {\(source)}, so the client cannot know what to fetch",
        expected: "the placeholder {\(source)} in one of the arguments" + (table.has("files") ? " or files" : ""))
    }
    for option in options where option.whenSet.isEmpty && !names.contains("option.\(option.name)") {
      sink.error(
        table.place("options"), "\(table.path("options")).\(option.name): nothing comes of it",
        expected: "whenSet, or {option.\(option.name)} in command, files or environment")
    }
  }

  private func checkKnown(_ text: Text) {
    let known = text.isOfProfile ? [] : ClientPlaceholder.all.map(\.name)
    for name in Template(text.value).names where !known.contains(name) {
      let optionNames = options.map { "option.\($0.name)" }
      if let option = options.first(where: { "option.\($0.name)" == name }) {
        // Where it may be unset, only its own arguments can speak of it.
        let isItsOwn = ["whenSet", "profile"].contains { text.path.contains("options.\(option.name).\($0)") }
        guard option.defaultValue == nil, !isItsOwn else { continue }
        sink.error(
          text.place, "\(text.path): {\(name)} has no value where a topology does not set it",
          expected: "a default, or {\(name)} in its whenSet only")
        continue
      }
      let suggestion = Suggestion.nearest(to: name, among: known + optionNames).map { "{\($0)}" }
      // Who means the braces themselves is told how to write them.
      let listed = (known + optionNames).map { "{\($0)}" } + ["{{\(name)}} for the text {\(name)}"]
      sink.error(
        text.place, "\(text.path): unknown placeholder {\(name)}",
        expected: suggestion == nil ? ScalarReader.list(listed) : nil, suggestion: suggestion)
    }
  }
}
