/// What must hold of a group's limits.
struct LimitRules {
  let sink: DiagnosticSink

  func check(_ built: BuiltGroup) {
    let group = built.group
    burst(built, "uploadBurst", group.uploadBurst, of: "upload", group.upload)
    burst(built, "downloadBurst", group.downloadBurst, of: "download", group.download)
    let areRatesKnown = !built.values.isInvalid("upload") && !built.values.isInvalid("download")
    guard let limit = built.values.own.entries["limit"], areRatesKnown else { return }
    if group.upload == nil, group.download == nil {
      sink.error(
        limit.place, "\(built.values.path("limit")): neither upload nor download is limited",
        expected: "an upload or download rate")
    }
  }

  private func burst(_ built: BuiltGroup, _ key: String, _ bytes: Int64?, of rateKey: String, _ rate: Int64?) {
    guard let bytes else { return }
    let (path, place) = (built.values.path(key), built.values.place(key))
    if bytes < TopologyLimits.minimumBurstBytes {
      sink.error(
        place, "\(path): \(Wording.bytes(bytes)) is less than one block, so that nothing could ever be sent",
        expected: "at least \(TopologyLimits.minimumBurstBytes) B (a block of 16 KiB and the 13 bytes before it)")
    }
    if rate == nil, built.values.own.has(key), !built.values.isInvalid(rateKey) {
      sink.error(place, "\(path): \(rateKey) is unlimited here", expected: "a rate as \(rateKey), or no \(key)")
    }
  }
}

/// What must hold of a client given by command.
struct CommandRules {
  let sink: DiagnosticSink

  func check(_ built: BuiltGroup) {
    guard case .command(let client) = built.group.client,
      case .table(let table) = built.values.entry("client")?.value,
      case .texts(let words) = table.entries["command"]?.value
    else { return }
    let place = table.place("command")
    let path = table.path("command")
    checkNativeOnly(built)
    guard let program = client.command.first, !program.isEmpty else {
      sink.error(place, "\(path) is empty", expected: "a program and its arguments, such as [./mine, \"{torrent}\"]")
      return
    }
    var used: Set<String> = []
    for word in words { used.formUnion(placeholders(word, path)) }
    if !used.contains("torrent") {
      sink.error(
        place, "\(path) never mentions {torrent}, so the client cannot know what to fetch",
        expected: "the placeholder {torrent} in one of the arguments")
    }
    checkLimit(built, used, path)
  }

  /// Native settings on a command are mistakes where the group itself says them; from `defaults` they pass it by.
  private func checkNativeOnly(_ built: BuiltGroup) {
    for key in ["choking", "misbehaviour", "pex"] {
      guard let entry = built.values.own.entries[key] else { continue }
      if key == "misbehaviour", let name = scalingMisbehaviour(built) {
        // The kernel does it from outside, whatever the program.
        guard built.group.limitedBy != .kernel else { continue }
        sink.error(
          entry.keyPlace,
          "\(built.values.path(key)): \(name) of a client given by command is the kernel's work, but limit is client",
          expected: "limit: kernel, or no \(key)")
      } else {
        sink.error(
          entry.keyPlace, "\(built.values.path(key)) is for native peers, and this client is given by command",
          expected: "client: native, or no \(key)")
      }
    }
  }

  /// The group's misbehaviour, if it is nothing but another rate than the declared one.
  private func scalingMisbehaviour(_ built: BuiltGroup) -> String? {
    guard let name = built.values.own.table("misbehaviour")?.text("name") else { return nil }
    return NativeClient.misbehaviour(named: name)?.scales == nil ? nil : name
  }

  /// Names in braces; other braces (JSON, for instance) are left alone.
  private func placeholders(_ word: Located<String>, _ path: String) -> Set<String> {
    var names: Set<String> = []
    var rest = word.value[...]
    while let open = rest.firstIndex(of: "{") {
      rest = rest[rest.index(after: open)...]
      guard let close = rest.firstIndex(of: "}") else { break }
      let name = String(rest[..<close])
      guard !name.isEmpty, name.allSatisfy({ $0.isASCII && $0.isLetter }) else { continue }
      rest = rest[rest.index(after: close)...]
      names.insert(name)
      let known = ClientPlaceholder.all.map(\.name)
      guard !known.contains(name) else { continue }
      let suggestion = Suggestion.nearest(to: name, among: known).map { "{\($0)}" }
      sink.error(
        word.place, "\(path): unknown placeholder {\(name)}",
        expected: suggestion == nil ? ScalarReader.list(known.map { "{\($0)}" }) : nil, suggestion: suggestion)
    }
    return names
  }

  /// `limit: client` asks the program itself to keep limits, which it must then be told.
  private func checkLimit(_ built: BuiltGroup, _ used: Set<String>, _ path: String) {
    guard built.group.limitedBy == .client, built.values.entry("limit") != nil else { return }
    let rates = [("upload", built.group.upload), ("download", built.group.download)]
    for (key, rate) in rates where rate != nil && !used.contains(key) {
      sink.error(
        built.values.place("limit"),
        "\(built.values.path("limit")): client, but the command is never told its \(key) limit",
        expected: "{\(key)} in the command, or limit: kernel")
    }
  }
}
