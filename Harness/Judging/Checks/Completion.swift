import Planning
import SwarmTime
import TopologyFile

/// Every peer that the plan expects to complete shows it on the wire in time, and nobody dies unordered.
struct Completion: Check {
  static let name = "completion"
  static let kind = Verdict.Kind.invariant
  static let summary = "every peer that should complete shows it on the wire (HAVE, bitfield or left=0) in time"
  static let parameters = [
    ParameterSpec(
      "within", .duration, "Swarm time since zero by which all must be complete; the run's deadline if not given."),
    ParameterSpec(
      "expect", .choice(["all", "none"]),
      "`none`: nobody completes, as where the only source is taken away in time; the verdicts say how far each came. `all` "
        + "if not given."),
  ]
  static let failedBy = ["stop-short"]
  static let learnsFromPlan = "which peers should complete, and by when"
  static func needs(_ parameters: Parameters) -> Set<Need> { [.sidecar] }

  func judge(_ scene: Scene, _ parameters: Parameters) -> [Verdict] {
    let deadline = SwarmInstant.zero + (parameters.duration("within") ?? scene.plan.until.within)
    guard parameters.values["expect"] != .text("none") else {
      return scene.plan.peers.indices.compactMap { death(of: $0, scene, parameters) }
        + [Standstill(scene: scene).verdict(by: deadline, parameters)]
    }
    return scene.plan.peers.indices.compactMap { peer in
      death(of: peer, scene, parameters)
        ?? (scene.plan.peers[peer].expectedToComplete ? completion(of: peer, by: deadline, scene, parameters) : nil)
    }
  }

  /// A death that nobody ordered fails the run, whoever it was (DEFINITIONS, Peers).
  private func death(of peer: Int, _ scene: Scene, _ parameters: Parameters) -> Verdict? {
    guard let exit = scene.facts.exits[peer], !exit.wasOrdered, exit.signal != nil || (exit.code ?? 0) != 0 else {
      return nil
    }
    let name = scene.plan.peers[peer].name
    let how = exit.signal.map { "died of signal \($0)" } ?? "exited with status \(exit.code ?? 0)"
    return verdict(
      .fail, scope: .peer, subjects: [name], parameters: parameters, expected: "\(name) lives until it is told to stop",
      observed: "\(name) \(how) at \(Wording.seconds(exit.at)); its log is in peers/\(name)",
      power: .init(n: 1, needed: 1),
      evidence: [Evidence(t: exit.at, frame: nil, peers: [name], text: "\(name) \(how), which nobody had ordered")])
  }

  private func completion(
    of peer: Int, by deadline: SwarmInstant, _ scene: Scene, _ parameters: Parameters
  ) -> Verdict {
    let name = scene.plan.peers[peer].name
    let expected = "\(name) is complete by \(Wording.seconds(deadline))"
    func say(
      _ status: Verdict.Status, _ observed: String, _ evidence: [Evidence] = [], reason: String? = nil
    ) -> Verdict {
      verdict(
        status, scope: .peer, subjects: [name], parameters: parameters, expected: expected, observed: observed,
        power: .init(n: 1, needed: 1), evidence: evidence, reason: reason)
    }

    if let completed = scene.holdings.completions[peer] {
      let evidence = Evidence(
        t: completed.at, frame: completed.frame, peers: [name], text: "\(name) \(completed.sign.text)")
      let observed = "complete at \(Wording.seconds(completed.at))"
      if completed.at <= deadline { return say(.pass, observed, [evidence]) }
      if let trouble = scene.timingTrouble { return say(.undecided, observed, [evidence], reason: trouble) }
      return say(.fail, observed + ", too late", [evidence])
    }
    let held = "\(scene.holdings.count(peer)) of \(scene.holdings.wanted[peer]) pieces seen"
    if let gaps = scene.gaps { return say(.undecided, held, reason: gaps) }
    if let lack = scene.lack(of: .plaintext) { return say(.undecided, held, reason: lack) }
    if let cut = scene.facts.cut(before: deadline) { return say(.undecided, held, reason: cut) }
    if let absence = scene.facts.absence(of: peer, at: min(deadline, scene.end)) {
      return say(
        .undecided, held,
        reason: "\(absence.kind.rawValue) of \(Wording.seconds(absence.at)) holds it out of the swarm until after then")
    }
    var evidence: [Evidence] = []
    if let last = scene.holdings.last(peer) {
      evidence.append(
        Evidence(
          t: last.at, frame: last.frame, peers: [name],
          text: "\(name) says that it has piece \(last.piece), and of no other after that"))
    }
    if let exit = scene.facts.exits[peer], !exit.wasOrdered {
      evidence.append(Evidence(t: exit.at, frame: nil, peers: [name], text: "\(name) left by itself, incomplete"))
    }
    let owed = OwedBlocks.toward(peer, scene)
    evidence += owed.prefix(Self.quoted).map { Self.evidence(of: $0, to: name, scene) }
    let stall = owed.first.map { debt in
      "; stalled: \(scene.cast.names[debt.sender]) keeps it unchoked, has left "
        + "\(Wording.count(debt.count, "request")) unanswered, and has sent it nothing for "
        + Wording.seconds(debt.silence)
    }
    return say(.fail, "not complete: \(held)\(stall ?? "")", evidence)
  }

  private static let quoted = 3

  private static func evidence(of debt: OwedBlocks, to name: String, _ scene: Scene) -> Evidence {
    let sender = scene.cast.names[debt.sender]
    let later = debt.overtaken > 0 ? ", though it answered \(Wording.count(debt.overtaken, "later request"))" : ""
    return Evidence(
      t: debt.askedAt, frame: Int(debt.askedFrame), peers: [name, sender],
      text: "\(name), unchoked, asks \(sender) for \(debt.first), the first of \(debt.count) that \(sender) never "
        + "answers\(later); its last block comes by \(Wording.seconds(debt.since))")
  }
}

extension Holdings.Completed.Sign {
  var text: String {
    switch self {
    case .have(let piece): "sent HAVE of piece \(piece), its last"
    case .bitfield: "sent a bitfield with its last pieces"
    case .haveAll: "sent have-all"
    case .nothingLeft: "told the tracker that nothing is left"
    case .delivered: "was delivered the last byte of its download"
    }
  }
}
