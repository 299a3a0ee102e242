import SwarmTime

/// What must hold of a fault in this swarm.
struct FaultRules {
  let sink: DiagnosticSink
  let groups: [PeerGroup]
  let tracker: Topology.Tracker.Program
  let end: SwarmDuration?
  let table: DecodedTable

  func check(_ fault: Fault) {
    checkMoment(fault.moment)
    if let targets = fault.targets {
      checkPeers(targets.pattern, key: "peers", kind(of: fault))
      checkReach(targets.pattern, kind(of: fault))
      checkManners(targets.pattern, kind(of: fault))
    }
    switch fault.action {
    case .partition(let targets, let from, _):
      if let from { checkPeers(from, key: "from", "partition") }
      checkSides(targets, from)
      checkFarSide(targets, from, "partition")
    case .isolate(let targets, _): checkFarSide(targets, nil, "isolate")
    case .changeRate(let targets, let upload, let download, _):
      checkRates(targets, upload, download)
      checkBursts()
    case .fullDisk(let targets, _): checkWriters(targets)
    case .trackerError: checkTracker()
    default: break
    }
  }

  private func kind(of fault: Fault) -> String { TopologySchema.fault.oneOf.first { table.has($0) } ?? "" }

  private func checkMoment(_ moment: Fault.Moment) {
    let leechers = groups.filter { $0.role == .leecher }.reduce(0) { $0 + $1.count }
    if case .when(.complete(let count)) = moment, count > leechers {
      let inner = table.table("when")
      sink.error(
        inner?.place("complete") ?? table.place,
        "\(inner?.path("complete") ?? table.path): \(count) complete, of \(Wording.count(leechers, "leecher"))",
        expected: "a whole number up to \(leechers)")
    }
    guard let end else { return }
    let (first, key): (SwarmDuration, String) =
      switch moment {
      case .at(let time): (time, "at")
      case .every(_, let from, _): (from, table.has("from") ? "from" : "every")
      case .when: (.zero, "when")
      }
    guard first >= end else { return }
    sink.error(
      table.place(key), "\(table.path(key)): at \(Wording.time(first)), but the run ends at \(Wording.time(end))",
      expected: "a time before the end")
  }

  private func checkPeers(_ pattern: String, key: String, _ kind: String) {
    let names = groups.flatMap { group in (0..<group.count).map(group.peerName) }
    guard !names.contains(where: { NamePattern.matches(pattern, $0) }) else { return }
    let inner = table.table(kind)
    let suggestion =
      Suggestion.nearest(to: pattern, among: names + groups.map { "\($0.name)-*" })
      ?? (groups.contains { $0.name == pattern } ? "\(pattern)-*" : nil)
    sink.error(
      inner?.place(key) ?? table.place,
      "\(inner?.path(key) ?? table.path): \(SourceTree.quoted(pattern)) is no peer's name",
      expected: suggestion == nil ? "a peer's name, or a pattern such as leecher-*" : nil, suggestion: suggestion)
  }

  /// By lot or surely, all that could be on the other side may be on this one.
  private func checkSides(_ targets: Fault.Targets, _ from: String?) {
    let names = groups.flatMap { group in (0..<group.count).map(group.peerName) }
    let others = names.filter { name in from.map { NamePattern.matches($0, name) } ?? true }
    let matching = Set(names.filter { NamePattern.matches(targets.pattern, $0) })
    guard !others.isEmpty, others.allSatisfy(matching.contains), targets.pick.number(of: matching.count) >= others.count
    else { return }
    let inner = table.table("partition")
    sink.error(
      inner?.place("peers") ?? table.place,
      "\(inner?.path("peers") ?? table.path): \(SourceTree.quoted(targets.pattern)) leaves nobody on the other side",
      expected: "a pattern that leaves somebody out, or isolate")
  }

  /// A client that cannot bind has a network namespace of its own, which packets enter past the filter that cuts off.
  private func checkReach(_ pattern: String, _ kind: String) {
    guard ["changeAddress", "partition", "isolate", "resetConnections"].contains(kind) else { return }
    let unbound = unboundGroup { NamePattern.matches(pattern, $0) }
    guard let unbound else { return }
    sink.error(
      table.table(kind)?.place("peers") ?? table.place,
      "\(table.path).\(kind): the client of peers.\(unbound.name) cannot bind its outgoing connections, so that it has a "
        + "network namespace of its own, which cannot be cut off yet",
      expected: "kill, restart, pause, leave or churn for such a client")
  }

  /// What is asked for in so many words and another program cannot do; what is left out is done as well as it can.
  private func checkManners(_ pattern: String, _ kind: String) {
    guard let inner = table.table(kind) else { return }
    if inner.has("peerID"), inner.text("peerID") == "same",
      let stranger = foreignGroup(pattern, where: { !$0.takesPeerID })
    {
      sink.error(
        inner.place("peerID"),
        "\(inner.path("peerID")): the client of peers.\(stranger.name) is begun anew, and nothing tells it its peer id",
        expected: "the placeholder {peerID} in that client's command or files, or peerID: new, or no peerID")
    }
    let isPolite = kind == "leave" || kind == "changeAddress" && inner.text("mode") == "polite"
    if isPolite, let killed = foreignGroup(pattern, where: { $0.stop.signal == .kill }) {
      let key = kind == "leave" ? "peers" : "mode"
      sink.error(
        inner.place(key),
        "\(inner.path(key)): the client of peers.\(killed.name) is stopped by SIGKILL, so that it takes leave of nobody",
        expected: kind == "leave" ? "kill, restart or churn for such a client" : "mode: abrupt for such a client")
    }
  }

