import SwarmTime

/// A group with what later rules need of its text.
struct BuiltGroup {
  var group: PeerGroup
  var namePlace: Place
  var values: GroupValues
  /// Whether all that decides when its peers arrive could be read.
  var hasArrival: Bool
}

/// A group's values, with those of `defaults` behind them.
struct GroupValues {
  var own: DecodedTable
  var defaults: DecodedTable?

  func entry(_ key: String) -> DecodedTable.Entry? { own.entries[key] ?? defaults?.entries[key] }
  func table(_ key: String) -> DecodedTable { own.has(key) ? own : defaults.flatMap { $0.has(key) ? $0 : nil } ?? own }
  func place(_ key: String) -> Place { table(key).place(key) }
  func path(_ key: String) -> String { own.path(key) }

  func isInvalid(_ key: String) -> Bool {
    if case .invalid = entry(key)?.value { return true }
    return false
  }
}

extension TopologyBuilder {
  func groups() -> [BuiltGroup] {
    guard case .groups(let tables) = root.entries["peers"]?.value else { return [] }
    return tables.map { located in
      let values = GroupValues(own: located.value, defaults: root.table("defaults"))
      let name = String(located.value.path.dropFirst("peers.".count))
      return build(name, located.place, values)
    }
  }

  private func build(_ name: String, _ place: Place, _ values: GroupValues) -> BuiltGroup {
    let client = client(values)
    let isNative = client?.isNative ?? true
    let arrival = arrival(values)
    let choking = choking(values)
    let group = PeerGroup(
      name: name, role: values.own.text("role").flatMap(PeerGroup.Role.init(rawValue:)) ?? .leecher,
      count: Int(values.own.integer("count") ?? 1), upload: values.table("upload").integer("upload"),
      download: values.table("download").integer("download"),
      uploadBurst: values.table("uploadBurst").integer("uploadBurst"),
      downloadBurst: values.table("downloadBurst").integer("downloadBurst"),
      limitedBy: values.table("limit").text("limit").flatMap(PeerGroup.LimitedBy.init(rawValue:))
        ?? (isNative ? .client : .kernel),
      arrival: arrival ?? .at(.zero), onComplete: onComplete(values), client: client ?? .native,
      choking: choking, offersFast: values.table("fastExtension").text("fastExtension") != "withhold",
      misbehaviour: misbehaviour(values, choking), exchangesPeers: values.table("pex").flag("pex") ?? false,
      wants: values.own.number("wants") ?? 1)
    return BuiltGroup(
      group: group, namePlace: place, values: values,
      hasArrival: arrival != nil && !values.isInvalid("count"))
  }

  /// Nil where it was given and could not be read.
  private func client(_ values: GroupValues) -> PeerGroup.Client? {
    guard values.entry("client") != nil else { return .native }
    let isServer = values.own.text("role") == PeerGroup.Role.seed.rawValue
    let source = distribution == .peerToPeer ? "torrent" : isServer ? nil : "url"
    return ClientChooser(clients: clients, checks: checks, sink: sink, source: source).client(
      in: values.table("client"))
  }

  /// Nil where it was given and could not be read.
  private func arrival(_ values: GroupValues) -> PeerGroup.Arrival? {
    guard let entry = values.entry("arrive") else { return .at(.zero) }
    guard case .table(let table) = entry.value else {
      if case .scalar = entry.value { return .flashCrowd(within: .zero, from: .zero) }
      return nil
    }
    let from = SwarmDuration(nanoseconds: table.integer("from") ?? 0)
    if let at = table.integer("at") {
      if let from = table.entries["from"] {
        sink.error(from.keyPlace, "\(table.path).from says nothing beside at", expected: "at alone")
      }
      return .at(SwarmDuration(nanoseconds: at))
    }
    if let every = table.integer("every") { return .every(SwarmDuration(nanoseconds: every), from: from) }
    if let interval = table.integer("poisson") {
      return .poisson(meanInterval: SwarmDuration(nanoseconds: interval), from: from)
    }
    if let within = table.table("flashCrowd")?.integer("within") {
      return .flashCrowd(within: SwarmDuration(nanoseconds: within), from: from)
    }
    return nil
  }

