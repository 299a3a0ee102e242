public import SwarmTime
public import TopologyFile

/// A plan as text for people: what will run, with all that was left to defaults.
public enum PlanExplanation {
  /// Peers shown of a group of many: the first few and the last.
  private static let shownPerGroup = 5

  /// - Parameter checks: The catalogue, for the units of the checks' parameters.
  public static func text(_ plan: Plan, checks specs: [CheckSpec] = []) -> String {
    var lines = [plan.name + (plan.description.isEmpty ? "" : ": \(plan.description)"), ""]
    lines += facts(plan).map { "  \(padded($0.0, to: 12)) \($0.1)" }
    lines += ["", "Peers"] + table(peers(plan))
    if !plan.faults.isEmpty { lines += ["", "Faults"] + faults(plan) }
    lines += ["", "Distribution time, by theory"] + bound(plan)
    lines += ["", "Checks"] + table(checks(plan, specs))
    return lines.joined(separator: "\n") + "\n"
  }

  /// Real seconds that the swarm itself lasts at most, and at least by theory.
  public static func wallEstimate(_ plan: Plan) -> (atLeast: SwarmDuration?, atMost: SwarmDuration) {
    func real(_ duration: SwarmDuration) -> SwarmDuration {
      SwarmDuration(nanoseconds: Int64((Double(duration.nanoseconds) / plan.speed).rounded()))
    }
    let least: SwarmDuration? = plan.until.condition == .time ? plan.until.within : plan.bound?.duration
    return (least.map(real), real(plan.until.within))
  }

  private static func facts(_ plan: Plan) -> [(String, String)] {
    let wall = wallEstimate(plan)
    let end = plan.until.condition == .complete ? "when all are complete, at the latest after " : "after "
    var wallText = "at most \(Wording.time(wall.atMost))"
    if let least = wall.atLeast, least < wall.atMost { wallText += ", at least \(Wording.time(least))" }
    if let budget = plan.wallBudgetSeconds { wallText += "; budget \(Wording.time(.seconds(budget)))" }
    return [
      (
        "payload",
        "\(plan.payload.name), \(Wording.bytes(plan.payload.sizeBytes)) in "
          + "\(Wording.count(plan.payload.pieceCount, "piece")) of \(Wording.bytes(plan.payload.pieceLengthBytes))"
      ),
      ("random seed", "\(plan.randomSeed)"),
      ("speed", "\(Wording.decimal(plan.speed)) swarm seconds in each real second"),
      plan.tracker.map { ("tracker", tracker($0)) } ?? ("server", "\(plan.payloadURL ?? "none"), over HTTP"),
      ("ends", end + Wording.time(plan.until.within)),
      ("wall time", wallText),
      (
        "capture",
        plan.capture.keep.rawValue
          + (plan.capture.atMostBytes.map { ", at most \(Wording.bytes($0))" } ?? "")
      ),
    ]
  }

  private static func tracker(_ tracker: TrackerPlan) -> String {
    (tracker.program == .native ? "" : tracker.program.rawValue + ", ")
      + tracker.announceURLs.joined(separator: " or ") + ", announces every "
      + (tracker.announceInterval.map(Wording.time) ?? "30 min or so, as it chooses")
  }

  private static func peers(_ plan: Plan) -> [[String]] {
    var rows = [["name", "role", "address", "arrives", "upload", "download", "limited by", "client", "once complete"]]
    var shown = 0
    for (place, peer) in plan.peers.enumerated() {
      let isNew = place == 0 || plan.peers[place - 1].group != peer.group
      let isLast = place + 1 == plan.peers.count || plan.peers[place + 1].group != peer.group
      shown = isNew ? 1 : shown + 1
      if shown > shownPerGroup, !isLast {
        if shown == shownPerGroup + 1 { rows.append(["…"]) }
        continue
      }
      rows.append(row(peer))
    }
    return rows
  }

  /// The first ones, in the order of the file.
  private static func faults(_ plan: Plan) -> [String] {
    let shown = plan.faults.prefix(20).map { fault in
      ["\(fault.id).", FaultWording.moment(fault), FaultWording.begin(fault, fault.peers)]
    }
    let rest = plan.faults.count - shown.count
    return table(shown) + (rest > 0 ? ["  … and \(rest) more"] : [])
  }

