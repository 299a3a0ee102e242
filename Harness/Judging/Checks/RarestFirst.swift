import Planning
import SwarmTime
import TopologyFile

/// Of the pieces that a peer could ask for it asks for the rarest first (Cohen 2003, section 2.4; Legout 2006).
///
/// A pick is a first request of a piece (see `PickWalk` for what is left out). Its rank is the share of the other
/// candidates that were rarer; ranks are set against what a picker by lot would have had on the same occasions, so that
/// one by lot has 0.5, however many pieces were equally rare. Picks in which all candidates were equally rare say
/// nothing and do not count; so a suggestion (BEP 6), which breaks ties, does no harm.
struct RarestFirst: Check {
  static let name = "rarest-first"
  static let kind = Verdict.Kind.statistic
  static let summary = "of the pieces that a peer could ask for it first asks for the rarest"
  static let parameters = [
    ParameterSpec(
      "atMost", .number(0...1), default: "0.15",
      "Greatest mean of the normalised rarity rank: 0 is always a rarest piece, 0.5 a piece by lot."),
    ParameterSpec("picks", .integer(10...1_000_000), default: "100", "Picks without ties that are needed."),
  ]
  static let failedBy = ["sequential-picker", "common-first"]
  static func needs(_ parameters: Parameters) -> Set<Need> {
    [.sidecar, .noDrops, .whole, .plaintext, .readable, .clock]
  }

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let atMost = Fixed(nearest: parameters.number("atMost") ?? 0.15)
    let needed = Int(parameters.integer("picks") ?? 100)
    let walk = PickWalk(scene)
    var verdicts: [Verdict] = []
    // Those with too few picks of their own are judged together.
    var others = PickTally()
    var otherNames: [String] = []
    for (peer, plan) in scene.plan.peers.enumerated() where walk.tallies[peer].isKnown {
      let tally = walk.tallies[peer]
      if tally.picks >= needed {
        verdicts.append(judge(tally, of: [plan.name], scope: .peer, atMost, needed, scene, parameters))
      } else if tally.picks > 0 {
        others.add(tally)
        otherNames.append(plan.name)
      }
    }
    if others.picks >= needed {
      verdicts.append(judge(others, of: otherNames, scope: .swarm, atMost, needed, scene, parameters))
    }
    if verdicts.isEmpty {
      let known = walk.tallies.prefix(scene.plan.peers.count).filter(\.isKnown).count
      return [
        verdict(
          .undecided, scope: .swarm, subjects: [], parameters: parameters, expected: Self.expected(atMost),
          observed: "\(Wording.count(others.picks, "pick")) without ties",
          power: .init(n: others.picks, needed: needed),
          reason: known == 0
            ? "of no peer all that it was told is known"
            : "only \(Wording.count(others.picks, "pick")) without ties, \(needed) needed: the payload has too few pieces"
        )
      ]
    }
    return verdicts
  }

  private static func expected(_ atMost: Fixed) -> String {
    "a mean rarity rank of at most \(Wording.trimmed(atMost, places: 6)) (0 rarest first, 0.5 by lot)"
  }

  private func judge(
    _ tally: PickTally, of names: [String], scope: Verdict.Scope, _ atMost: Fixed, _ needed: Int, _ scene: Scene,
    _ parameters: Parameters
  ) -> Verdict {
    let rank = Fixed(nearest: tally.normalisedRank ?? 0)
    let who = scope == .swarm ? ", of \(Wording.count(names.count, "peer")) with few picks each" : ""
    let isFail = rank > atMost
    let evidence = tally.worst.map { pick in
      Evidence(
        t: pick.at, frame: Int(pick.frame),
        peers: [scene.cast.names[pick.by], scene.cast.names[pick.from]],
        text: "asks for piece \(pick.piece), of which it knows \(Wording.count(pick.copies, "copy", "copies")), where "
          + "\(pick.rarer) of \(pick.candidates) that it could have asked for were rarer "
          + "(the rarest: \(pick.fewestCopies))")
    }
    return verdict(
      isFail ? .fail : .pass, scope: scope, subjects: scope == .peer ? names : [], parameters: parameters,
      expected: Self.expected(atMost),
      observed: "a mean rarity rank of \(rank) over \(Wording.count(tally.picks, "pick")) without ties\(who)",
      power: .init(n: tally.picks, needed: needed), evidence: isFail ? evidence : [],
      effect: .init(
        value: Fixed(millionths: 1_000_000 - rank.millionths),
        atLeast: Fixed(millionths: 1_000_000 - atMost.millionths)))
  }
}
