import SwarmTime

/// Follows who may hold the optimistic slots, round by round: all assignments at once, each with the least that has to be
/// supposed for it.
///
/// A state is an assignment: which of the unchoked hold optimistic slots and since when; the others hold regular ones. A
/// round leads to the next state where every rule is kept: the regular are an admissible top set, a tenure ends only when
/// its time is over, its holder earns a regular slot or leaves, and whoever is new was drawn. A draw that falls on
/// somebody who was unchoked already leaves no trace on the wire, and any tenure could be explained by enough of them: so
/// each is paid for.
///
/// The payment makes a test that holds at any time: for each draw, against the chance p that it falls on one who is
/// unchoked already, a reluctant choker would have p + (1 - p) * reluctance. The product of the ratios has mean 1 for an
/// honest peer, so it exceeds 1 / a with a chance of at most a (Ville's inequality), and the cheapest assignment cannot
/// be dearer than the true one.
struct TenureAutomaton {
  /// One assignment.
  private struct State {
    var holders: [Holder]
    var cost: Suspicion
    /// Place in the layer before.
    var origin: Int
    var step: Step
  }

  /// What a round did, in one assignment.
  enum Step: Hashable, Sendable {
    case start, kept, between, lost
    /// Draws, and how many of them fell on one who was unchoked already though others waited.
    case drew(count: Int, stayed: Int)
    case unexplained
  }

  let rules: TenureRules
  let reluctance: Double
  private let logOfMove: Double
  private var layers: [[State]]
  private var times: [(at: SwarmInstant, frame: Int?)]
  /// Too many assignments to follow them all.
  private(set) var isOverwhelmed = false

  private static let mostStates = 4000

  init(_ rules: TenureRules, reluctance: Double, from start: SwarmInstant) {
    self.rules = rules
    self.reluctance = reluctance
    logOfMove = Likelihood.ln(1 - reluctance)
    layers = [[State(holders: [], cost: Suspicion(), origin: -1, step: .start)]]
    times = [(start, nil)]
  }

  // MARK: What is seen

  mutating func see(_ round: SightedRound) {
    guard round.isClean else { return forget(at: round.at, frame: round.frame, served: round.after) }
    let last = layers[layers.count - 1]
    lastServed = round.after
    var next = Gathering()
    for chosen in subsets(of: round.after, leastOf: max(0, round.after.count - rules.slots)) {
      let regular = round.after.filter { !chosen.contains($0) }
      guard !rules.ranks || isAdmissible(regular, round) else { continue }
      for (place, state) in last.enumerated() { extend(state, place, chosen, regular, round, &next) }
    }
    // Beside every explanation there is the one that the round broke the rules.
    if let (place, best) = cheapest(last) {
      var cost = best.cost
      cost.unexplained += 1
      for chosen in subsets(of: round.after, leastOf: 0) {
        let holders = chosen.map { Holder($0, from: .distantPast, to: round.at) }
        next.add(State(holders: holders, cost: cost, origin: place, step: .unexplained))
      }
    }
    advance(next, round.at, round.frame)
  }

  /// A slot fell free, or somebody came: who holds an optimistic slot and stays keeps it, and who is new may hold either.
  mutating func seeBetween(at time: SwarmInstant, frame: Int?, served: [Int]) {
    let last = layers[layers.count - 1]
    var next = Gathering()
    for (place, state) in last.enumerated() {
      let kept = state.holders.filter { served.contains($0.partner) }
      let others = served.filter { partner in !kept.contains { $0.partner == partner } }
      // One who had a regular slot keeps it; whom the last state did not serve may have got either kind.
      let fresh = others.filter { !lastServed.contains($0) }
      for more in subsets(of: fresh, leastOf: 0, most: rules.optimisticSlots - kept.count) {
        let holders = kept + more.map { Holder($0, from: time, to: time) }
        next.add(State(holders: holders.sorted(), cost: state.cost, origin: place, step: .between))
      }
    }
    lastServed = served
    advance(next, time, frame)
  }

  /// Nothing is known but who is served.
  private mutating func forget(at time: SwarmInstant, frame: Int?, served: [Int]) {
    guard let (place, best) = cheapest(layers[layers.count - 1]) else { return }
    var next = Gathering()
    for chosen in subsets(of: served, leastOf: 0) {
      let holders = chosen.map { Holder($0, from: .distantPast, to: time) }
      next.add(State(holders: holders, cost: best.cost, origin: place, step: .lost))
    }
    lastServed = served
    advance(next, time, frame)
  }

  private var lastServed: [Int] = []

  private mutating func advance(_ next: Gathering, _ time: SwarmInstant, _ frame: Int?) {
    if next.states.count > Self.mostStates { isOverwhelmed = true }
    layers.append(isOverwhelmed ? Array(next.states.prefix(1)) : next.states)
    times.append((time, frame))
  }

  // MARK: One round

  /// Nobody who surely outranks a regular one is left out.
  private func isAdmissible(_ regular: [Int], _ round: SightedRound) -> Bool {
    for (place, partner) in round.after.enumerated() where regular.contains(partner) {
      if round.outrankers[place].contains(where: { !regular.contains($0) }) { return false }
    }
    return true
  }

