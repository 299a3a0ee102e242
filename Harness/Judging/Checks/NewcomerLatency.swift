import Planning
import SwarmTime
import TopologyFile

/// A newcomer is unchoked, and served, soon.
///
/// For each peer as a server: who turns to it while a slot is free, and is not yet served by it, is unchoked within
/// `whenFree`; and who asks for its first block gets it within `firstPayload`, and the time in which twice all slots are
/// served one after another. For the swarm: each newcomer is unchoked by somebody within `whenFull` of its first
/// Interested, or chance explains that it was not.
struct NewcomerLatency: Check {
  static let name = "newcomer-latency"
  static let kind = Verdict.Kind.invariant
  static let summary = "a newcomer is unchoked within a bound of its first Interested, and served within another"
  static let parameters = [
    ParameterSpec(
      "whenFree", .duration, default: "12 s", "Longest wait for a first unchoke by a peer that has a slot free."),
    ParameterSpec(
      "whenFull", .duration, default: "60 s",
      "Wait for a first unchoke by anybody beyond which chance must explain it."),
    ParameterSpec("firstPayload", .duration, default: "30 s", "Longest wait of a first request for its block."),
  ]
  static let failedBy = ["slow-newcomer", "whitewasher", "defect-optimistic-counter", "defect-pool-head"]
  static func needs(_ parameters: Parameters) -> Set<Need> {
    [.profile, .noDrops, .whole, .plaintext, .readable, .timing]
  }

  private static let errors = 1e-6
  private static let quoted = 5
  /// What a peer serves one other at a time where its rate is low.
  private static let turn: Int64 = 65536

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let firsts = scene.plan.peers.indices.map { FirstUnchokes(scene, $0) }
    if firsts.allSatisfy({ $0 == nil }) {
      throw CheckTrouble(
        scene.plan.peers.lazy.compactMap { $0.profile?.judged.lackOfRules }.first
          ?? "of no peer a profile says how many slots it has")
    }
    let demand = DemandWalk(scene) { _, _ in .zero }
    var verdicts = firsts.compactMap { $0.map { judge(server: $0, demand, scene, parameters) } }
    verdicts.append(newcomers(firsts, scene, parameters))
    return verdicts
  }

  // MARK: One server

  private func judge(
    server first: FirstUnchokes, _ demand: DemandWalk, _ scene: Scene, _ parameters: Parameters
  ) -> Verdict {
    let peer = first.view.peer
    let name = scene.cast.names[peer]
    // Stated for rounds of 10 s: a client of longer ones may take as much longer, and so may one whose free slot is an
    // optimistic one that waits for a clock of its own.
    let profile = first.view.profile
    let longer = max(.zero, max(profile.period, profile.optimisticPeriod ?? .zero) - .seconds(10))
    let whenFree = (parameters.duration("whenFree") ?? .seconds(12)) + longer
    let firstPayload = parameters.duration("firstPayload") ?? .seconds(30)
    let late = first.waitsBesideFreeSlot(beyond: whenFree)
    var evidence = late.prefix(Self.quoted).map { waiter, span in
      Evidence(
        t: span.start, frame: span.startFrame > 0 ? Int(span.startFrame) : nil,
        peers: [name, scene.cast.names[waiter.partner]],
        text: "from here \(scene.cast.names[waiter.partner]) waits for its first unchoke by \(name) for "
          + "\(Wording.seconds(span.end - span.start)), with a slot free all the while")
    }
    let patience = firstPayload + Self.round(scene.facts.leastUpload(of: peer), first.slots)
    let unserved = demand.waits[peer].filter { wait in
      guard first.isTooLong(wait.span, of: wait.receiver, beyond: patience),
        scene.deliveries.bytes(from: peer, to: wait.receiver, after: .distantPast, through: wait.span.end) == 0
      else { return false }
      // While its own downlink was full it waited for itself.
      let conversations = scene.conversations.indices.filter { place in
        [scene.conversations[place].first, scene.conversations[place].second].contains(wait.receiver)
      }
      let full = FullDownlinks.spans(of: wait.receiver, scene, conversations: conversations)
      return Span.difference([wait.span], full).contains {
        first.isTooLong($0, of: wait.receiver, beyond: patience)
      }
    }
    evidence += unserved.prefix(Self.quoted).map { wait in
      Evidence(
        t: wait.span.start, frame: wait.span.startFrame > 0 ? Int(wait.span.startFrame) : nil,
        peers: [name, scene.cast.names[wait.receiver]],
        text: "\(scene.cast.names[wait.receiver]) asks \(name) for its first block here, and gets none for "
          + Wording.seconds(wait.span.end - wait.span.start))
    }
    let served = first.waiters.compactMap { waiter in
      waiter.unchoked.flatMap { unchoked in waiter.waits.first.map { unchoked.at - $0.start } }
    }.sorted()
    let observed =
      late.isEmpty && unserved.isEmpty
      ? "\(Wording.count(first.waiters.count, "newcomer")), \(served.count) unchoked" + Self.words(served)
      : "\(Wording.count(late.count, "newcomer")) waited too long beside a free slot, \(unserved.count) for a first block"
    let isFail = !evidence.isEmpty
    let lost = scene.isLossy ? "what was waited for may be among the frames that the capture dropped" : nil
    let doubt = isFail ? lost : first.unseen(beyond: whenFree)
    return verdict(
      doubt != nil ? .undecided : isFail ? .fail : .pass, scope: .peer, subjects: [name], parameters: parameters,
      expected: "\(name) unchokes newcomers within \(Wording.seconds(whenFree)) while a slot is free",
      observed: observed, power: .init(n: first.waiters.count, needed: 1), evidence: evidence, reason: doubt)
  }

  /// Twice the time in which a peer serves all its slots in turn.
  private static func round(_ rate: Int64?, _ slots: Int) -> SwarmDuration {
    guard let rate, rate > 0 else { return .zero }
    let seconds = Double(2 * Int64(slots) * max(turn, rate)) / Double(rate)
    return .seconds(min(seconds, 1e6))
  }

  /// Median and longest of these, sorted.
  private static func words(_ times: [SwarmDuration]) -> String {
    guard let longest = times.last else { return "" }
    return ", after \(Wording.seconds(times[times.count / 2])) in the median and \(Wording.seconds(longest)) at most"
  }

  // MARK: The newcomers of the swarm

  private func newcomers(_ firsts: [FirstUnchokes?], _ scene: Scene, _ parameters: Parameters) -> Verdict {
    let whenFull = parameters.duration("whenFull") ?? .seconds(60)
    let arrivals = scene.plan.peers.indices.compactMap { NewcomerArrival($0, scene) }
    let limit = Self.errors / Double(max(1, arrivals.count))
    var late: [(arrival: NewcomerArrival, wait: SwarmDuration)] = []
    for arrival in arrivals {
      let until = arrival.unchoked?.at ?? arrival.lastInterest
      guard until - arrival.interested > whenFull else { continue }
      // Every peer that it was interested in has had its draws.
      var chance = 1.0
      for first in firsts {
        guard let first, Draws.happen(first.view.profile) else { continue }
        for draw in Draws(first).stretches(only: arrival.peer) where draw.end <= until && !draw.hit {
          chance *= 1 - draw.chance
        }
      }
      if chance < limit { late.append((arrival, until - arrival.interested)) }
    }
    let evidence = late.prefix(Self.quoted).map { arrival, wait in
      Evidence(
        t: arrival.interested, frame: arrival.frame > 0 ? Int(arrival.frame) : nil,
        peers: [scene.cast.names[arrival.peer]],
        text: "\(scene.cast.names[arrival.peer]) is interested for the first time here, and nobody unchokes it for "
          + Wording.seconds(wait))
    }
    let times = arrivals.compactMap { arrival in arrival.unchoked.map { $0.at - arrival.interested } }.sorted()
    let payloads = arrivals.compactMap { arrival in arrival.payload.map { $0 - arrival.interested } }.sorted()
    let observed =
      "\(Wording.count(arrivals.count, "newcomer")); first unchoke\(Self.words(times)); "
      + "first block\(Self.words(payloads))"
    let leechers = scene.plan.peers.count { $0.role == .leecher }
    let lost = scene.isLossy ? "an unchoke may be among the frames that the capture dropped" : nil
    let doubt = late.isEmpty && arrivals.count == leechers ? nil : lost
    return verdict(
      doubt != nil ? .undecided : late.isEmpty ? .pass : .fail, scope: .swarm, subjects: [], parameters: parameters,
      expected: "somebody unchokes each newcomer within \(Wording.seconds(whenFull)), or chance explains it",
      observed: late.isEmpty
        ? observed : "\(Wording.count(late.count, "newcomer")) waited longer than chance explains; \(observed)",
      power: .init(n: arrivals.count, needed: 1), evidence: evidence, reason: doubt)
  }
}

