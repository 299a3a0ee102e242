import Planning
import SwarmTime
import TopologyFile

/// Every process ends as the plan says: by the lab's order, or, told to leave once complete, by itself with status 0 when
/// it is. A kill that was not ours fails the run.
struct ExpectedEndState: Check {
  static let name = "expected-end-state"
  static let kind = Verdict.Kind.invariant
  static let summary = "no process ends but by the lab's order, or by itself once complete where it was told so"
  static let parameters: [ParameterSpec] = []
  static let failedBy = ["crash"]
  static let learnsFromPlan = "which ends were ordered"
  static func needs(_ parameters: Parameters) -> Set<Need> { [.sidecar] }

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    var ends = scene.plan.peers.indices.map { (scene.plan.peers[$0].name, scene.facts.exits[$0], mayLeave($0, scene)) }
    if scene.plan.tracker != nil { ends.append(("tracker", scene.facts.trackerExit, false)) }
    let wrong = ends.filter { _, exit, mayLeave in
      guard let exit, !exit.wasOrdered else { return false }
      return !(mayLeave && exit.signal == nil && exit.code == 0)
    }
    let evidence = wrong.prefix(5).compactMap { name, exit, _ in
      exit.map {
        Evidence(
          t: $0.at, frame: nil, peers: [name],
          text:
            "\(name) \(Self.words($0)), which nobody had ordered; its log is in \(name == "tracker" ? "tracker" : "peers/\(name)")"
        )
      }
    }
    return [
      verdict(
        wrong.isEmpty ? .pass : .fail, scope: .swarm, subjects: wrong.map(\.0), parameters: parameters,
        expected: Self.summary,
        observed: wrong.isEmpty
          ? "\(Wording.count(ends.count, "process", "processes")) ended as ordered"
          : "\(Wording.count(wrong.count, "process", "processes")) ended unordered",
        power: .init(n: ends.count, needed: 1), evidence: evidence)
    ]
  }

  /// Told to leave once complete, and complete as far as the capture can show.
  private func mayLeave(_ peer: Int, _ scene: Scene) -> Bool {
    guard scene.plan.peers[peer].onComplete.action == .leave else { return false }
    return scene.holdings.completions[peer] != nil || scene.gaps != nil || scene.lack(of: .plaintext) != nil
  }

  private static func words(_ exit: RunFacts.Exit) -> String {
    exit.signal.map { "died of signal \($0)" } ?? "exited with status \(exit.code ?? 0)"
  }
}
