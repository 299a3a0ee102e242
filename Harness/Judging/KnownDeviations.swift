import Planning

extension Verdict {
  /// What a verdict comes to for whoever reads it: its status, but for a fail that the client's file foretells.
  public enum Outcome: String, Hashable, Sendable, CaseIterable {
    case pass
    /// It failed as its client is known to: an expected failure, which fails no run.
    case deviates
    case undecided, fail
  }

  public var outcome: Outcome {
    switch status {
    case .pass: .pass
    case .undecided: .undecided
    case .fail: knownDeviation == nil ? .fail : .deviates
    }
  }
}

/// Which verdicts fall under the known deviations of the clients that they are about.
///
/// A verdict of peers is about the first one it names, whose doing is judged. One of the whole swarm falls under a
/// deviation only where every peer's client has it: in a mixed swarm nobody knows whose fail it was.
struct KnownDeviations {
  private let byPeer: [String: [KnownDeviation]]
  private let ofAll: [KnownDeviation]

  init(_ plan: Plan) {
    var byPeer: [String: [KnownDeviation]] = [:]
    for peer in plan.peers { byPeer[peer.name] = peer.knownDeviations }
    self.byPeer = byPeer
    ofAll = (plan.peers.first?.knownDeviations ?? []).filter { one in
      plan.peers.allSatisfy { $0.knownDeviations?.contains { $0.check == one.check } ?? false }
    }
  }

  func covering(_ verdict: Verdict) -> KnownDeviation? {
    let known = verdict.subjects.first.map { byPeer[$0] ?? [] } ?? ofAll
    return known.first { $0.check == verdict.check }
  }
}
