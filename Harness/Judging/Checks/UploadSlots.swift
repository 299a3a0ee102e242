import Planning
import SwarmTime
import TopologyFile

/// Unchoked and interested peers never exceed the declared slots.
///
/// A leecher has `slots + optimisticSlots`, a seed `seedSlots`. From a second before a leecher's completion shows on the
/// wire to a round after it, the larger of the two holds: it knows before the wire does, and re-evaluates at its next
/// round. An excess counts once it has lasted `grace`: an Interested may cross a choke, and a choke waits behind what its
/// socket already holds (under a kernel limit for as long as `Scene.delay` says, which is added, as is what processes may
/// have been late at both ends).
struct UploadSlots: Check {
  static let name = "upload-slots"
  static let kind = Verdict.Kind.invariant
  static let summary = "peers that are both unchoked and interested never exceed slots + optimisticSlots"
  static let parameters = [
    ParameterSpec("grace", .duration, default: "1 s", "How long an excess may last, in swarm time.")
  ]
  static let failedBy = ["over-slots", "defect-unchoke-on-interest"]
  /// How many excesses a verdict quotes.
  private static let quoted = 5
  static func needs(_ parameters: Parameters) -> Set<Need> { [.profile, .noDrops, .plaintext, .readable, .timing] }

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let grace = parameters.duration("grace") ?? .seconds(1)
    var lines = [[PairTimeline]](repeating: [], count: scene.cast.count)
    for line in scene.timelines.unchokes { lines[line.pair.from].append(line) }
    let verdicts = scene.plan.peers.indices.map { judge($0, lines[$0], grace, scene, parameters) }
    if verdicts.isEmpty { throw CheckTrouble("the plan names no peers") }
    return verdicts
  }

  private func judge(
    _ peer: Int, _ lines: [PairTimeline], _ grace: SwarmDuration, _ scene: Scene, _ parameters: Parameters
  ) -> Verdict {
    let plan = scene.plan.peers[peer]
    func say(
      _ status: Verdict.Status, expected: String, _ observed: String, n: Int, _ evidence: [Evidence] = [],
      reason: String? = nil
    ) -> Verdict {
      verdict(
        status, scope: .peer, subjects: [plan.name], parameters: parameters, expected: expected, observed: observed,
        power: .init(n: n, needed: 1), evidence: evidence, reason: reason)
    }
    guard let profile = plan.profile, let slots = profile.slots else {
      return say(
        .undecided, expected: "its declared number of upload slots", "not judged", n: 0,
        reason: plan.profile?.judged.lackOfRules ?? "no profile says how many slots \(plan.name) has")
    }
    let limits = SlotLimits(
      leecher: slots + profile.optimisticSlots, seed: profile.seedSlots ?? slots + profile.optimisticSlots,
      isSeed: plan.role == .seed, completion: scene.holdings.becameSeed(peer)?.at, period: profile.period)
    let served = lines.map { line in
      ServedPeer(
        peer: line.pair.to, unchoked: line,
        interest: scene.timelines.interest(from: line.pair.to, to: line.pair.from))
    }
    // What one round says may lie so far apart; and who was unchoked for want of interest may find some just after one.
    let review = profile.unchokesUninterested ? profile.period : .zero
    let patience = max(grace, profile.gridTolerance) + scene.delayAtMost(peer) + review
    let n = served.reduce(0) { $0 + $1.known.count }
    let known = SlotSweep(served.map { ($0.peer, $0.known) }, limits)
    let expected = limits.words
    let excesses = known.excesses.filter { $0.end - $0.start > patience }
    if !excesses.isEmpty {
      let evidence = excesses.prefix(Self.quoted).map { excess in
        let names = excess.peers.map { scene.cast.names[$0] }
        let end = Wording.seconds(excess.end - excess.start)
        return Evidence(
          t: excess.start, frame: excess.frame > 0 ? Int(excess.frame) : nil, peers: [plan.name] + names,
          text: "from here \(plan.name) has \(names.count) unchoked and interested for \(end), where \(excess.limit) "
            + "are allowed: \(names.joined(separator: ", "))")
      }
      let doubt = scene.hasUntoldDrops ? "a choke may be among the frames that the capture dropped" : nil
      return say(
        doubt == nil ? .fail : .undecided, expected: expected,
        "\(known.most) at once; \(Wording.count(excesses.count, "excess", "excesses")) longer than "
          + "\(Wording.seconds(patience))", n: n, evidence, reason: doubt)
    }
    let observed = "at most \(known.most) at once, \(Wording.count(n, "unchoke interval"))"
    // What is not known could be an excess: only then does it keep the check from deciding.
    let possible = SlotSweep(served.map { ($0.peer, $0.possible) }, limits)
    if possible.excesses.contains(where: { $0.end - $0.start > patience }) {
      return say(
        .undecided, expected: expected, observed, n: n,
        reason: "choke or interest is unknown for a time in which \(possible.most) may have been unchoked")
    }
    return say(.pass, expected: expected, observed, n: n)
  }
}

