import Planning
import SwarmTime
import TopologyFile

/// The swarm's efficiency, bound / makespan, is at least what was asked for.
struct DistributionTime: Check {
  static let name = "distribution-time"
  static let kind = Verdict.Kind.statistic
  static let summary = "efficiency (distribution-time bound / makespan) is at least `atLeast`"
  static let parameters = [
    ParameterSpec(
      "atLeast", .number(0...1), "Least efficiency; without it there is only the metric, and the check is undecided.")
  ]
  static let failedBy = ["lazy-upload"]
  static let learnsFromPlan = "the payload's size and the peers' limits, which the bound is made of"
  static func needs(_ parameters: Parameters) -> Set<Need> { [.sidecar, .timing] }

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    guard let bound = scene.plan.bound, bound.duration > .zero else {
      throw CheckTrouble("no bound is known for this swarm")
    }
    let atLeast = parameters.number("atLeast").map { Fixed(nearest: $0) }
    let theory = "\(Wording.seconds(bound.duration)) (\(bound.decidedBy))"
    let expected = atLeast.map { "efficiency of at least \($0)" } ?? "an efficiency"
    func say(
      _ status: Verdict.Status, _ observed: String, _ evidence: [Evidence] = [], reason: String? = nil
    ) -> [Verdict] {
      [
        verdict(
          status, scope: .swarm, subjects: [], parameters: parameters, expected: "\(expected); bound \(theory)",
          observed: observed, power: .init(n: 1, needed: 1), evidence: evidence, reason: reason)
      ]
    }

    let makespan = Makespan(scene)
    guard let span = makespan.completed, let efficiency = Fixed(bound.duration.nanoseconds, over: span.nanoseconds)
    else { return unfinished(makespan, bound, atLeast, scene, say) }
    let last = makespan.last.flatMap { peer in
      scene.holdings.completions[peer].map {
        Evidence(
          t: $0.at, frame: $0.frame, peers: [scene.plan.peers[peer].name],
          text: "\(scene.plan.peers[peer].name), the last, \($0.sign.text)")
      }
    }
    let observed = "efficiency \(efficiency), makespan \(Wording.seconds(span))"
    if span.nanoseconds < bound.duration.nanoseconds - Self.burstHeadStart(scene) {
      return say(
        .undecided, observed, [last].compactMap { $0 },
        reason: "faster than the bound and the bursts allow: a fault of the harness, or the bound does not apply")
    }
    guard let atLeast else {
      return say(.undecided, observed, reason: "no `atLeast` was given: this is a metric only")
    }
    var verdicts = say(efficiency >= atLeast ? .pass : .fail, observed, [last].compactMap { $0 })
    verdicts[0].effect = .init(value: efficiency, atLeast: atLeast)
    return verdicts
  }

  /// Somebody has not completed: the makespan is at least the run's length.
  private func unfinished(
    _ makespan: Makespan, _ bound: BoundPlan, _ atLeast: Fixed?, _ scene: Scene,
    _ say: (Verdict.Status, String, [Evidence], String?) -> [Verdict]
  ) -> [Verdict] {
    guard !makespan.missing.isEmpty else { return say(.undecided, "nobody completed", [], "nobody should complete") }
    let names = makespan.missing.map { scene.plan.peers[$0].name }.joined(separator: ", ")
    let end = scene.end.nanoseconds
    guard let atLeast, end > 0, let most = Fixed(bound.duration.nanoseconds, over: end), most < atLeast,
      scene.gaps == nil
    else {
      return say(.undecided, "no makespan", [], "these have not completed: \(names)")
    }
    return say(.fail, "efficiency below \(most): \(names) incomplete after \(Wording.seconds(end))", [], nil)
  }

  /// Bounds are stated without burst: a bucket that starts full saves burst / rate at most, once at each hop of seed
  /// and leecher. Nanoseconds.
  private static func burstHeadStart(_ scene: Scene) -> Int64 {
    func longest(_ role: PeerPlan.Role) -> Int64 {
      scene.plan.peers.filter { $0.role == role }.flatMap { [$0.upload, $0.download] }.reduce(0) { most, limit in
        guard let limit, limit.bytesPerSecond > 0 else { return most }
        return max(most, Int64((Double(limit.burstBytes) / Double(limit.bytesPerSecond) * 1e9).rounded()))
      }
    }
    return longest(.seed) + longest(.leecher)
  }
}