  private func extend(
    _ state: State, _ place: Int, _ chosen: [Int], _ regular: [Int], _ round: SightedRound, _ next: inout Gathering
  ) {
    for holder in state.holders where !round.after.contains(holder.partner) {
      // Choked: because it was time, or because it no longer wanted it.
      if round.interested.contains(holder.partner), !holder.mayEnd(at: round.at, rules) { return }
    }
    // Who keeps an optimistic slot: goes on, or is drawn again.
    var variants: [(holders: [Holder], redrawn: Int)] = [([], 0)]
    var fresh: [Int] = []
    for partner in chosen {
      guard let holder = state.holders.first(where: { $0.partner == partner }) else {
        fresh.append(partner)
        continue
      }
      var more: [(holders: [Holder], redrawn: Int)] = []
      for variant in variants {
        if !holder.mustEnd(at: round.at, rules) { more.append((variant.holders + [holder], variant.redrawn)) }
        if holder.mayEnd(at: round.at, rules), !rules.isInTurn || round.waiting.isEmpty {
          more.append((variant.holders + [Holder(partner, from: round.at, to: round.at)], variant.redrawn + 1))
        }
      }
      variants = more
    }
    let stayed = fresh.filter { round.before.contains($0) }.count
    for variant in variants {
      let draws = fresh.count + variant.redrawn
      let stays = stayed + variant.redrawn
      var cost = state.cost
      let continuing = chosen.count - draws
      cost.logarithm += payment(draws, stays, continuing, regular, round)
      let holders = (variant.holders + fresh.map { Holder($0, from: round.at, to: round.at) }).sorted()
      let isTold = !round.waiting.isEmpty
      let step = draws == 0 ? Step.kept : .drew(count: draws, stayed: isTold ? stays : 0)
      next.add(State(holders: holders, cost: cost, origin: place, step: step))
    }
  }

  /// The logarithm of the ratio for a round with so many draws, of which so many fell on one who was unchoked already.
  private func payment(
    _ draws: Int, _ stays: Int, _ continuing: Int, _ regular: [Int], _ round: SightedRound
  ) -> Double {
    guard draws > 0, !rules.isInTurn, !round.waiting.isEmpty else { return 0 }
    // In the pool: those unchoked before that neither earned a slot nor go on, with weight 1, and all that wait.
    let held = max(stays, round.before.filter { !regular.contains($0) }.count - continuing)
    let heaviest = round.waiting.map(\.weight).max() ?? 1
    let waiting = round.waitingWeight - (draws - 1) * heaviest
    guard waiting > 0 else { return 0 }
    let chance = Double(held) / Double(held + waiting)
    let stay = Likelihood.ln((chance + (1 - chance) * reluctance) / max(chance, 1e-9))
    return Double(stays) * stay + Double(draws - stays) * logOfMove
  }

  // MARK: What it comes to

  private func cheapest(_ states: [State]) -> (place: Int, state: State)? {
    states.enumerated().min { ($0.element.cost, $0.offset) < ($1.element.cost, $1.offset) }.map {
      ($0.offset, $0.element)
    }
  }

  /// What the cheapest assignment supposes.
  var suspicion: Suspicion { layers.last.flatMap { cheapest($0) }?.state.cost ?? Suspicion() }

  /// The cheapest assignment, step by step.
  var history: [(at: SwarmInstant, frame: Int?, step: Step, holders: [Holder])] {
    var found: [(at: SwarmInstant, frame: Int?, step: Step, holders: [Holder])] = []
    guard var place = layers.last.flatMap({ cheapest($0) })?.place else { return [] }
    for layer in layers.indices.reversed() {
      guard place >= 0, place < layers[layer].count else { break }
      let state = layers[layer][place]
      found.append((times[layer].at, times[layer].frame, state.step, state.holders))
      place = state.origin
    }
    return found.reversed()
  }

  /// All ways of giving optimistic slots to some of these.
  private func subsets(of served: [Int], leastOf least: Int, most: Int? = nil) -> [[Int]] {
    let most = min(most ?? rules.optimisticSlots, served.count)
    guard most >= 0 else { return [] }
    var all: [[Int]] = [[]]
    for partner in served {
      for subset in all where subset.count < most { all.append(subset + [partner]) }
      if all.count > Self.mostStates { break }
    }
    // With more unchoked than there are slots the regular ones are too many: another check's business.
    let least = min(least, most)
    return all.filter { $0.count >= least }
  }

  /// States by assignment, the cheapest of each.
  private struct Gathering {
    var states: [State] = []
    private var places: [[Holder]: Int] = [:]

    mutating func add(_ state: State) {
      guard let place = places[state.holders] else {
        places[state.holders] = states.count
        states.append(state)
        return
      }
      if state.cost < states[place].cost { states[place] = state }
    }
  }
}

extension Holder: Comparable {
  static func < (a: Holder, b: Holder) -> Bool { (a.partner, a.from, a.to) < (b.partner, b.from, b.to) }
}
