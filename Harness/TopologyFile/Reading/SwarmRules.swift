import SwarmTime

/// What must hold of a swarm as a whole and of each group, beyond what rows can know.
struct SwarmRules {
  let topology: Topology
  let groups: [BuiltGroup]
  let root: DecodedTable
  let sink: DiagnosticSink

  /// - Parameter hasEnd: Whether the end of the run could be read.
  func check(hasEnd: Bool) {
    checkNames()
    checkClientNames()
    checkRoles()
    for built in groups {
      LimitRules(sink: sink).check(built)
      ForeignRules(sink: sink).check(built)
      checkHonesty(built)
      checkAccomplices(built)
      checkTracker(built)
      if hasEnd, built.hasArrival { checkArrival(built) }
    }
    checkSpeed()
  }

  /// Peers' names are folders and subjects of verdicts, so they are unique.
  private func checkNames() {
    let peers = groups.reduce(0) { $0 + $1.group.count }
    guard peers <= TopologyLimits.maximumPeers else {
      sink.error(
        root.place("peers"), "peers: \(peers) peers in all, more than there are addresses",
        expected: "at most \(TopologyLimits.maximumPeers)")
      return
    }
    var owners: [String: String] = ["tracker": "the tracker", "payload": "the payload"]
    for built in groups {
      var isReported = false
      for member in 0..<built.group.count {
        let name = built.group.peerName(member)
        guard let owner = owners.updateValue("group \(built.group.name)", forKey: name), !isReported else { continue }
        isReported = true
        sink.error(
          built.namePlace, "peers.\(built.group.name): the peer name \"\(name)\" is that of \(owner) already",
          expected: "another name for the group")
      }
    }
  }

  /// A run keeps the version of a client by its name.
  private func checkClientNames() {
    var clients: [String: ForeignClient] = [:]
    for built in groups {
      guard let client = built.group.client.foreign?.client, let name = client.name,
        let other = clients.updateValue(client, forKey: name), other != client
      else { continue }
      sink.error(
        built.values.place("client"),
        "\(built.values.path("client")): another client of the swarm is named \(SourceTree.quoted(name)) too",
        expected: "another name in one of the two client files")
    }
  }

  private func checkRoles() {
    guard !groups.isEmpty, !groups.contains(where: { $0.values.isInvalid("role") }) else { return }
    if !groups.contains(where: { $0.group.role == .seed }) {
      let named = groups.first { $0.group.name.lowercased().contains("seed") }
      sink.error(
        named?.namePlace ?? root.place("peers"), "peers: nobody has a full copy of the payload, so nobody can complete",
        expected: "a group with role: seed" + (named.map { "; \($0.group.name) has the role leecher" } ?? ""))
    }
    if case .complete = topology.until, !groups.contains(where: { $0.group.role == .leecher }) {
      sink.error(
        root.place("until"), "until: there is no leecher that could complete",
        expected: "a group with role: leecher, or until: {time: …}")
    }
  }

  private func checkHonesty(_ built: BuiltGroup) {
    let group = built.group
    if group.role == .seed, let entry = built.values.own.entries["onComplete"] {
      sink.error(
        entry.keyPlace, "\(built.values.path("onComplete")): a seed is complete from the start",
        expected: "onComplete for leechers only")
    }
    if group.role == .seed, let entry = built.values.own.entries["wants"] {
      sink.error(
        entry.keyPlace, "\(built.values.path("wants")): a seed has everything from the start",
        expected: "wants for leechers only")
    }
    guard let misbehaviour = group.misbehaviour, let table = built.values.own.table("misbehaviour") else { return }
    let needed: (isMissing: Bool, key: String) =
      switch NativeClient.misbehaviour(named: misbehaviour.name)?.scales {
      case .upload: (group.upload == nil, "upload")
      case .download: (group.download == nil, "download")
      case nil: (false, "")
      }
    if needed.isMissing, !built.values.isInvalid(needed.key) {
      sink.error(
        table.place("name"),
        "\(table.path("name")): \(misbehaviour.name) is a multiple of a rate that is unlimited here",
        expected: "\(needed.key) in the same group")
    }
  }

  /// What several peers do together, one cannot do alone.
  private func checkAccomplices(_ built: BuiltGroup) {
    guard let name = built.group.misbehaviour?.name, NativeClient.misbehaviour(named: name)?.isOfGroup == true,
      let table = built.values.own.table("misbehaviour")
    else { return }
    let members = groups.reduce(0) { $0 + ($1.group.misbehaviour?.name == name ? $1.group.count : 0) }
    guard members < 2 else { return }
    sink.error(
      table.place("name"), "\(table.path("name")): several peers do \(name) together, and there is one alone",
      expected: "count: 2 at least, or another group with the same misbehaviour")
  }

  /// A client that cannot speak to the tracker finds nobody, and says nothing about it.
  private func checkTracker(_ built: BuiltGroup) {
    guard let client = built.group.client.foreign?.client else { return }
    let needed: ForeignClient.TrackerProtocol
    switch topology.tracker.transport {
    case .http: needed = .http
    case .udp: needed = .udp
    case .both: return
    }
    guard !client.trackers.contains(needed) else { return }
    sink.error(
      root.table("tracker")?.place("protocol") ?? built.namePlace,
      "tracker.protocol: \(needed.rawValue), which \(client.name ?? "the command") of peers.\(built.group.name) does not "
        + "speak", expected: "both")
  }

  private func checkArrival(_ built: BuiltGroup) {
    let (group, end) = (built.group, topology.until.end)
    let key = if case .complete = topology.until { "until.within" } else { "until.time" }
    let path = built.values.path("arrive")
    let who = group.count == 1 ? "the peer arrives" : "the last of \(group.count) peers arrives"
    if let last = group.lastArrival {
      guard last >= end else { return }
      sink.error(
        built.values.place("arrive"),
        "\(path): \(who) at \(Wording.time(last)), but the run ends at \(Wording.time(end))",
        expected: "an arrival before \(key)")
    } else if case .poisson(let mean, let from) = group.arrival {
      let nanoseconds = Int128(from.nanoseconds) + Int128(mean.nanoseconds) * Int128(group.count)
      let last = SwarmDuration(nanoseconds: Int64(clamping: nanoseconds))
      guard last >= end else { return }
      sink.error(
        built.values.place("arrive"),
        "\(path): \(who) at \(Wording.time(last)) on average, but the run ends at \(Wording.time(end))",
        expected: "a higher rate of arrivals, or a later \(key)")
    }
  }

  /// A third-party client's clock cannot be sped up.
  private func checkSpeed() {
    guard topology.speed != 1, let built = groups.first(where: { !$0.group.client.isNative }) else { return }
    let client = built.group.client.foreign?.client.name ?? "a client given by command"
    sink.error(
      root.place("speed"),
      "speed: \(ScalarReader.number(topology.speed)) with \(client) (peers.\(built.group.name)), which cannot be sped up",
      expected: "speed: 1")
  }
}
