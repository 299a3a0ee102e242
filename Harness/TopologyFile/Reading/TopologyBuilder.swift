import SwarmTime

/// Makes a `Topology` of decoded sections and finds what rows alone cannot know. Where a value was invalid it goes on
/// with another, so that the rest is looked at too; the result is used only if nothing was wrong.
struct TopologyBuilder {
  let root: DecodedTable
  let sink: DiagnosticSink
  let checks: [CheckSpec]
  let clients: ClientShelf

  /// Checks that say something only with a parameter, so that they are not made unasked.
  static let onRequest: Set<String> = ["distribution-time"]

  func build() -> Topology {
    let until = until()
    let groups = groups()
    let payload = payload()
    let chosen = chosenChecks(until)
    let tracker = tracker()
    if root.text("name") == "latest" {
      sink.error(
        root.place("name"), "name: \"latest\" is what the link to the last complete run is called",
        expected: "another name")
    }
    let topology = Topology(
      file: sink.file, name: root.text("name") ?? "", description: root.text("description") ?? "",
      randomSeed: UInt64(clamping: root.integer("randomSeed") ?? 1), speed: root.number("speed") ?? 1,
      wallBudget: root.integer("wallBudget").map(SwarmDuration.init(nanoseconds:)), distribution: distribution,
      payload: payload,
      tracker: tracker, groups: groups.map(\.group), until: until ?? .time(SwarmDuration(nanoseconds: .max)),
      usesPrivateAddresses: usesPrivateAddresses(groups), capture: capture(payload, groups),
      checks: chosen ?? [], mustDecide: mustDecide(chosen),
      faults: FaultBuilder(
        root: root, sink: sink, groups: groups.map(\.group), tracker: tracker.program, shelf: clients, end: until?.end
      ).build(), places: places())
    if distribution == .clientServer { ClientServerRules(root: root, groups: groups, sink: sink).check() }
    SwarmRules(topology: topology, groups: groups, root: root, sink: sink).check(hasEnd: until != nil)
    return topology
  }

  var distribution: Topology.Distribution {
    root.text("distribution").flatMap(Topology.Distribution.init(rawValue:)) ?? .peerToPeer
  }

  private func tracker() -> Topology.Tracker {
    let table = root.table("tracker")
    let program = table?.text("program").flatMap(Topology.Tracker.Program.init(rawValue:)) ?? .native
    if program != .native, let table, let entry = table.entries["announceInterval"] {
      sink.error(
        entry.keyPlace, "tracker.announceInterval: \(program.rawValue) chooses the interval itself, about 30 min",
        expected: "no announceInterval, or program: native")
    }
    let interval = SwarmDuration(nanoseconds: table?.integer("announceInterval") ?? 1_800_000_000_000)
    return Topology.Tracker(
      program: program,
      transport: table?.text("protocol").flatMap(Topology.Tracker.Transport.init(rawValue:)) ?? .http,
      announceInterval: program == .native ? interval : nil)
  }

  /// A client that refuses 127.x.y.z refuses to call there too, so it takes the whole swarm with it, unless the author
  /// wants to see what comes of the other.
  private func usesPrivateAddresses(_ groups: [BuiltGroup]) -> Bool {
    let clients = groups.compactMap { built in built.group.client.foreign.map { (built.group.name, $0.client) } }
    guard let chosen = root.text("addresses") else { return clients.contains { $0.1.usesPrivateAddresses } }
    if chosen == "loopback", let (group, _) = clients.first(where: { !$0.1.isBound }) {
      sink.error(
        root.place("addresses"),
        "addresses: loopback, but the client of peers.\(group) cannot bind its outgoing connections, so it gets a network "
          + "namespace of its own, in which 127.x.y.z is another machine's",
        expected: "addresses: private, or none, which is the same here")
    }
    return chosen == "private"
  }

  private func payload() -> Topology.Payload {
    let table = root.table("payload")
    let size = table?.integer("size")
    var pieceLength = table?.integer("pieceLength") ?? 1 << 18
    if let table, table.has("pieceLength"), let given = table.integer("pieceLength") {
      checkPieceLength(given, size: size, table)
    } else if let size {
      while pieceLength > size, pieceLength > TopologyLimits.minimumPieceLengthBytes { pieceLength /= 2 }
      while (size - 1) / pieceLength >= TopologyLimits.maximumPieces { pieceLength *= 2 }
    }
    return Topology.Payload(
      name: table?.text("name") ?? "payload.bin", sizeBytes: size ?? pieceLength, pieceLengthBytes: pieceLength)
  }