  private func onComplete(_ values: GroupValues) -> PeerGroup.OnCompletion {
    switch values.entry("onComplete")?.value {
    case .scalar(.text("leave")): return .leave
    case .table(let table): return .seed(for: table.integer("seed").map(SwarmDuration.init(nanoseconds:)))
    default: return .seed(for: nil)
    }
  }

  /// Field by field: a group may change the slots of the algorithm that `defaults` names.
  private func choking(_ values: GroupValues) -> PeerGroup.Choking {
    let sections = [values.own.table("choking"), values.defaults?.table("choking")].compactMap { $0 }
    func section(_ key: String) -> DecodedTable? { sections.first { $0.has(key) } }
    let choking = PeerGroup.Choking(
      algorithm: section("algorithm")?.text("algorithm") ?? "tit-for-tat",
      slots: Int(section("slots")?.integer("slots") ?? 4),
      optimisticSlots: Int(section("optimisticSlots")?.integer("optimisticSlots") ?? 1),
      optimisticChoice: section("optimisticChoice")?.text("optimisticChoice") ?? "draw",
      seedRule: section("seedRule")?.text("seedRule") ?? "round-robin")
    refuseForeignSettings(choking.algorithm, in: sections)
    let takes = NativeClient.chokingAlgorithm(named: choking.algorithm)?.parameters ?? []
    let others = takes.contains("optimisticSlots") ? choking.optimisticSlots : 0
    if takes.contains("slots"), choking.slots + others == 0, let table = section("slots") {
      let what = takes.contains("optimisticSlots") ? "no slots and no optimisticSlots" : "no slots"
      sink.error(
        table.place("slots"), "\(values.path("choking")): \(what), so nobody is ever served",
        expected: "one slot in all at least")
    }
    return choking
  }

  /// A setting that the algorithm does not have is a mistake where it stands beside the algorithm or in the group itself; one
  /// that `defaults` gave to another algorithm passes it by.
  private func refuseForeignSettings(_ name: String, in sections: [DecodedTable]) {
    guard let algorithm = NativeClient.chokingAlgorithm(named: name), let first = sections.first else { return }
    let keys = ["algorithm"] + algorithm.parameters.sorted()
    for key in ["slots", "optimisticSlots", "optimisticChoice", "seedRule"] where !algorithm.parameters.contains(key) {
      for table in first.has("algorithm") ? [first] : sections {
        guard let entry = table.entries[key] else { continue }
        sink.error(
          entry.keyPlace, "\(table.path(key)): \(name) has no such setting",
          expected: keys.count == 1 ? "algorithm alone" : "\(ScalarReader.list(keys, "and")) only")
      }
    }
  }

  private func misbehaviour(_ values: GroupValues, _ choking: PeerGroup.Choking) -> PeerGroup.Misbehaviour? {
    guard let table = values.own.table("misbehaviour"),
      let known = table.text("name").flatMap(NativeClient.misbehaviour(named:))
    else { return nil }
    if choking.algorithm != "tit-for-tat", NativeClient.misbehavioursOfTitForTat.contains(known.name) {
      sink.error(
        table.place("name"),
        "\(table.path("name")): \(known.name) is a way of tit-for-tat, and the algorithm is \(choking.algorithm)",
        expected: "algorithm: tit-for-tat, or another misbehaviour")
    }
    guard table.has("dose") else { return PeerGroup.Misbehaviour(name: known.name, dose: known.doses[0]) }
    guard let dose = table.number("dose") else { return nil }
    guard known.range.contains(dose), !known.isWhole || dose == dose.rounded() else {
      sink.error(
        table.place("dose"),
        "\(table.path("dose")): \(ScalarReader.number(dose)) is no dose of \(known.name) (\(known.unit))",
        expected: "a \(known.isWhole ? "whole " : "")number \(ScalarReader.text(known.range)), such as "
          + ScalarReader.list(known.doses.map(ScalarReader.number)))
      return nil
    }
    return PeerGroup.Misbehaviour(name: known.name, dose: dose)
  }
}
