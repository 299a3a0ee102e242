import Planning
import SwarmTime

/// Judges the parts for one peer.
struct OptimisticJudging {
  let sight: RoundSight
  let scene: Scene
  let span: Range<SwarmInstant>
  let parameters: Parameters
  let say: Saying
  /// Logarithm that a likelihood ratio must reach to fail.
  let bound: Double

  var profile: Profile { sight.view.profile }

  func verdict(_ part: OptimisticUnchoke.Part) -> Verdict {
    switch part {
    case .presence: presence()
    case .tenure: tenure()
    case .reach: profile.optimisticChoice == .draw ? reach() : turns()
    case .choice: choice()
    }
  }

  func name(_ partner: Int) -> String { scene.cast.names[partner] }
  func names(_ partners: [Int]) -> String { partners.isEmpty ? "nobody" : partners.map(name).joined(separator: ", ") }

  /// Dropped frames may hold the very message that explains it.
  var doubt: String? { scene.isLossy ? "a choke or unchoke may be among the frames that the capture dropped" : nil }

  // MARK: Presence

  private func presence() -> Verdict {
    let limit = profile.tenure + profile.period
    let expected =
      "\(sight.slots) regular slots and \(Wording.count(profile.optimisticSlots, "optimistic one")) in use while more "
      + "want them, but for at most \(Wording.seconds(limit))"
    let lapses = PresenceLapses(sight, optimisticSlots: profile.optimisticSlots)
    let needed = Int(limit.nanoseconds / max(1, profile.period.nanoseconds)) + 1
    let allowed = Int(parameters.integer("lapses") ?? 3)
    let total = "\(Wording.count(lapses.rounds, "round")) of \(sight.rounds.count) with a slot empty"
    if let longest = lapses.longest, longest.length > limit || lapses.rounds >= allowed {
      let evidence = lapses.stretches.prefix(5).map { stretch in
        Evidence(
          t: stretch.start, frame: stretch.frame, peers: [say.peer] + stretch.waiting.map(name),
          text:
            "for \(Wording.seconds(stretch.length)) at most \(stretch.served) served of \(stretch.needed); waiting: "
            + names(stretch.waiting))
      }
      return say(
        .presence, doubt == nil ? .fail : .undecided, expected,
        "\(total), for up to \(Wording.seconds(longest.length)) at a stretch", lapses.crowded, needed, evidence,
        reason: doubt)
    }
    let isShown = lapses.crowded >= needed
    return say(
      .presence, isShown ? .pass : .undecided, expected, total, lapses.crowded, needed,
      reason: isShown
        ? nil
        : "more wanted slots than there are at \(Wording.count(lapses.crowded, "round")) only, of \(needed) needed")
  }

  // MARK: Reach

  var draws: [VisibleDraw] { VisibleDraw.all(sight, optimisticSlots: profile.optimisticSlots) }

  private func reach() -> Verdict {
    let draws = draws
    let waits = ReachWaits(sight, draws)
    let expected = "nobody is passed over by draws more often than chance allows"
    // Every wait is a test of its own.
    let limit = bound + Likelihood.ln(Double(max(1, waits.waits.count)))
    let total = Wording.count(draws.count, "draw") + " told from regular unchokes"
    guard let worst = waits.worst else {
      return say(
        .reach, .undecided, expected, total, 0, 1,
        reason: "no draw among several could be told from regular unchokes")
    }
    let passed = "\(name(worst.partner)) passed over by \(Wording.count(worst.draws, "draw")) in a row"
    // Draws that the one passed over most would need, at the same chances.
    let needed = Int((limit / max(1e-9, -worst.logarithm) * Double(worst.draws)).rounded(.up))
    if -worst.logarithm >= limit {
      let found = waits.waits.filter { -$0.logarithm >= limit }.sorted {
        ($0.logarithm, $0.partner) < ($1.logarithm, $1.partner)
      }
      let evidence = found.prefix(5).map { wait in
        Evidence(
          t: wait.start, frame: wait.frame, peers: [say.peer, name(wait.partner)],
          text: "\(name(wait.partner)) waited from here until \(Wording.seconds(wait.end)) and was passed over by "
            + "\(Wording.count(wait.draws, "draw")): chance \(Likelihood.chance(wait.logarithm))")
      }
      return say(
        .reach, doubt == nil ? .fail : .undecided, expected,
        "\(passed), chance \(Likelihood.chance(worst.logarithm)); \(total)", worst.draws, needed, evidence,
        reason: doubt)
    }
    let missed = waits.waits.filter { wait in
      !wait.isOver && wait.due >= 1 && !waits.waits.contains { $0.partner == wait.partner && $0.isOver }
        && !draws.contains { $0.chosen == wait.partner }
    }
    let observed = "\(total); longest: \(passed), chance \(Likelihood.chance(worst.logarithm))"
    if let least = missed.min(by: { $0.logarithm < $1.logarithm }) {
      let more = Int((limit / max(1e-9, -least.logarithm) * Double(least.draws)).rounded(.up))
      return say(
        .reach, .undecided, expected, observed, least.draws, more,
        reason: "\(name(least.partner)) was never reached in \(Wording.count(least.draws, "draw")): chance "
          + "\(Likelihood.chance(least.logarithm)); \(more) draws are needed to tell")
    }
    return say(.reach, .pass, expected, observed, worst.draws, needed)
  }