  private func checkPieceLength(_ length: Int64, size: Int64?, _ table: DecodedTable) {
    let place = table.place("pieceLength")
    let range = TopologyLimits.minimumPieceLengthBytes...TopologyLimits.maximumPieceLengthBytes
    let expected = "a power of two from \(Wording.bytes(range.lowerBound)) to \(Wording.bytes(range.upperBound))"
    guard length.nonzeroBitCount == 1 else {
      let below = Int64(1) << (63 - length.leadingZeroBitCount)
      let nearest = length - below < 2 * below - length ? below : 2 * below
      sink.error(
        place, "payload.pieceLength: \(Wording.bytes(length)) is not a power of two", expected: expected,
        suggestion: range.contains(nearest) ? Wording.bytes(nearest) : nil)
      return
    }
    guard range.contains(length) else {
      sink.error(place, "payload.pieceLength: \(Wording.bytes(length)) is out of range", expected: expected)
      return
    }
    guard let size else { return }
    if length > max(size, TopologyLimits.minimumPieceLengthBytes) {
      sink.error(
        place, "payload.pieceLength: \(Wording.bytes(length)) is more than the payload, \(Wording.bytes(size))",
        expected: "a piece no larger than the payload")
    }
    let pieces = (size - 1) / length + 1
    if pieces > TopologyLimits.maximumPieces {
      sink.error(
        place, "payload.pieceLength: \(Wording.bytes(size)) in pieces of \(Wording.bytes(length)) are \(pieces) pieces",
        expected: "at most \(TopologyLimits.maximumPieces): larger pieces or a smaller payload")
    }
  }

  private func until() -> Topology.Until? {
    guard let table = root.table("until") else { return nil }
    if table.has("time") {
      if table.has("within"), !table.has("complete") {
        sink.error(
          table.entries["within"]?.keyPlace ?? table.place,
          "until.within goes with until.complete, not with until.time",
          expected: "until: {time: …} or until: {complete: all, within: …}")
      }
      return table.integer("time").map { .time(SwarmDuration(nanoseconds: $0)) }
    }
    guard table.has("complete") else { return nil }
    guard table.has("within") else {
      sink.error(
        table.place, "until.within is missing: a swarm that never completes would never end",
        expected: Dimension.duration.expectation)
      return nil
    }
    return table.integer("within").map { .complete(within: SwarmDuration(nanoseconds: $0)) }
  }

  private func capture(_ payload: Topology.Payload, _ groups: [BuiltGroup]) -> Topology.Capture {
    let table = root.table("capture")
    let leechers = groups.reduce(0) { $0 + ($1.group.role == .leecher ? $1.group.count : 0) }
    let downloads = Int64(clamping: Int128(payload.sizeBytes) * Int128(leechers))
    return Topology.Capture(
      keep: table?.text("keep").flatMap(Topology.Capture.Keep.init(rawValue:)) ?? .full,
      atMostBytes: table?.integer("atMost") ?? max(2 << 30, 2 * min(downloads, .max / 2)))
  }

  /// Nil where the list could not be read. Without a list: all that need no asking; `completion` only where the run waits
  /// for it.
  private func chosenChecks(_ until: Topology.Until?) -> [Topology.ChosenCheck]? {
    if let entry = root.entries["checks"] {
      guard case .checks(let list) = entry.value else { return nil }
      return list.map { Topology.ChosenCheck(name: $0.name, parameters: $0.parameters) }
    }
    var left = Self.onRequest
    if case .time = until { left.insert("completion") }
    if distribution == .clientServer {
      left.formUnion(checks.map(\.name).filter { !ClientServerRules.usual.contains($0) })
    }
    return checks.filter { !left.contains($0.name) }.map {
      Topology.ChosenCheck(name: $0.name, parameters: SchemaDecoder.completed([:], $0))
    }
  }

  private func mustDecide(_ chosen: [Topology.ChosenCheck]?) -> [String] {
    guard case .texts(let names) = root.entries["mustDecide"]?.value else { return [] }
    var result: [String] = []
    for name in names {
      if result.contains(name.value) {
        sink.error(name.place, "mustDecide: \(name.value) is listed twice", expected: "each check once")
      } else if let chosen, !chosen.contains(where: { $0.name == name.value }) {
        sink.error(
          name.place, "mustDecide: \(name.value) is not among the checks that are made",
          expected: "it in checks too" + (root.has("checks") ? "" : ", which leave it out unless they are listed"))
      }
      result.append(name.value)
    }
    return result
  }

  private func places() -> [String: Place] {
    var places: [String: Place] = [:]
    func walk(_ table: DecodedTable) {
      for (key, entry) in table.entries {
        places[table.path(key)] = entry.place
        switch entry.value {
        case .table(let inner): walk(inner)
        case .groups(let groups):
          for group in groups {
            places[group.value.path] = group.place
            walk(group.value)
          }
        case .tables(let tables):
          for table in tables {
            places[table.path] = table.place
            walk(table)
          }
        case .checks(let checks):
          for check in checks { places["\(table.path(key)).\(check.name)"] = check.place }
        default: break
        }
      }
    }
    walk(root)
    return places
  }
}
