import SwarmTime

/// Makes a `ForeignClient` of a decoded section and finds what rows alone cannot know. Where something was wrong it goes
/// on with another value; the result is used only if nothing was.
struct ForeignClientBuilder {
  let table: DecodedTable
  /// Where a file's relative paths begin; `{here}`.
  let folder: String
  let shelf: ClientShelf
  let checks: [CheckSpec]
  let sink: DiagnosticSink
  /// The placeholder that tells it what to fetch; nil for a server, which fetches nothing.
  var source: String? = "torrent"

  func build() -> ForeignClient? {
    guard let command = command() else { return nil }
    let files = files()
    let options = options()
    let name = table.text("name")
    var client = ForeignClient(
      name: name, summary: table.text("summary") ?? "",
      program: table.text("program").map(resolved) ?? command[0],
      install: .init(
        debian: table.table("install")?.text("debian") ?? "", text: table.table("install")?.text("text") ?? ""),
      version: version(), peerIDPrefixes: table.texts("peerIDPrefixes")?.map(\.value) ?? [], files: files,
      command: command, whenSeed: words("whenSeed"),
      whenUploadLimited: words("whenUploadLimited"), whenDownloadLimited: words("whenDownloadLimited"),
      whenUDPTracker: words("whenUDPTracker"),
      environment: environment(), usesPrivateAddresses: table.text("addresses") == "private",
      isBound: table.text("outgoing") != "unbound", ready: ready(), stop: stop(),
      trackers: trackers(),
      keeps: [], options: options,
      profile: profile(), knownDeviations: deviations())
    let templates = Templates(table: table, options: options, sink: sink)
    templates.check(source: source)
    client.keeps = keeps(templates.names)
    if !client.isBound { client.usesPrivateAddresses = true }
    if !table.has("profile"), let option = options.first(where: { !$0.profile.isEmpty }) {
      sink.error(
        table.place("options"), "\(table.path("options")).\(option.name).profile: the client has no profile to change",
        expected: "profile: NAME in the client file, or options without profile")
    }
    return client
  }

  private func command() -> [String]? {
    guard let words = table.texts("command") else { return nil }
    guard let program = words.first?.value, !program.isEmpty else {
      sink.error(
        table.place("command"), "\(table.path("command")) is empty",
        expected: "a program and its arguments, such as [./mine, \"{torrent}\"]")
      return nil
    }
    return [resolved(program)] + words.dropFirst().map { placed($0.value) }
  }

  private func words(_ key: String) -> [String] { table.texts(key)?.map { placed($0.value) } ?? [] }

  /// `{here}` is known now; the rest is filled in later. A topology's own client runs where its user stands, from where
  /// the folder of a topology that lies there too is `.`.
  private func placed(_ text: String) -> String {
    Template(text).substituting { $0 == "here" ? (folder.isEmpty ? "." : folder) : nil }
  }

  /// A program without a slash is looked up in `PATH`.
  private func resolved(_ program: String) -> String { program.contains("/") ? located(program) : placed(program) }

  /// A relative path begins in the client file's folder; in a topology's own client, where its user stands.
  private func located(_ path: String) -> String {
    let path = placed(path)
    return table.has("name") && !path.hasPrefix("{") ? ClientShelf.joined(folder, path) : path
  }

  private func files() -> [ForeignClient.File] {
    guard case .files(let files) = table.entries["files"]?.value else { return [] }
    return files.compactMap { file in
      let path = file.path.split(separator: "/", omittingEmptySubsequences: false)
      if file.path.hasPrefix("/") || path.contains("..") || path.contains("") {
        sink.error(
          file.pathPlace, "\(table.path("files")): \(SourceTree.quoted(file.path)) leaves the peer's folder",
          expected: "a path below {home}, such as config/settings.json")
      }
      switch file.content {
      case .scalar(.text(let text)): return .init(path: placed(file.path), content: .text(placed(text)))
      case .table(let table):
        return table.text("copy").map { .init(path: placed(file.path), content: .copy(located($0))) }
      default: return nil
      }
    }
  }