  private func turns() -> Verdict {
    let waits = TurnWaits(sight, span: span)
    let expected = "everybody who waits is served once each other candidate has had a tenure"
    guard let worst = waits.worst else {
      return say(.reach, .undecided, expected, "nobody waited", 0, 1, reason: "nobody waited")
    }
    let words = "\(name(worst.partner)) waited \(Wording.seconds(worst.length)) of \(Wording.seconds(worst.bound))"
    let over = waits.waits.filter { $0.length > $0.bound }
    let served = waits.waits.filter(\.isOver).count
    guard over.isEmpty else {
      let evidence = over.prefix(5).map { wait in
        Evidence(
          t: wait.start, frame: wait.frame, peers: [say.peer, name(wait.partner)],
          text: "\(name(wait.partner)) waited \(Wording.seconds(wait.length)), \(Wording.seconds(wait.bound)) allowed")
      }
      return say(
        .reach, doubt == nil ? .fail : .undecided, expected, words, served, 1, evidence, reason: doubt)
    }
    let isShown = served > 0
    return say(
      .reach, isShown ? .pass : .undecided, expected, "\(Wording.count(served, "wait")) ended; longest: \(words)",
      served, 1, reason: isShown ? nil : "nobody's wait ended")
  }

  // MARK: Choice

  private func choice() -> Verdict {
    let draws = draws.filter { $0.candidates.count > 1 }
    let weight = parameters.number("weight") ?? 3
    let classes = Self.classes(of: sight.view.partners, scene.plan)
    let alternatives = Double(2 * max(1, (classes.count + 1) * ChoiceLikelihood.factors.count))
    let needed = ChoiceLikelihood.needed(weight: weight, bound: bound + Likelihood.ln(alternatives))
    let expected =
      "candidates are drawn by weight: \(profile.newcomerWeight) for one never yet unchoked on its connection, else 1"
    let likelihood = ChoiceLikelihood(draws, classes: classes)
    let total = "\(Wording.count(draws.count, "draw")) told from regular unchokes"
    if likelihood.logarithm >= bound {
      let evidence = Self.tally(draws).prefix(5).map { line in
        Evidence(
          t: draws[0].at, frame: draws[0].frame, peers: [say.peer, name(line.partner)],
          text: "\(name(line.partner)) was chosen \(Wording.count(line.chosen, "time")) by "
            + "\(Wording.seconds(draws[draws.count - 1].at)); \(Wording.trimmed(Fixed(nearest: line.due), places: 1)) "
            + "expected")
      }
      return say(
        .choice, doubt == nil ? .fail : .undecided, expected,
        "\(total); that \(likelihood.best.words) explains them better: chance "
          + "\(Likelihood.chance(-likelihood.logarithm))", draws.count, needed, Array(evidence), reason: doubt)
    }
    let isShown = draws.count >= needed
    let factor = Wording.trimmed(Fixed(nearest: weight), places: 2)
    return say(
      .choice, isShown ? .pass : .undecided, expected, total, draws.count, needed,
      reason: isShown
        ? nil : "\(needed) draws are needed to find that one half is favoured \(factor) times; \(draws.count) were told"
    )
  }

  /// Who was chosen how often and how often that was due, the most striking first.
  static func tally(_ draws: [VisibleDraw]) -> [(partner: Int, chosen: Int, due: Double)] {
    var chosen: [Int: Int] = [:]
    var due: [Int: Double] = [:]
    for draw in draws {
      chosen[draw.chosen, default: 0] += 1
      for (partner, weight) in draw.candidates { due[partner, default: 0] += Double(weight) / Double(draw.total) }
    }
    func excess(_ partner: Int) -> Double {
      let difference = Double(chosen[partner, default: 0]) - due[partner, default: 0]
      return difference * difference / max(0.1, due[partner, default: 0])
    }
    return due.keys.sorted { (-excess($0), $0) < (-excess($1), $1) }.map {
      ($0, chosen[$0, default: 0], due[$0, default: 0])
    }
  }

  /// What a choker might tell its partners apart by: groups, and low bits of the address byte in which peers differ.
  static func classes(of partners: [Int], _ plan: Plan) -> [ChoiceLikelihood.Favoured] {
    let known = partners.filter { $0 < plan.peers.count }
    var classes: [ChoiceLikelihood.Favoured] = []
    func add(_ words: String, _ members: Set<Int>) {
      guard !members.isEmpty, members.count < partners.count else { return }
      classes.append(ChoiceLikelihood.Favoured(words: words) { members.contains($0) })
    }
    for group in Set(known.map { plan.peers[$0].group }).sorted() {
      add("those of \(group)", Set(known.filter { plan.peers[$0].group == group }))
    }
    for bit in 0..<3 {
      let members = known.filter { peer in
        let bytes = plan.peers[peer].address.split(separator: ".").compactMap { Int($0) }
        return bytes.count == 4 && (bytes[2] >> bit) & 1 == 0
      }
      add(
        bit == 0 ? "those with an even third address byte" : "those without bit \(bit) in the third address byte",
        Set(members))
    }
    return classes
  }
}
