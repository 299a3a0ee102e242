import Planning
import SwarmTime
import TopologyFile

/// Who was struck by a fault is back at its former rate soon after the fault is over.
///
/// The rate is that of payload received, over `window`: the former one over the last window before the fault. A peer is
/// back at the beginning of the first window, none of it before the fault's end, that brings at least `share` of as much;
/// or when it completes. Who came back, or went on elsewhere, while there was no tracker to tell it of others is waited for
/// from the tracker's own return. A fault that came since the beginning of that window and still holds is waited for as well.
/// What came from those whom another fault took away or slowed since then counts for nothing in the former rate.
/// Judged are leechers that were incomplete when the fault was over and had got a few blocks in the
/// window before it. Who is struck again, or outlived by the run's end, too soon to tell, is counted and not judged.
struct RecoveryTime: Check {
  static let name = "recovery-time"
  static let kind = Verdict.Kind.invariant
  static let summary = "who was struck by a fault receives at its former rate again soon after it is over"
  static let parameters = [
    ParameterSpec("within", .duration, default: "60 s", "From the fault's end to the first window at the rate."),
    ParameterSpec("window", .duration, default: "10 s", "Over which rates are measured, before and after."),
    ParameterSpec("share", .number(0.01...1), default: "0.5", "Of its former rate, from which on a peer is back."),
  ]
  static let failedBy = ["slow-return"]
  static let learnsFromPlan = "who was struck, and when it was over"
  static func needs(_ parameters: Parameters) -> Set<Need> { [.sidecar, .noDrops, .plaintext, .timing] }

  private static let quoted = 5

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let within = parameters.duration("within") ?? .seconds(60)
    let recoveries = Recoveries(
      scene, within: within, window: parameters.duration("window") ?? .seconds(10),
      share: parameters.number("share") ?? 0.5)
    if recoveries.all.isEmpty {
      throw CheckTrouble("no fault that was over struck a leecher that had been receiving and was not complete")
    }
    let late = recoveries.all.filter { $0.isLate }
    var verdicts = Set(late.map(\.peer)).sorted().map { peer in
      verdict(of: peer, late.filter { $0.peer == peer }, within, scene, parameters)
    }
    let rest = recoveries.all.filter { one in !late.contains { $0.peer == one.peer } }
    if verdicts.isEmpty || rest.contains(where: { $0.took != nil }) {
      verdicts.append(verdict(ofAll: rest, within, scene, parameters))
    }
    return verdicts
  }

  private func verdict(
    of peer: Int, _ late: [Recovery], _ within: SwarmDuration, _ scene: Scene, _ parameters: Parameters
  ) -> Verdict {
    let name = scene.cast.names[peer]
    let evidence = late.prefix(Self.quoted).map { one in
      Evidence(
        t: one.over, frame: nil, peers: [name],
        text: "here \(one.kind.rawValue) is over for \(name), which had received \(Wording.bytes(one.former)) of those "
          + "who stayed in the window before it, and "
          + (one.took.map { "is back after \(Wording.seconds($0))" } ?? "is not back"))
    }
    let longest = late.compactMap(\.took).max()
    return verdict(
      .fail, scope: .peer, subjects: [name], parameters: parameters, expected: expectation(within, name),
      observed: late.contains { $0.took == nil }
        ? "\(name) is not back when the run ends" : "\(name) is back after \(Wording.seconds(longest ?? .zero))",
      power: .init(n: late.count, needed: 1), evidence: evidence)
  }

  private func verdict(
    ofAll recoveries: [Recovery], _ within: SwarmDuration, _ scene: Scene, _ parameters: Parameters
  ) -> Verdict {
    let times = recoveries.compactMap(\.took).sorted()
    let open = recoveries.count - times.count
    let slowest = recoveries.filter { $0.took != nil }.max { ($0.took ?? .zero) < ($1.took ?? .zero) }
    var observed = Wording.count(times.count, "recovery", "recoveries")
    if let longest = times.last {
      let median = Wording.seconds(times[times.count / 2])
      observed += ", in \(median) in the median and \(Wording.seconds(longest)) at most"
    }
    if open > 0 { observed += "; \(open) cut short by another fault or the run's end" }
    let evidence = slowest.map { one in
      Evidence(
        t: one.over, frame: nil, peers: [scene.cast.names[one.peer]],
        text: "the slowest: \(scene.cast.names[one.peer]), for which \(one.kind.rawValue) is over here")
    }
    return verdict(
      times.isEmpty ? .undecided : .pass, scope: .swarm, subjects: [], parameters: parameters,
      expected: expectation(within, "who was struck"), observed: observed, power: .init(n: times.count, needed: 1),
      evidence: [evidence].compactMap { $0 },
      reason: times.isEmpty ? "every recovery was cut short by another fault or the run's end" : nil)
  }

  private func expectation(_ within: SwarmDuration, _ who: String) -> String {
    "\(who) at its former rate within \(Wording.seconds(within)) after a fault"
  }
}

/// How one peer came back after one fault.
private struct Recovery {
  var peer: Int
  var kind: FaultPlan.Kind
  /// When the fault was over.
  var over: SwarmInstant
  /// Payload bytes that it had received in the window before the fault, of those whom no other one took away since.
  var former: Int64
  /// From then until it was back; nil where it was not seen to be.
  var took: SwarmDuration?
  /// It took too long, or it had the time and never was.
  var isLate: Bool
}

/// All recoveries of a run that can be looked at, in the order of the faults.
private struct Recoveries {
  private(set) var all: [Recovery] = []

  /// Four blocks; less is no rate that one could go back to.
  private static let leastFormer: Int64 = 65536

