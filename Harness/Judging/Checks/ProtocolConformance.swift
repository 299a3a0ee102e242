import Planning
import SwarmTime
import TopologyFile

/// Every peer keeps the rules of peer wire (BEP 3, BEP 6), each judged where it is knowable.
///
/// State before a connection's handshake, and after a hole that may have held it, is unknown, and nobody is blamed for
/// what may have been said in it. The rules are listed in `ProtocolRule`.
struct ProtocolConformance: Check {
  static let name = "protocol-conformance"
  static let kind = Verdict.Kind.invariant
  static let summary = "peers keep the rules of BEP 3 and BEP 6: bitfield first, lengths, ranges, requests, rejects"
  static let parameters = [
    ParameterSpec(
      "grace", .duration, default: "2 s", "How long after a choke a request may still come, in swarm time."),
    ParameterSpec(
      "rejectWithin", .duration, default: "5 s",
      "How long a reject may take, in swarm time; what delays the wire is added."),
  ]
  static let failedBy = [
    "request-while-choked", "unasked-block", "late-bitfield", "no-reject", "request-held-piece", "false-have", "silent",
  ]
  static func needs(_ parameters: Parameters) -> Set<Need> { [.noDrops, .plaintext] }

  /// Breaches of one rule that are quoted.
  private static let quoted = 5

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let walk = ConformanceWalk(
      scene, grace: parameters.duration("grace") ?? .seconds(2),
      rejectWithin: parameters.duration("rejectWithin") ?? .seconds(5))
    var byPeer = [[Breach]](repeating: [], count: scene.cast.count)
    for breach in walk.breaches { byPeer[breach.offender].append(breach) }
    let verdicts = byPeer.indices.filter { walk.conversations[$0] > 0 }.map { peer in
      judge(peer, byPeer[peer], walk, scene, parameters)
    }
    if verdicts.isEmpty { throw CheckTrouble("no connection that carries peer wire was seen") }
    return verdicts
  }

  private func judge(
    _ peer: Int, _ breaches: [Breach], _ walk: ConformanceWalk, _ scene: Scene, _ parameters: Parameters
  ) -> Verdict {
    let name = scene.cast.names[peer]
    let (all, known) = (walk.conversations[peer], walk.fromStart[peer])
    func say(_ status: Verdict.Status, _ observed: String, _ evidence: [Evidence] = [], reason: String? = nil)
      -> Verdict
    {
      verdict(
        status, scope: .peer, subjects: [name], parameters: parameters, expected: "no rule of peer wire is broken",
        observed: observed, power: .init(n: walk.messagesSent[peer], needed: 1), evidence: evidence, reason: reason)
    }
    guard breaches.isEmpty else {
      var counts: [String] = []
      var evidence: [Evidence] = []
      for rule in ProtocolRule.allCases {
        let broken = breaches.filter { $0.rule == rule }
        if broken.isEmpty { continue }
        counts.append("\(rule.rawValue): \(broken.count)")
        evidence += broken.prefix(Self.quoted).map { breach in
          Evidence(
            t: breach.at, frame: Int(breach.frame), peers: [name, scene.cast.names[breach.other]],
            text: "\(name) to \(scene.cast.names[breach.other]): \(breach.text)")
        }
      }
      return say(.fail, "broken rules: " + counts.joined(separator: ", "), evidence)
    }
    let observed =
      "\(Wording.count(walk.messagesSent[peer], "message")) on \(Wording.count(all, "connection")), "
      + "\(known) of them seen from the start; nothing wrong"
    if known == 0 { return say(.undecided, observed, reason: "no connection of \(name) was seen from its start") }
    if let trouble = scene.timingTrouble { return say(.undecided, observed, reason: trouble) }
    return say(.pass, observed)
  }
}
