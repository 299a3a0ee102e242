import Planning
import SwarmTime
import TopologyFile

/// Who answers an optimistic unchoke with a rate that earns a regular slot gets one: the lecture's three steps.
///
/// A grant is an unchoke at a round that its receiver had not earned: as many others as there are regular slots had surely
/// sent more, or it had sent next to nothing. It counts once its receiver had surely earned a regular slot, and is
/// told by a choke at such a round, or by still being unchoked after the tenure, while somebody else's optimistic
/// slot has begun since: else it might be drawn once more. Whatever is not told is censored.
struct Reciprocation: Check {
  static let name = "reciprocation"
  static let kind = Verdict.Kind.statistic
  static let summary = "an optimistic unchoke that is answered well enough leads to a regular slot"
  static let parameters = [
    ParameterSpec("atLeast", .number(0...1), default: "0.9", "Share of the earners that get a regular slot."),
    ParameterSpec("grants", .integer(1...1_000_000), default: "5", "Fewest earners to judge by."),
  ]
  static let failedBy = ["not-reciprocating"]
  static func needs(_ parameters: Parameters) -> Set<Need> {
    [.profile, .noDrops, .whole, .plaintext, .readable, .timing]
  }

  /// One refusal is no habit.
  private static let leastRefusals = 2
  private static let mostQuoted = 3

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let leechers = scene.plan.peers.indices.filter { scene.plan.peers[$0].role == .leecher }
    if leechers.isEmpty { throw CheckTrouble("the plan names no leechers") }
    let lacks = leechers.map { scene.plan.peers[$0].profile?.judged.lackOfRules }
    if !lacks.contains(nil), case .some(let reason?) = lacks.first { throw CheckTrouble(reason) }
    let needed = Int(parameters.integer("grants") ?? 5)
    let atLeast = Fixed(nearest: parameters.number("atLeast") ?? 0.9)
    var tally = GrantTally()
    var verdicts: [Verdict] = []
    for peer in leechers {
      guard let rechokes = try? scene.rechokes(of: peer) else { continue }
      var own = GrantTally()
      for grant in OptimisticGrant.all(rechokes, scene) { own.add(grant) }
      tally.add(own)
      // A peer that can be judged alone is named; all others are judged together.
      if own.told >= needed { verdicts.append(judge(own, peer, scene, needed, atLeast, parameters)) }
    }
    verdicts.append(judge(tally, nil, scene, needed, atLeast, parameters))
    return verdicts
  }

  private func judge(
    _ tally: GrantTally, _ peer: Int?, _ scene: Scene, _ needed: Int, _ atLeast: Fixed, _ parameters: Parameters
  ) -> Verdict {
    let observed =
      "\(Wording.count(tally.grants.count, "optimistic unchoke")), \(tally.earned) earned a regular slot, "
      + "\(tally.reciprocated) of \(tally.told) told got one"
    func say(
      _ status: Verdict.Status, _ evidence: [Evidence], reason: String? = nil, effect: Verdict.Effect? = nil
    ) -> Verdict {
      verdict(
        status, scope: peer == nil ? .swarm : .peer, subjects: peer.map { [scene.plan.peers[$0].name] } ?? [],
        parameters: parameters, expected: "at least \(Wording.percent(atLeast)) of the earners get a regular slot",
        observed: observed, power: .init(n: tally.told, needed: needed), evidence: evidence, reason: reason,
        effect: effect)
    }
    let refusals = steps(tally.grants.filter { $0.outcome == .refused }, scene, most: Self.mostQuoted)
    let successes = steps(tally.grants.filter { $0.outcome == .reciprocated }, scene, most: 1)
    guard tally.told >= needed, let share = Fixed(Int64(tally.reciprocated), over: Int64(tally.told)) else {
      return say(
        .undecided, refusals + successes,
        reason: "\(tally.told) optimistic unchokes were seen to earn a regular slot and be told, \(needed) are needed")
    }
    let effect = Verdict.Effect(value: share, atLeast: atLeast)
    if share >= atLeast { return say(.pass, successes, effect: effect) }
    if tally.refused < Self.leastRefusals {
      return say(.undecided, refusals + successes, reason: "one refusal only", effect: effect)
    }
    if scene.isLossy {
      return say(
        .undecided, refusals, reason: "a choke or a block may be among the frames that the capture dropped",
        effect: effect)
    }
    return say(.fail, refusals, effect: effect)
  }

  private func steps(_ grants: [OptimisticGrant], _ scene: Scene, most: Int) -> [Evidence] {
    grants.sorted { ($0.start, $0.from, $0.to) < ($1.start, $1.from, $1.to) }.prefix(most).flatMap { grant in
      guard let profile = scene.plan.peers[grant.from].profile else { return [Evidence]() }
      return grant.evidence(scene, window: profile.rateWindow, slots: profile.slots ?? 0)
    }
  }
}

/// What optimistic unchokes came to.
struct GrantTally {
  private(set) var grants: [OptimisticGrant] = []

  mutating func add(_ grant: OptimisticGrant) { grants.append(grant) }
  mutating func add(_ other: GrantTally) { grants += other.grants }

  var reciprocated: Int { count(.reciprocated) }
  var refused: Int { count(.refused) }
  /// Those whose outcome the packets tell.
  var told: Int { reciprocated + refused }
  /// Those that had surely earned a regular slot.
  var earned: Int { grants.reduce(0) { $0 + ($1.earned == nil ? 0 : 1) } }

  /// Median nanoseconds from the unchoke to the round at which its slot was earned, of those that got one.
  var medianTime: Int64? {
    let times = grants.filter { $0.outcome == .reciprocated }.compactMap { $0.timeToEarn?.nanoseconds }.sorted()
    return times.isEmpty ? nil : (times[(times.count - 1) / 2] + times[times.count / 2]) / 2
  }

  private func count(_ outcome: OptimisticGrant.Outcome) -> Int {
    grants.reduce(0) { $0 + ($1.outcome == outcome ? 1 : 0) }
  }
}
