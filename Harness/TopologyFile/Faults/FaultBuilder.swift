import SwarmTime

/// Makes faults of their decoded sections, and finds what rows cannot know: whether anybody matches, whether it comes
/// before the run's end, whether it can be done to that client at all.
struct FaultBuilder {
  let root: DecodedTable
  let sink: DiagnosticSink
  let groups: [PeerGroup]
  let tracker: Topology.Tracker.Program
  /// Opens traces.
  let shelf: ClientShelf
  /// Nil where it could not be read.
  let end: SwarmDuration?

  func build() -> [Fault] {
    guard case .tables(let sections) = root.entries["faults"]?.value else { return [] }
    return sections.compactMap { section in
      guard let action = action(section), let moment = moment(section, action) else { return nil }
      let fault = Fault(moment: moment, action: action, path: section.path)
      FaultRules(sink: sink, groups: groups, tracker: tracker, end: end, table: section).check(fault)
      return fault
    }
  }

  // MARK: When

  private func moment(_ table: DecodedTable, _ action: Fault.Action) -> Fault.Moment? {
    let given = ["at", "every", "when"].filter { table.has($0) }
    if given.count > 1, let place = table.entries[given[1]]?.keyPlace {
      sink.error(
        place, "\(table.path) holds \(given.joined(separator: " and "))", expected: "only one of at, every or when")
      return nil
    }
    let from = table.integer("from").map(SwarmDuration.init(nanoseconds:))
    let until = table.integer("until").map(SwarmDuration.init(nanoseconds:))
    if let from, let until, until <= from {
      sink.error(
        table.place("until"), "\(table.path("until")): \(Wording.time(until)) is not after \(Wording.time(from))",
        expected: "an end after from")
    }
    // Sessions have a rhythm of their own.
    switch action {
    case .churn, .follow:
      guard let key = given.first else { return .every(.zero, from: from ?? .zero, until: until) }
      sink.error(
        table.entries[key]?.keyPlace ?? table.place,
        "\(table.path(key)) says nothing beside sessions, which have times of their own",
        expected: "from and until, or nothing")
      return nil
    default: break
    }
    for key in ["from", "until"] where table.has(key) && !given.isEmpty && given.first != "every" {
      sink.error(
        table.entries[key]?.keyPlace ?? table.place, "\(table.path(key)) says nothing beside \(given[0])",
        expected: "\(given[0]) alone, or every with from and until")
      return nil
    }
    switch given.first {
    case "at": return table.integer("at").map { .at(SwarmDuration(nanoseconds: $0)) }
    case "every":
      return table.integer("every").map {
        .every(SwarmDuration(nanoseconds: $0), from: from ?? .zero, until: until)
      }
    case "when":
      guard let condition = table.table("when") else { return nil }
      if let copies = condition.number("seedCopies") { return .when(.seedCopies(copies)) }
      return condition.integer("complete").map { .when(.complete(Int($0))) }
    default:
      sink.error(table.place, "\(table.path) says nothing of when it happens", expected: "at, every or when")
      return nil
    }
  }

  // MARK: What

  private func action(_ fault: DecodedTable) -> Fault.Action? {
    guard let kind = TopologySchema.fault.oneOf.first(where: { fault.has($0) }), let table = fault.table(kind) else {
      return nil
    }
    let lasting = table.integer("for").map(SwarmDuration.init(nanoseconds:))
    if kind == "stopTracker" { return .stopTracker(for: lasting) }
    if kind == "trackerError" { return trackerAnswer(table).map { .trackerError($0, for: lasting) } }
    guard let targets = targets(table) else { return nil }
    let hasNewPeerID = table.text("peerID") == "new"
    switch kind {
    case "leave":
      return .leave(targets, rejoinAfter: table.integer("rejoinAfter").map(SwarmDuration.init(nanoseconds:)))
    case "kill": return .kill(targets)
    case "restart":
      let after = SwarmDuration(nanoseconds: table.integer("after") ?? 1_000_000_000)
      return .restart(targets, after: after, hasNewPeerID: hasNewPeerID)
    case "pause": return lasting.map { .pause(targets, for: $0) }
    case "churn": return churn(targets, table, isPeriodic: fault.has("every"))
    case "changeAddress":
      return .changeAddress(targets, isAbrupt: table.text("mode") != "polite", hasNewPeerID: hasNewPeerID)
    case "changeRate":
      return .changeRate(targets, upload: limit(table, "upload"), download: limit(table, "download"), for: lasting)
    case "partition": return .partition(targets, from: table.text("from"), for: lasting)
    case "isolate": return .isolate(targets, for: lasting)
    case "resetConnections": return .resetConnections(targets)
    case "fullDisk": return .fullDisk(targets, for: lasting)
    default: return nil
    }
  }