  init(_ scene: Scene, within: SwarmDuration, window: SwarmDuration, share: Double) {
    let receipts = Receipts(scene)
    for fault in scene.facts.faults {
      guard let healed = Self.end(of: fault) else { continue }
      for peer in fault.peers + fault.others where scene.plan.peers[peer].role == .leecher {
        guard let over = Self.lastEnd(healed, of: peer, since: fault.at - window, scene) else { continue }
        let completed = scene.holdings.completions[peer]?.at ?? .distantFuture
        let received = receipts.bytes(of: peer, after: fault.at - window, through: fault.at)
        guard completed > over, scene.arrivals[peer] + window <= fault.at, received >= Self.leastFormer
        else { continue }
        let due = Self.due(fault, over: over, scene)
        let lost = Self.withheld(beside: fault, until: due + within + window, scene).reduce(0) { sum, sender in
          sum + scene.deliveries.bytes(from: sender, to: peer, after: fault.at - window, through: fault.at)
        }
        let former = received - lost
        let needed = max(1, Int64((Double(former) * share).rounded(.up)))
        let back = receipts.first(of: peer, from: over, window: window, atLeast: needed) ?? .distantFuture
        let until = min(back, completed)
        let next = scene.facts.faults.first { $0.at > fault.at && $0.at >= over && $0.touches(peer) }
        // A window that another fault cuts into says nothing.
        let known = min(next?.at ?? .distantFuture, scene.facts.end?.at ?? scene.end)
        // Nor does one in which nearly all came from who is gone.
        let isKnown = former >= Self.leastFormer
        let isSeen = until < .distantFuture && min(until + window, completed) <= known
        let took = isKnown && isSeen ? max(.zero, until - due) : nil
        let hadTime = isKnown && due <= known && due + within + window <= known
        all.append(
          Recovery(
            peer: peer, kind: fault.kind, over: over, former: former, took: took,
            isLate: took.map { $0 > within } ?? hadTime))
      }
    }
  }

  /// Whom other faults than this one took away or slowed, at any time from when it struck to the end of the time
  /// allowed.
  private static func withheld(beside fault: RunFacts.Struck, until end: SwarmInstant, _ scene: Scene) -> [Int] {
    let others = scene.facts.faults.filter { other in
      [.leave, .kill, .restart, .pause, .isolate, .changeRate].contains(other.kind) && other != fault
        && other.at <= end && other.healedAt ?? .distantFuture >= fault.at
    }
    return scene.plan.peers.indices.filter { peer in others.contains { $0.peers.contains(peer) } }
  }

  /// From when a peer can be back: the fault's end, or where it has to ask for others, when it can have been answered.
  private static func due(_ fault: RunFacts.Struck, over: SwarmInstant, _ scene: Scene) -> SwarmInstant {
    [.leave, .restart, .changeAddress].contains(fault.kind) ? scene.findsOthers(from: over) : over
  }

  /// When the last of the faults was over that began since then and held a peer at the end of the one before; nil where it
  /// never was.
  private static func lastEnd(
    _ healed: SwarmInstant, of peer: Int, since begin: SwarmInstant, _ scene: Scene
  ) -> SwarmInstant? {
    var over = healed
    while let other = scene.facts.faults.first(where: {
      $0.touches(peer) && $0.at > begin && lasts($0) && $0.isInForce(at: over)
    }) {
      guard let end = other.healedAt else { return nil }
      over = end
    }
    return over
  }

  private static func lasts(_ fault: RunFacts.Struck) -> Bool {
    ![.changeAddress, .resetConnections].contains(fault.kind)
  }

  /// When a fault was over; nil where it never was, or where nothing comes back.
  private static func end(of fault: RunFacts.Struck) -> SwarmInstant? {
    switch fault.kind {
    case .changeAddress, .resetConnections: fault.at
    case .leave, .restart, .pause, .changeRate, .partition, .isolate, .fullDisk: fault.healedAt
    case .kill, .stopTracker, .trackerError: nil
    }
  }
}

/// Payload that peers received, from whomever, over time.
private struct Receipts {
  private var blocks: [Int: [(time: Int64, total: Int64)]] = [:]

  init(_ scene: Scene) {
    let struck = Set(scene.facts.faults.flatMap { $0.peers + $0.others })
    for peer in struck {
      var own: [(time: Int64, bytes: Int64)] = []
      for pair in scene.deliveries.pairs where pair.pair.to == peer {
        var before: Int64 = 0
        for (time, total) in zip(pair.times, pair.totals) {
          own.append((time, total - before))
          before = total
        }
      }
      own.sort { $0.time < $1.time }
      var total: Int64 = 0
      blocks[peer] = own.map { block in
        total += block.bytes
        return (block.time, total)
      }
    }
  }

  /// Bytes in (after, through].
  func bytes(of peer: Int, after: SwarmInstant, through: SwarmInstant) -> Int64 {
    total(peer, through.nanoseconds) - total(peer, after.nanoseconds)
  }

  /// The first beginning, at `from` or later, of a window that brings so many bytes; nil for none.
  func first(of peer: Int, from: SwarmInstant, window: SwarmDuration, atLeast needed: Int64) -> SwarmInstant? {
    if bytes(of: peer, after: from, through: from + window) >= needed { return from }
    // Later than that a window's bytes grow only where a block comes into it.
    for block in blocks[peer] ?? [] where block.time > (from + window).nanoseconds {
      let begin = SwarmInstant(nanoseconds: block.time) - window
      if bytes(of: peer, after: begin, through: begin + window) >= needed { return begin }
    }
    return nil
  }

  private func total(_ peer: Int, _ time: Int64) -> Int64 {
    guard let all = blocks[peer] else { return 0 }
    var (low, high) = (0, all.count)
    while low < high {
      let middle = (low + high) / 2
      if all[middle].time <= time { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? all[low - 1].total : 0
  }
}
