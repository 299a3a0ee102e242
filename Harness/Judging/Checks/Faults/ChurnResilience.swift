import Planning
import SwarmTime
import TopologyFile

/// Who stays completes, whoever comes and goes around it.
///
/// Judged are the leechers that are in the swarm at its end and that the plan expects to complete, each with what it wants.
/// Where the peers that are left do not hold that between them nobody could complete, which is nobody's fault: undecided.
struct ChurnResilience: Check {
  static let name = "churn-resilience"
  static let kind = Verdict.Kind.invariant
  static let summary =
    "who stays completes, whoever comes and goes around it, while a full copy is left among the peers"
  static let parameters: [ParameterSpec] = []
  static let failedBy = ["stop-short"]
  static let learnsFromPlan = "who came and went"
  static func needs(_ parameters: Parameters) -> Set<Need> { [.sidecar, .noDrops, .plaintext] }

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let departures = scene.facts.faults.filter { [.leave, .kill, .restart, .isolate, .partition].contains($0.kind) }
    if departures.isEmpty { throw CheckTrouble("nobody was taken out of the swarm") }
    let survivors = Survivors(scene)
    return [
      survivors.verdict(
        of: Self.self, survivors.leechers, after: departures[0].at,
        what: "\(Wording.count(departures.count, "departure"))", scene, parameters)
    ]
  }
}

/// The seeds are taken away once a copy of all that is still wanted is out, and all who stay complete. What none of them
/// wants may be lost.
struct SurvivesSeedLoss: Check {
  static let name = "survives-seed-loss"
  static let kind = Verdict.Kind.invariant
  static let summary = "once a full copy is among the leechers they complete without the seeds"
  static let parameters: [ParameterSpec] = []
  static let failedBy = ["stop-short"]
  static let learnsFromPlan = "when the seeds were taken away"
  static func needs(_ parameters: Parameters) -> Set<Need> { [.sidecar, .noDrops, .plaintext] }

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let seeds = Set(scene.plan.peers.indices.filter { scene.plan.peers[$0].role == .seed })
    let survivors = Survivors(scene)
    guard !seeds.isEmpty, seeds.isDisjoint(with: survivors.present) else {
      throw CheckTrouble("a seed is in the swarm to its end")
    }
    let lost = scene.facts.faults.filter { !seeds.isDisjoint(with: $0.peers) && [.leave, .kill].contains($0.kind) }
    guard let last = lost.map(\.at).max() else { throw CheckTrouble("no fault took a seed away") }
    let wanted = survivors.wanted(by: survivors.leechers)
    let held = survivors.jointlyHeld(by: survivors.leechers, of: wanted, at: last)
    guard held == wanted else {
      throw CheckTrouble(
        "when the last seed was gone the leechers that stayed held \(held) of \(wanted) pieces between them")
    }
    return [
      survivors.verdict(
        of: Self.self, survivors.leechers, after: last, what: "the loss of the last seed", scene, parameters)
    ]
  }
}

/// The tracker goes, or answers nothing that helps, and who had joined completes; who joins meanwhile does where it meets
/// anybody.
struct SurvivesTrackerLoss: Check {
  static let name = "survives-tracker-loss"
  static let kind = Verdict.Kind.invariant
  static let summary = "without the tracker they complete who had joined before, and newcomers who meet anybody"
  static let parameters: [ParameterSpec] = []
  static let failedBy = ["stop-short"]
  static let learnsFromPlan = "when the tracker was stopped or erred"
  /// Who had joined so long before had been answered, and had the time to meet somebody.
  private static let announcing = SwarmDuration.seconds(10)
  static func needs(_ parameters: Parameters) -> Set<Need> { [.sidecar, .noDrops, .plaintext] }

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let ordered = scene.facts.faults.first { $0.kind.isOfTracker }?.at
    let unordered = scene.facts.trackerExit.flatMap { $0.wasOrdered ? nil : $0.at }
    guard let loss = [ordered, unordered].compactMap({ $0 }).min() else {
      throw CheckTrouble("the tracker was neither stopped nor made to err")
    }
    let survivors = Survivors(scene)
    let met = Set(scene.conversations.flatMap { [$0.first, $0.second] })
    let judged = survivors.leechers.filter { scene.arrivals[$0] + Self.announcing <= loss || met.contains($0) }
    return [
      survivors.verdict(of: Self.self, judged, after: loss, what: "the loss of the tracker", scene, parameters)
    ]
  }
}

/// Who is in the swarm at its end, and what they hold.
struct Survivors {
  let scene: Scene
  /// By place in the plan, rising.
  let present: [Int]

  init(_ scene: Scene) {
    self.scene = scene
    let end = scene.facts.end?.at ?? scene.end
    present = scene.plan.peers.indices.filter { peer in
      guard scene.facts.joined[peer] != nil else { return false }
      // Who was told to go may be on its way still, and who is cut off is there for nobody.
      guard scene.facts.absence(of: peer, at: end) == nil else { return false }
      // Who has seeded for as long as it was to is out of the swarm, though its process lives on.
      if let left = scene.facts.leaves[peer], left < end { return false }
      guard !Self.isStranded(peer, scene, end) else { return false }
      // Who died unordered, or left once complete, is gone, unless it came back: as a process anew.
      return scene.facts.endOfLastLife(peer, by: end).map { $0 >= end } ?? true
    }
  }