  private func limit(_ table: DecodedTable, _ key: String) -> Fault.Limit? {
    table.integer(key).map { Fault.Limit(bytesPerSecond: $0, burstBytes: table.integer(key + "Burst")) }
  }

  private func trackerAnswer(_ table: DecodedTable) -> Fault.TrackerAnswer? {
    let answer = table.text("answer")
    if answer != "slow", let entry = table.entries["delay"] {
      sink.error(
        entry.keyPlace, "\(table.path("delay")) says nothing beside answer: \(answer ?? "…")", expected: "answer: slow")
    }
    switch answer {
    case "server-error": return .serverError
    case "garbage": return .garbage
    case "slow": return .late(SwarmDuration(nanoseconds: table.integer("delay") ?? 10_000_000_000))
    default: return nil
    }
  }

  private func targets(_ table: DecodedTable) -> Fault.Targets? {
    guard let pattern = table.text("peers"), let pick = pick(table) else { return nil }
    return Fault.Targets(pattern: pattern, pick: pick)
  }

  private func pick(_ table: DecodedTable) -> Fault.Pick? {
    guard let text = table.text("pick") else { return table.has("pick") ? nil : .all }
    if text == "all" { return .all }
    if text == "one" { return .count(1) }
    if let count = Int(text), count > 0 { return .count(count) }
    if text.hasSuffix("%"), let percent = Double(text.dropLast().filter { $0 != " " }), percent > 0, percent <= 100 {
      return .percent(percent)
    }
    sink.error(
      table.place("pick"), "\(table.path("pick")): \(SourceTree.quoted(text)) is no number of peers",
      expected: "all, one, a whole number from 1, or a share such as 25 %")
    return nil
  }

  /// With `every` the picked ones leave together and come back; with `session` each has a rhythm of its own.
  private func churn(_ targets: Fault.Targets, _ table: DecodedTable, isPeriodic: Bool) -> Fault.Action? {
    let session = table.table("session").flatMap(lifetime)
    let off = table.table("off").flatMap(lifetime)
    let rejoin = table.integer("rejoinAfter").map(SwarmDuration.init(nanoseconds:))
    if isPeriodic {
      guard !table.has("session"), !table.has("off"), !table.has("trace") else {
        sink.error(
          table.place, "\(table.path) has sessions of its own beside every",
          expected: "every and rejoinAfter, or session and off, or trace")
        return nil
      }
      return .leave(targets, rejoinAfter: rejoin)
    }
    if table.has("trace"), !table.has("session"), !table.has("off"), !table.has("rejoinAfter") {
      return trace(table).map { .follow(targets, $0) }
    }
    guard table.has("session"), table.has("off"), !table.has("rejoinAfter"), !table.has("trace") else {
      sink.error(
        table.place, "\(table.path) does not say how long peers stay and stay away",
        expected: "session and off, or trace, or every beside it and rejoinAfter in it")
      return nil
    }
    guard let session, let off else { return nil }
    return .churn(targets, session: session, off: off)
  }

  private func trace(_ table: DecodedTable) -> SessionTrace? {
    guard let path = table.text("trace") else { return nil }
    guard let source = shelf.open(ClientShelf.joined(ClientShelf.folder(of: sink.file), path)) else {
      sink.error(
        table.place("trace"), "\(table.path("trace")): there is no file \(SourceTree.quoted(path))",
        expected: "the path of a file of sessions, from the topology's own folder")
      return nil
    }
    return SessionTrace.read(source.bytes, file: source.file, sink)
  }

  private func lifetime(_ table: DecodedTable) -> Fault.Lifetime? {
    if let fixed = table.integer("fixed") { return .fixed(SwarmDuration(nanoseconds: fixed)) }
    if let mean = table.integer("exponential") { return .exponential(mean: SwarmDuration(nanoseconds: mean)) }
    guard let weibull = table.table("weibull"), let scale = weibull.integer("scale") else { return nil }
    return .weibull(scale: SwarmDuration(nanoseconds: scale), shape: weibull.number("shape") ?? 0.5)
  }
}
