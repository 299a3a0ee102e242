/// What must hold where the payload is served over HTTP: one server, and nothing that only a swarm of peers has.
struct ClientServerRules {
  let root: DecodedTable
  let groups: [BuiltGroup]
  let sink: DiagnosticSink

  /// Checks that are made unasked, and those that can be asked for.
  static let usual: Set<String> = ["completion", "integrity", "rate-limit"]
  private static let fitting = usual.union(["distribution-time", "expected-end-state"])

  private static let ofPeers = [
    "choking": "nobody chokes", "fastExtension": "nobody speaks the peer wire", "pex": "no peer knows another",
    "misbehaviour": "none is known of servers and clients", "onComplete": "a client ends once it is complete",
    "wants": "a client fetches all of it",
  ]

  private static let impossibleFaults = [
    "changeAddress": "a server has one address, and a client is known to nobody",
    "fullDisk": "a client whose disk is full ends", "stopTracker": "there is no tracker",
    "trackerError": "there is no tracker",
  ]

  func check() {
    checkServer()
    if let entry = root.entries["tracker"] {
      sink.error(
        entry.keyPlace, "tracker: nobody asks one under distribution: client-server",
        expected: "no tracker, or distribution: peer-to-peer")
    }
    for built in groups { check(built) }
    if let defaults = root.table("defaults") { refusePeerKeys(in: defaults) }
    checkFaults()
    checkChecks()
  }

  private func checkServer() {
    let seeds = groups.filter { $0.group.role == .seed }
    let count = seeds.reduce(0) { $0 + $1.group.count }
    guard count > 1, let last = seeds.last else { return }
    sink.error(
      last.namePlace, "peers: \(count) seeds, but each leecher downloads from one server",
      expected: "one seed, or distribution: peer-to-peer")
  }

  private func check(_ built: BuiltGroup) {
    refusePeerKeys(in: built.values.own)
    let (key, who) =
      built.group.role == .seed ? ("download", "the server downloads nothing") : ("upload", "a client uploads nothing")
    for key in [key, key + "Burst"] {
      guard let entry = built.values.own.entries[key] else { continue }
      sink.error(
        entry.keyPlace, "\(built.values.path(key)): \(who) under distribution: client-server", expected: "no \(key)")
    }
  }

  private func refusePeerKeys(in table: DecodedTable) {
    for (key, reason) in Self.ofPeers.sorted(by: { $0.key < $1.key }) {
      guard let entry = table.entries[key] else { continue }
      sink.error(
        entry.keyPlace, "\(table.path(key)): \(reason) under distribution: client-server",
        expected: "no \(key), or distribution: peer-to-peer")
    }
  }

  private func checkFaults() {
    guard case .tables(let sections) = root.entries["faults"]?.value else { return }
    for section in sections {
      for (kind, reason) in Self.impossibleFaults.sorted(by: { $0.key < $1.key }) {
        guard let entry = section.entries[kind] else { continue }
        sink.error(
          entry.keyPlace, "\(section.path(kind)): \(reason) under distribution: client-server",
          expected: "leave, kill, restart, pause, churn, changeRate, partition, isolate or resetConnections")
      }
      checkRates(section)
    }
  }

  /// A limit that `defaults` name for the others is none of the server's, or of a client's.
  private func checkRates(_ section: DecodedTable) {
    guard let inner = section.table("changeRate"), let pattern = inner.text("peers") else { return }
    for built in groups {
      let group = built.group
      let isServer = group.role == .seed
      let key = isServer ? "download" : "upload"
      let isStruck = (0..<group.count).contains { NamePattern.matches(pattern, group.peerName($0)) }
      guard isStruck, inner.has(key), (isServer ? group.download : group.upload) != nil else { continue }
      sink.error(
        inner.place(key),
        "\(inner.path(key)): peers.\(group.name) \(isServer ? "downloads" : "uploads") nothing under distribution: "
          + "client-server", expected: isServer ? "upload, or other peers" : "download, or other peers")
    }
  }

  private func checkChecks() {
    guard case .checks(let list) = root.entries["checks"]?.value else { return }
    for check in list where !Self.fitting.contains(check.name) {
      sink.error(
        check.place,
        "checks: \(check.name) judges peers of a swarm, and there are none under distribution: client-server",
        expected: "of \(ScalarReader.list(Self.fitting.sorted()))")
    }
  }
}
