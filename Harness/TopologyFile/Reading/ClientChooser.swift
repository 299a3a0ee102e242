/// The client that a group or `defaults` names, by name, by path, or whole.
struct ClientChooser {
  let clients: ClientShelf
  let checks: [CheckSpec]
  let sink: DiagnosticSink
  /// The placeholder that tells a program what to fetch; nil for a server.
  let source: String?

  /// Nil where it could not be read, which was said.
  func client(in values: DecodedTable) -> PeerGroup.Client? {
    guard let section = values.table("client") else {
      return values.text("client").flatMap { named($0, values.place("client"), values.path("client"), options: []) }
    }
    if section.has("name") {
      refuse(ForeignClientSchema.running.map(\.key), in: section, "is the client file's to say")
      return section.text("name").flatMap {
        named($0, section.place("name"), section.path("name"), options: section.textByName("options"))
      }
    }
    guard section.has("command") else { return nil }
    refuse(["options"], in: section, "goes with name")
    let builder = ForeignClientBuilder(
      table: section, folder: ClientShelf.folder(of: sink.file), shelf: clients, checks: checks, sink: sink,
      source: source)
    return builder.build().map { .foreign(ChosenClient(client: $0, options: [:])) }
  }

  private func refuse(_ keys: [String], in section: DecodedTable, _ reason: String) {
    // Both were named, which is said already.
    guard !(section.has("name") && section.has("command")) else { return }
    for key in keys {
      guard let entry = section.entries[key] else { continue }
      sink.error(
        entry.keyPlace, "\(section.path(key)) \(reason)",
        expected: key == "options" ? "name: …, or no options" : "name and options only, or command without name")
    }
  }

  private func named(
    _ name: String, _ place: Place, _ path: String, options: [DecodedText]
  ) -> PeerGroup.Client? {
    if name == "native" {
      for option in options {
        sink.error(option.keyPlace, "\(path): native has no options", expected: "choking in the group, for instance")
      }
      return .native
    }
    let folder = ClientShelf.folder(of: sink.file)
    guard let read = ClientFileReader.find(name, from: folder, shelf: clients, checks: checks) else {
      unknown(name, place, path)
      return nil
    }
    for diagnostic in read.diagnostics { sink.add(diagnostic) }
    guard let client = read.client else { return nil }
    return .foreign(ChosenClient(client: client, options: chosen(options, of: client, path)))
  }

  private func unknown(_ name: String, _ place: Place, _ path: String) {
    let known = ["native"] + clients.names
    if ClientShelf.isPath(name) {
      sink.error(
        place, "\(path): there is no file \(SourceTree.quoted(name))",
        expected: "the path of a client file, from the topology's own folder")
    } else {
      let suggestion = Suggestion.nearest(to: name, among: known)
      sink.error(
        place, "\(path): there is no client \(SourceTree.quoted(name))",
        expected: suggestion == nil ? "\(ScalarReader.list(known)), the path of a client file, or a section" : nil,
        suggestion: suggestion)
    }
  }

  private func chosen(_ given: [DecodedText], of client: ForeignClient, _ path: String) -> [String: String] {
    var values: [String: String] = [:]
    let names = client.options.map(\.name)
    for text in given where !text.key.hasPrefix("x-") {
      guard let option = client.options.first(where: { $0.name == text.key }) else {
        let suggestion = Suggestion.nearest(to: text.key, among: names)
        let expected = names.isEmpty ? "no options, since it has none" : ScalarReader.list(names)
        sink.error(
          text.keyPlace, "\(path): \(client.name ?? "it") has no option \(SourceTree.quoted(text.key))",
          expected: suggestion == nil ? expected : nil, suggestion: suggestion)
        continue
      }
      OptionBuilder.check(text.value, option, text.place, "\(path): option \(text.key)", sink)
      values[text.key] = text.value
    }
    return values
  }
}