  private func environment() -> [String: String] {
    Dictionary(table.textByName("environment").map { ($0.key, placed($0.value)) }) { _, last in last }
  }

  private func version() -> ForeignClient.VersionQuery? {
    guard let section = table.table("version"), let words = section.texts("command"), let first = words.first,
      let pattern = regularExpression(section, "pattern")
    else { return nil }
    return .init(command: [resolved(first.value)] + words.dropFirst().map { placed($0.value) }, pattern: pattern)
  }

  private func ready() -> ForeignClient.Readiness {
    let section = table.table("ready")
    return .init(
      output: section.flatMap { regularExpression($0, "output") },
      within: SwarmDuration(nanoseconds: section?.integer("within") ?? 10_000_000_000))
  }

  private func regularExpression(_ section: DecodedTable, _ key: String) -> String? {
    guard let text = section.text(key) else { return nil }
    do {
      _ = try Regex(text)
      return text
    } catch {
      sink.error(
        section.place(key), "\(section.path(key)): \(SourceTree.quoted(text)) is no regular expression: \(error)",
        expected: "one as Swift reads it, such as 'version ([0-9.]+)'")
      return nil
    }
  }

  private func stop() -> ForeignClient.Stop {
    let section = table.table("stop")
    let within = section?.integer("within") ?? 3_000_000_000
    if let section, within > 60_000_000_000 {
      sink.error(
        section.place("within"), "\(section.path("within")): a run does not wait so long for its end",
        expected: "60 s at most")
    }
    return .init(
      signal: section?.text("signal").flatMap(ForeignClient.StopSignal.init(rawValue:)) ?? .terminate,
      within: SwarmDuration(nanoseconds: within))
  }

  private func trackers() -> Set<ForeignClient.TrackerProtocol> {
    let all = ForeignClient.TrackerProtocol.allCases
    return Set(table.texts("trackers").map { given in given.compactMap { .init(rawValue: $0.value) } } ?? all)
  }

  /// What its author says, or what it can be told of.
  private func keeps(_ names: Set<String>) -> Set<ForeignClient.Limit> {
    let told = ForeignClient.Limit.allCases.filter { limit in
      !names.isDisjoint(with: ClientPlaceholder.limits(limit.rawValue))
    }
    guard let given = table.texts("limits") else { return Set(told) }
    for word in given where !told.contains(where: { $0.rawValue == word.value }) {
      sink.error(
        word.place, "\(table.path("limits")): \(word.value), but the client is never told its \(word.value) limit",
        expected: "{\(word.value)} in command, files or when\(word.value.prefix(1).uppercased())"
          + "\(word.value.dropFirst())Limited")
    }
    return Set(given.compactMap { ForeignClient.Limit(rawValue: $0.value) })
  }

  private func profile() -> ForeignClient.ProfileSource? {
    guard let name = table.text("profile") else { return nil }
    let path = ClientShelf.joined(folder, name.hasSuffix(".yaml") ? name : "\(name).profile.yaml")
    guard let source = shelf.open(path) else {
      sink.error(
        table.place("profile"), "\(table.path("profile")): there is no file \(path)",
        expected: "a profile beside the client file, or no profile")
      return nil
    }
    return .init(file: source.file, text: String(decoding: source.bytes, as: UTF8.self))
  }

  private func deviations() -> [ForeignClient.Deviation] {
    guard case .tables(let tables) = table.entries["knownDeviations"]?.value else { return [] }
    let decoder = SchemaDecoder(sink: sink, checks: checks)
    return tables.compactMap { row in
      guard let check = row.text("check"), let reason = row.text("reason"),
        decoder.spec(named: check, row.place("check"), "\(table.path("knownDeviations")).check") != nil
      else { return nil }
      return .init(check: check, reason: reason, source: row.text("where"))
    }
  }

  private func options() -> [ForeignClient.Option] {
    guard case .groups(let sections) = table.entries["options"]?.value else { return [] }
    return sections.map { section in
      OptionBuilder(name: String(section.value.path.split(separator: ".").last ?? ""), table: section.value, sink: sink)
        .build(placed)
    }
  }
}
