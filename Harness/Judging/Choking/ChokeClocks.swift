import Planning
import SwarmTime

/// The clocks by which a client chokes, fitted to its decisions: its rounds, and where it has one, the clock of its
/// optimistic slots.
///
/// - A grid that begins anew when a slot falls free is one grid for each stretch between such moments.
/// - An optimistic clock has a phase of its own for the whole run. Which decisions are whose is not known: both orders of
///   fitting are tried, and the one that explains more is taken.
struct ChokeClocks {
  /// Of the longest stretch, by decisions; its counts are of all of them. Nil without any decision.
  private(set) var grid: ChokeGridFit?
  /// Where `grid` holds: from a whole round after the moment at which it began anew until it does so again.
  private(set) var stretch: Range<SwarmInstant> = .distantPast ..< .distantFuture
  /// Nil for a client without one, and where no decision is left for it.
  private(set) var optimistic: ChokeGridFit?
  /// Within the tolerance of a point of either clock.
  private(set) var onGrid: [ChokeDecision] = []
  private(set) var offGrid: [ChokeDecision] = []
  /// Those of `onGrid` that the optimistic clock explains, and no round.
  private(set) var ofOptimisticClock: [ChokeDecision] = []
  /// The grid of the stretch in which each was made.
  private(set) var fits: [ChokeDecision: ChokeGridFit] = [:]

  init(_ decisions: [ChokeDecision], profile: Profile, tolerance: SwarmDuration, restarts: [SwarmInstant]) {
    let rounds = Rounds(decisions, profile.period, tolerance, restarts)
    guard let period = profile.optimisticPeriod else {
      take(rounds, others: [], off: rounds.off)
      return
    }
    let rest = Clock(rounds.off, period, tolerance)
    let first = Clock(decisions, period, tolerance)
    let late = Rounds(first.off, profile.period, tolerance, restarts)
    if rest.off.count <= late.off.count {
      optimistic = rest.fit
      take(rounds, others: rest.on, off: rest.off)
    } else {
      optimistic = first.fit
      take(late, others: first.on, off: late.off)
    }
  }

  private mutating func take(_ rounds: Rounds, others: [ChokeDecision], off: [ChokeDecision]) {
    ofOptimisticClock = others
    onGrid = (rounds.on + others).sorted { ($0.at, $0.first.frame) < ($1.at, $1.first.frame) }
    offGrid = off
    grid = rounds.fit.map { ChokeGridFit($0, matched: onGrid.count, unmatched: off.count) }
    stretch = rounds.stretch
    fits = rounds.fits
  }

  /// One clock, and what it explains.
  private struct Clock {
    var fit: ChokeGridFit?
    var on: [ChokeDecision] = []
    var off: [ChokeDecision] = []

    init(_ decisions: [ChokeDecision], _ period: SwarmDuration, _ tolerance: SwarmDuration) {
      fit = ChokeGridFit(decisions.map(\.at), period: period, tolerance: tolerance)
      for decision in decisions {
        let isOn = fit.map { abs($0.offset(of: decision.at).nanoseconds) <= tolerance.nanoseconds } ?? false
        if isOn { on.append(decision) } else { off.append(decision) }
      }
    }
  }

  /// The rounds of each stretch.
  private struct Rounds {
    var fit: ChokeGridFit?
    var on: [ChokeDecision] = []
    var off: [ChokeDecision] = []
    var stretch: Range<SwarmInstant> = .distantPast ..< .distantFuture
    var fits: [ChokeDecision: ChokeGridFit] = [:]

    init(
      _ decisions: [ChokeDecision], _ period: SwarmDuration, _ tolerance: SwarmDuration, _ restarts: [SwarmInstant]
    ) {
      var most = 0
      var (place, next) = (0, 0)
      var begin = SwarmInstant.distantPast
      while place < decisions.count {
        while next < restarts.count, restarts[next] <= decisions[place].at {
          begin = restarts[next] + period + tolerance
          next += 1
        }
        let end = next < restarts.count ? restarts[next] : .distantFuture
        let members = Array(decisions[place...].prefix { $0.at < end })
        place += members.count
        let clock = Clock(members, period, tolerance)
        on += clock.on
        off += clock.off
        for member in members { fits[member] = clock.fit }
        // The latest of equals: what came last has settled.
        if clock.on.count >= most {
          (most, fit) = (clock.on.count, clock.fit)
          stretch = begin..<max(begin, end)
        }
      }
    }
  }
}