  /// It came back, or went on elsewhere, where no tracker told it of others in time, and met nobody since.
  private static func isStranded(_ peer: Int, _ scene: Scene, _ end: SwarmInstant) -> Bool {
    let returns = scene.facts.faults.filter { [.leave, .restart].contains($0.kind) && $0.peers.contains(peer) }
    let moves = scene.facts.moves.filter { $0.peer == peer }
    guard let last = (returns.compactMap(\.healedAt) + moves.map(\.at)).max(), scene.findsOthers(from: last) >= end
    else { return false }
    return !scene.conversations.contains { conversation in
      [conversation.first, conversation.second].contains(peer) && conversation.isKnownFromStart
        && conversation.opened >= last
    }
  }

  /// Leechers that the plan expects to complete.
  var leechers: [Int] {
    present.filter { scene.plan.peers[$0].role == .leecher && scene.plan.peers[$0].expectedToComplete }
  }

  /// So many pieces, from the first on, are wanted by one of these or another.
  func wanted(by peers: [Int]) -> Int { peers.map { scene.holdings.wanted[$0] }.max() ?? 0 }

  /// How many of so many first pieces these peers had said, by then, that they have.
  func jointlyHeld(by peers: [Int], of wanted: Int, at instant: SwarmInstant) -> Int {
    (0..<wanted).count { isHeld($0, by: peers, at: instant) }
  }

  /// How many pieces, from the first on, there are before one that none of these peers had said by then that it has.
  private func unbroken(among peers: [Int], at instant: SwarmInstant) -> Int {
    let all = 0..<scene.holdings.pieceCount
    return all.first { !isHeld($0, by: peers, at: instant) } ?? all.upperBound
  }

  /// Those who are left, but for who is on the other side of a partition.
  private func reach(of peer: Int) -> [Int] { present.filter { !scene.facts.isParted(peer, $0, at: scene.end) } }

  private func isHeld(_ piece: Int, by peers: [Int], at instant: SwarmInstant) -> Bool {
    peers.contains { peer in
      scene.plan.peers[peer].role == .seed
        || (scene.holdings.said(peer, has: piece)?.at).map { $0 <= instant } ?? false
    }
  }

  /// - Parameter judged: peers that must be complete at the end.
  func verdict<One: Check>(
    of check: One.Type, _ judged: [Int], after moment: SwarmInstant, what: String, _ scene: Scene,
    _ parameters: Parameters
  ) -> Verdict {
    let names = scene.cast.names
    let incomplete = judged.filter { scene.holdings.completions[$0] == nil }
    // Somebody may want a part that is there, and another a piece that is nowhere, or on the other side of a partition.
    let wronged = incomplete.filter { peer in
      scene.holdings.wanted[peer] <= unbroken(among: reach(of: peer), at: scene.end)
    }
    let named = wronged.isEmpty ? incomplete : wronged
    let last = judged.compactMap { scene.holdings.completions[$0] }.max { $0.at < $1.at }
    var evidence = [Evidence(t: moment, frame: nil, peers: [], text: "here came \(what)")]
    var (status, reason): (Verdict.Status, String?) = (.pass, nil)
    var observed = "\(judged.count - incomplete.count) of \(judged.count) who stayed are complete after \(what)"
    if let last { observed += ", the last at \(Wording.seconds(last.at))" }
    if judged.isEmpty {
      (status, reason) = (.undecided, "nobody who should complete was left")
    } else if !incomplete.isEmpty {
      reason = scene.facts.cut(before: SwarmInstant.zero + scene.plan.until.within)
      status = wronged.isEmpty || reason != nil ? .undecided : .fail
      if wronged.isEmpty {
        let wanted = wanted(by: incomplete)
        let joint = jointlyHeld(by: present, of: wanted, at: scene.end)
        reason =
          "the peers that were left hold \(joint) of \(wanted) pieces between them"
          + (joint < wanted ? "" : ", on two sides of a partition")
      }
      for peer in named.prefix(5) {
        let (wanted, said) = (scene.holdings.wanted[peer], scene.holdings.last(peer))
        let lack = Lack(of: peer, among: reach(of: peer), scene)
        evidence.append(
          Evidence(
            t: said?.at ?? scene.end, frame: said?.frame, peers: [names[peer]],
            text: "\(names[peer]) holds \(wanted - lack.count) of \(wanted) pieces, and no more after this; "
              + lack.text))
      }
    }
    return One().verdict(
      status, scope: .swarm, subjects: named.map { names[$0] }, parameters: parameters, expected: One.summary,
      observed: observed, power: .init(n: judged.count, needed: 1), evidence: evidence, reason: reason)
  }
}