/// When a leecher first wanted something of anybody, and got it.
struct NewcomerArrival {
  let peer: Int
  /// Its first Interested, with its frame.
  let interested: SwarmInstant
  let frame: Int32
  /// The first unchoke by anybody from then on; nil if there was none.
  let unchoked: (at: SwarmInstant, frame: Int32)?
  /// When its first block was whole.
  let payload: SwarmInstant?
  /// Until when it was interested in anybody.
  let lastInterest: SwarmInstant

  /// - Returns: nil for a seed, one that never wanted anything, and one of whom the beginning is unknown.
  init?(_ peer: Int, _ scene: Scene) {
    guard scene.plan.peers[peer].role == .leecher else { return nil }
    let interests = scene.timelines.interests.filter { $0.pair.from == peer }
    let unchokes = scene.timelines.unchokes.filter { $0.pair.to == peer }
    guard
      let first = interests.compactMap({ $0.on.first }).min(by: {
        ($0.start, $0.startFrame) < ($1.start, $1.startFrame)
      })
    else { return nil }
    self.peer = peer
    interested = first.start
    frame = first.startFrame
    let open = unchokes.flatMap(\.on).filter { $0.end > first.start }
      .min { ($0.start, $0.startFrame) < ($1.start, $1.startFrame) }
    unchoked = open.map { (max($0.start, first.start), $0.startFrame) }
    let until = unchoked?.at ?? scene.end
    guard !(interests + unchokes).contains(where: { $0.unknown.first.map { $0.start < until } ?? false }) else {
      return nil
    }
    payload = scene.deliveries.pairs.filter { $0.pair.to == peer }.compactMap(\.times.first).min()
      .map { SwarmInstant(nanoseconds: $0) }
    lastInterest = interests.compactMap { $0.on.last?.end }.max() ?? first.end
  }
}