  private func foreignGroup(_ pattern: String, where fits: (ForeignClient) -> Bool) -> PeerGroup? {
    groups.first { group in
      guard let client = group.client.foreign?.client, fits(client) else { return false }
      return (0..<group.count).contains { NamePattern.matches(pattern, group.peerName($0)) }
    }
  }

  /// Who is cut off would still be heard by such a client. That the client itself is struck is said by `checkReach`.
  private func checkFarSide(_ targets: Fault.Targets, _ from: String?, _ kind: String) {
    let unbound = unboundGroup { name in
      !NamePattern.matches(targets.pattern, name) && (from.map { NamePattern.matches($0, name) } ?? true)
    }
    guard let unbound else { return }
    sink.error(
      table.table(kind)?.place(from == nil ? "peers" : "from") ?? table.place,
      "\(table.path).\(kind): peers.\(unbound.name) would still hear the others, since its client cannot bind its "
        + "outgoing connections and has a network namespace of its own, which cannot be cut off yet",
      expected: kind == "partition" ? "from: others than peers.\(unbound.name)" : "partition from others than that")
  }

  private func unboundGroup(where isMeant: (String) -> Bool) -> PeerGroup? {
    groups.first { group in
      group.client.foreign?.client.isBound == false && (0..<group.count).contains { isMeant(group.peerName($0)) }
    }
  }

  private func checkWriters(_ targets: Fault.Targets) {
    let writers = groups.filter { $0.role == .leecher }.flatMap { group in (0..<group.count).map(group.peerName) }
    let inner = table.table("fullDisk")
    guard !writers.contains(where: { NamePattern.matches(targets.pattern, $0) }) else { return }
    sink.error(
      inner?.place("peers") ?? table.place,
      "\(inner?.path("peers") ?? table.path): \(SourceTree.quoted(targets.pattern)) are seeds, which write nothing",
      expected: "a leecher's name, or a pattern such as leecher-*")
  }

  private func checkTracker() {
    guard tracker != .native else { return }
    sink.error(
      table.entries["trackerError"]?.keyPlace ?? table.place,
      "\(table.path).trackerError: \(tracker.rawValue) cannot be told to err", expected: "tracker: {program: native}")
  }

  private func checkRates(_ targets: Fault.Targets, _ upload: Fault.Limit?, _ download: Fault.Limit?) {
    let inner = table.table("changeRate")
    for key in ["upload", "download"] where inner?.text(key) == "unlimited" {
      sink.error(
        inner?.place(key) ?? table.place,
        "\(inner?.path(key) ?? table.path): a limit cannot be lifted while the run lasts",
        expected: "a rate, such as 512 KiB/s")
      return
    }
    if upload == nil, download == nil {
      sink.error(table.place, "\(table.path).changeRate changes nothing", expected: "upload or download")
    }
    for group in groups
    where (0..<group.count).contains(where: { NamePattern.matches(targets.pattern, group.peerName($0)) }) {
      checkKeeper(of: group, upload, download)
      let missing =
        upload != nil && group.upload == nil ? "upload" : download != nil && group.download == nil ? "download" : nil
      guard let missing else { continue }
      sink.error(
        table.place, "\(table.path).changeRate: peers.\(group.name) has no \(missing) limit that could change",
        expected: "\(missing) in peers.\(group.name)")
    }
  }

  /// Another program is told its limits at its start, and never again: alone it keeps none but those, and under the
  /// kernel's none above them.
  private func checkKeeper(of group: PeerGroup, _ upload: Fault.Limit?, _ download: Fault.Limit?) {
    guard group.client.foreign != nil, group.limitedBy != .kernel else { return }
    let rises =
      Self.isAbove(upload, group.upload) ? "upload" : Self.isAbove(download, group.download) ? "download" : nil
    guard group.limitedBy == .client || rises != nil else { return }
    let above = group.limitedBy == .client ? "" : ", such as this \(rises ?? "rate") above its own"
    sink.error(
      table.place,
      "\(table.path).changeRate: the client of peers.\(group.name) keeps its limits itself, and cannot be told others "
        + "while it runs\(above)",
      expected: "limit: kernel in peers.\(group.name)")
  }

  private static func isAbove(_ limit: Fault.Limit?, _ own: Int64?) -> Bool {
    guard let limit, let own else { return false }
    return limit.bytesPerSecond > own
  }

  private func checkBursts() {
    guard let inner = table.table("changeRate") else { return }
    for rate in ["upload", "download"] {
      let key = rate + "Burst"
      guard let bytes = inner.integer(key) else { continue }
      if !inner.has(rate) {
        sink.error(
          inner.place(key), "\(inner.path(key)) says nothing without \(rate)",
          expected: "\(rate) beside it: the new rate, or the old one again")
      } else if bytes < TopologyLimits.minimumBurstBytes {
        sink.error(
          inner.place(key),
          "\(inner.path(key)): \(Wording.bytes(bytes)) is less than one block, so that nothing could ever be sent",
          expected: "at least \(TopologyLimits.minimumBurstBytes) B (a block of 16 KiB and the 13 bytes before it)")
      }
    }
  }
}