/// How many slots a peer has, over its life.
private struct SlotLimits {
  var leecher: Int
  var seed: Int
  var isSeed: Bool
  var completion: SwarmInstant?
  var period: SwarmDuration

  private static let before = SwarmDuration.seconds(1)

  /// Instants at which the limit changes, with the new limit; the first is at the beginning of time.
  var changes: [(at: SwarmInstant, limit: Int)] {
    if isSeed { return [(.distantPast, seed)] }
    guard let completion else { return [(.distantPast, leecher)] }
    return [
      (.distantPast, leecher), (completion - Self.before, max(leecher, seed)),
      (completion + period + Self.before, seed),
    ]
  }

  var words: String {
    if isSeed { return "at most \(seed) unchoked and interested" }
    return leecher == seed
      ? "at most \(leecher) unchoked and interested"
      : "at most \(leecher) unchoked and interested, \(seed) once complete"
  }
}

/// One peer that was unchoked: when it surely held a slot, and when it may have.
private struct ServedPeer {
  var peer: Int
  var known: [Span]
  var possible: [Span]

  init(peer: Int, unchoked: PairTimeline, interest: PairTimeline?) {
    self.peer = peer
    known = Span.intersection(unchoked.on, interest?.on ?? [])
    let maybeInterested = Span.union((interest?.on ?? []) + (interest?.unknown ?? []))
    possible = Span.intersection(Span.union(unchoked.on + unchoked.unknown), maybeInterested)
  }
}

/// Counts who holds a slot over time, and finds the stretches with too many.
private struct SlotSweep {
  struct Excess {
    var start: SwarmInstant
    var end: SwarmInstant
    var frame: Int32
    var limit: Int
    /// Who held slots when it was worst, by index.
    var peers: [Int]
  }

  private(set) var excesses: [Excess] = []
  /// The highest number at once that lasted for any time at all.
  private(set) var most = 0

  private struct Change {
    var at: SwarmInstant
    /// At one instant: limits change first, then slots fall free, then slots are given.
    var order: Int
    var frame: Int32
    /// Peer that gains or loses a slot, or the new limit.
    var value: Int
  }

  init(_ served: [(peer: Int, spans: [Span])], _ limits: SlotLimits) {
    var changes = limits.changes.map { Change(at: $0.at, order: 0, frame: 0, value: $0.limit) }
    for (peer, spans) in served {
      for span in spans where span.end > span.start {
        changes.append(Change(at: span.start, order: 2, frame: span.startFrame, value: peer))
        changes.append(Change(at: span.end, order: 1, frame: span.endFrame, value: peer))
      }
    }
    changes.sort { ($0.at, $0.order, $0.frame, $0.value) < ($1.at, $1.order, $1.frame, $1.value) }
    var holders: Set<Int> = []
    var limit = Int.max
    var open: Excess?
    for (place, change) in changes.enumerated() {
      switch change.order {
      case 0: limit = change.value
      case 1: holders.remove(change.value)
      default: holders.insert(change.value)
      }
      let isLastOfInstant = place + 1 == changes.count || changes[place + 1].at > change.at
      guard isLastOfInstant else { continue }
      most = max(most, holders.count)
      if holders.count > limit {
        if open == nil {
          open = Excess(start: change.at, end: change.at, frame: change.frame, limit: limit, peers: holders.sorted())
        } else if let worst = open?.peers.count, holders.count > worst {
          open?.peers = holders.sorted()
        }
      } else if var excess = open {
        excess.end = change.at
        excesses.append(excess)
        open = nil
      }
    }
  }
}