  private static func row(_ peer: PeerPlan) -> [String] {
    var client = peer.client.kind == .native ? "native" : peer.client.name ?? peer.client.command.first ?? "command"
    if let choking = peer.client.choking {
      client += ", \(choking.algorithm)"
      let has = NativeClient.chokingAlgorithm(named: choking.algorithm)?.parameters ?? []
      if has.contains("slots") { client += " \(choking.slots)" }
      if has.contains("optimisticSlots") { client += "+\(choking.optimisticSlots)" }
      if let rule = choking.seedRule { client += ", seeds \(rule.rawValue)" }
      if choking.optimisticChoice != .draw { client += " \(choking.optimisticChoice.rawValue)" }
      if !peer.client.offersFast { client += ", without BEP 6" }
    }
    if peer.client.kind != .native, let profile = peer.profile {
      let slots = profile.slots.map { "\($0)+\(profile.optimisticSlots) slots" } ?? "slots of its own"
      client += ", judged by \(slots) and rounds of \(Wording.time(profile.period))"
    }
    if peer.client.exchangesPeers { client += ", pex" }
    if let wanted = peer.wantedPieces { client += ", wants \(Wording.count(wanted, "piece"))" }
    if let misbehaviour = peer.client.misbehaviour {
      client += ", \(misbehaviour.name) \(PlainNumber(misbehaviour.dose).text)"
    }
    var end = peer.role == .seed ? "" : peer.onComplete.action.rawValue
    if peer.role == .leecher, let duration = peer.onComplete.duration { end += " for \(Wording.time(duration))" }
    return [
      peer.name, peer.role.rawValue, "\(peer.address):\(peer.port)", Wording.time(peer.arrivesAt - .zero),
      limit(peer.upload), limit(peer.download), peer.limitedBy == .none ? "" : peer.limitedBy.rawValue, client, end,
    ]
  }

  /// The burst is told where it is not the default.
  private static func limit(_ limit: LimitPlan?) -> String {
    guard let limit else { return Wording.rate(nil) }
    let usual = LimitPlan(bytesPerSecond: limit.bytesPerSecond).burstBytes
    return Wording.rate(limit) + (limit.burstBytes == usual ? "" : " (burst \(Wording.bytes(limit.burstBytes)))")
  }

  private static func bound(_ plan: Plan) -> [String] {
    if plan.peers.contains(where: { $0.wantedPieces != nil }) {
      return ["  no bound is known where some want a part of the payload"]
    }
    let theory = DistributionTime(payloadBytes: plan.payload.sizeBytes, peers: plan.peers)
    if plan.distribution == .clientServer, let bound = theory.clientServer {
      return ["  client and server: at least \(Wording.time(bound.duration)) (\(Wording.term(bound.decidedBy)))"]
    }
    guard let bound = theory.peerToPeer else { return ["  nothing bounds it: rates are unlimited or nobody downloads"] }
    var lines = ["  peer to peer: at least \(Wording.time(bound.duration)) (\(Wording.term(bound.decidedBy)))"]
    if let server = theory.clientServer {
      lines.append("  client and server, the seeds alone: at least \(Wording.time(server.duration))")
    }
    return lines
  }

  private static func checks(_ plan: Plan, _ specs: [CheckSpec]) -> [[String]] {
    plan.checks.map { check in
      let rows = specs.first { $0.name == check.name }?.parameters ?? []
      let parameters = check.parameters.sorted { $0.key < $1.key }.map { key, value in
        "\(key) \(text(value, rows.first { $0.key == key }?.kind))"
      }
      return [
        check.name, plan.mustDecide.contains(check.name) ? "must decide" : "", parameters.joined(separator: ", "),
      ]
    }
  }

  private static func text(_ value: PlannedValue, _ kind: ValueKind?) -> String {
    switch (value, kind) {
    case (.integer(let nanoseconds), .duration): return Wording.time(SwarmDuration(nanoseconds: nanoseconds))
    case (.integer(let bytes), .size): return Wording.bytes(bytes)
    case (.integer(let bytes), .rate): return Wording.bytes(bytes) + "/s"
    default: return text(value)
    }
  }

  private static func text(_ value: PlannedValue) -> String {
    switch value {
    case .text(let text): text
    case .flag(let flag): "\(flag)"
    case .integer(let integer): "\(integer)"
    case .number(let number): PlainNumber(number).text
    }
  }

  private static func table(_ rows: [[String]]) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = "  " + zip(row, widths).map { padded($0, to: $1) }.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
