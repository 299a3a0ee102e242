import Planning
import SwarmTime

extension OptimisticJudging {
  /// How much likelier than by lot a reluctant choker stays with whom it has: several, since nobody knows how reluctant.
  static let reluctances = [0.3, 0.6, 0.95]

  func tenure() -> Verdict {
    let expected =
      "an optimistic unchoke lasts \(Wording.seconds(profile.tenure)), until the next round, unless its holder earns a "
      + "regular slot, leaves or loses interest"
    if profile.optimisticPeriod != nil { return OwnClockTenure(sight).verdict(self, expected) }
    let told = draws.count
    func undecided(_ reason: String) -> Verdict {
      say(.tenure, .undecided, expected, "not judged", told, Self.neededTenures, reason: reason)
    }
    if let grid = sight.view.grid, grid.matched < 4 * grid.unmatched {
      return undecided("its choke changes do not lie on a grid of \(Wording.seconds(profile.period))")
    }
    let rules = TenureRules(profile, slots: sight.slots, delay: sight.view.delay, isOnGrid: sight.isOnGrid)
    let runs = Self.reluctances.map { follow(rules, $0) }
    if runs.contains(where: \.isOverwhelmed) {
      return undecided("too many ways to tell \(profile.optimisticSlots) optimistic unchokes from regular ones")
    }
    let unexplained = runs[0].suspicion.unexplained
    let logarithm = Likelihood.lnMean(runs.map(\.suspicion.logarithm)) ?? 0
    let total =
      "\(Wording.count(sight.rounds.count, "round")), \(Wording.count(told, "optimistic unchoke")) told for sure"
    let allowed = Int(parameters.integer("unexplained") ?? 2)
    if unexplained >= allowed {
      return say(
        .tenure, doubt == nil ? .fail : .undecided, expected,
        "\(Wording.count(unexplained, "round")) that no assignment of optimistic slots explains; \(total)", told,
        Self.neededTenures, unexplainedRounds(runs[0]), reason: doubt)
    }
    if logarithm >= bound {
      let suspect = runs.max { $0.suspicion < $1.suspicion } ?? runs[0]
      return say(
        .tenure, doubt == nil ? .fail : .undecided, expected,
        "tenures end and begin anew with whoever was unchoked already: chance \(Likelihood.chance(-logarithm)); \(total)",
        told, Self.neededTenures, stays(suspect), reason: doubt)
    }
    if unexplained > 0 {
      return say(
        .tenure, .undecided, expected, total, told, Self.neededTenures, unexplainedRounds(runs[0]),
        reason: "no assignment of optimistic slots explains one round; \(allowed) would be a fail")
    }
    let isShown = told >= Self.neededTenures
    return say(
      .tenure, isShown ? .pass : .undecided, expected, total, told, Self.neededTenures,
      reason: isShown
        ? nil
        : "\(Wording.count(told, "optimistic unchoke")) could be told from regular ones, of \(Self.neededTenures) needed"
    )
  }

  static var neededTenures: Int { 3 }

  /// Rounds, and what happened between them, in the order of time.
  private func follow(_ rules: TenureRules, _ reluctance: Double) -> TenureAutomaton {
    var automaton = TenureAutomaton(rules, reluctance: reluctance, from: span.lowerBound)
    var place = 0
    func pass(until time: SwarmInstant) {
      while place < sight.between.count, sight.between[place].at < time {
        let change = sight.between[place]
        place += 1
        automaton.seeBetween(
          at: change.at, frame: Int(change.frame), served: sight.served(at: change.at))
      }
    }
    for round in sight.rounds {
      pass(until: round.at)
      automaton.see(round)
    }
    return automaton
  }

  private func unexplainedRounds(_ automaton: TenureAutomaton) -> [Evidence] {
    automaton.history.filter { $0.step == .unexplained }.prefix(5).compactMap { moment in
      guard let round = sight.rounds.first(where: { $0.at == moment.at }) else { return nil }
      let choked = round.before.filter { !round.after.contains($0) }
      let unchoked = round.after.filter { !round.before.contains($0) }
      let ages = choked.map { partner -> String in
        let since = sight.view.unchoked(partner).last { $0.start < round.at }?.start
        return since.map { "\(name(partner)) (unchoked \(Wording.seconds(round.at - $0)) before)" } ?? name(partner)
      }
      return Evidence(
        t: round.at, frame: round.frame, peers: [say.peer] + (choked + unchoked).map(name),
        text: "choked: \(ages.isEmpty ? "nobody" : ages.joined(separator: ", ")); unchoked: \(names(unchoked)); "
          + "no assignment kept so far allows this")
    }
  }

  /// The longest stays in the cheapest assignment.
  private func stays(_ automaton: TenureAutomaton) -> [Evidence] {
    var found: [(start: SwarmInstant, end: SwarmInstant, frame: Int?, partner: Int, draws: Int)] = []
    var open: [Int: (start: SwarmInstant, frame: Int?, draws: Int)] = [:]
    for moment in automaton.history {
      let holders = moment.holders.map(\.partner)
      for (partner, stay) in open.sorted(by: { $0.key < $1.key }) where !holders.contains(partner) {
        found.append((stay.start, moment.at, stay.frame, partner, stay.draws))
        open[partner] = nil
      }
      for holder in moment.holders {
        var stay = open[holder.partner] ?? (moment.at, moment.frame, 0)
        if case .drew(_, let stayed) = moment.step, stayed > 0, holder.from == moment.at { stay.draws += 1 }
        open[holder.partner] = stay
      }
    }
    let end = automaton.history.last?.at ?? span.upperBound
    for (partner, stay) in open.sorted(by: { $0.key < $1.key }) {
      found.append((stay.start, end, stay.frame, partner, stay.draws))
    }
    return found.filter { $0.draws > 0 }.sorted { ($1.draws, $0.start) < ($0.draws, $1.start) }.prefix(5).map { stay in
      Evidence(
        t: stay.start, frame: stay.frame, peers: [say.peer, name(stay.partner)],
        text: "\(name(stay.partner)) may have held the optimistic slot from here until \(Wording.seconds(stay.end)), "
          + "through \(Wording.count(stay.draws, "draw")) that fell on whom it had unchoked already")
    }
  }
}
