import Planning
public import SwarmTime

/// How a peer's choking keeps time: its decisions against the grid of its profile.
public struct ChokeRhythm: Sendable {
  /// The grid that most decisions keep; nil without any, and where `tolerance` leaves nothing to tell.
  public let grid: ChokeGridFit?
  /// The profile's.
  public let period: SwarmDuration
  /// How far from a point a decision may reach the wire: the profile's tolerance, and half of what delays the wire. What is
  /// delayed only ever comes later, so that a window of twice the tolerance and the whole delay holds all that one point
  /// brings, and the phase that is fitted lies in its middle.
  public let tolerance: SwarmDuration
  /// The clock of the optimistic slots, for a client that has one.
  public let optimisticClock: ChokeGridFit?
  /// Within the tolerance of a point, of the optimistic clock's where there is one.
  public private(set) var onGrid: [ChokeDecision] = []
  /// Those of `onGrid` that the optimistic clock explains, and no round.
  public private(set) var ofOptimisticClock: [ChokeDecision] = []
  public private(set) var offGrid: [ChokeDecision] = []
  private var fits: [ChokeDecision: ChokeGridFit] = [:]

  public init(_ view: ChokingView) {
    tolerance = view.profile.gridTolerance + SwarmDuration(nanoseconds: view.timelyDelay.nanoseconds / 2)
    period = view.profile.period
    // Windows of half a period would hold half of anything.
    guard 4 * tolerance.nanoseconds < period.nanoseconds else {
      (grid, optimisticClock) = (nil, nil)
      return
    }
    let clocks = ChokeClocks(
      Self.decisions(of: view, within: view.profile.gridTolerance + view.timelyDelay), profile: view.profile,
      tolerance: tolerance, restarts: view.restarts)
    (grid, optimisticClock) = (clocks.grid, clocks.optimistic)
    (onGrid, offGrid, ofOptimisticClock) = (clocks.onGrid, clocks.offGrid, clocks.ofOptimisticClock)
    fits = clocks.fits
  }

  /// The grid of the stretch in which a decision was made, for one that begins anew; else `grid`.
  public func ownGrid(of decision: ChokeDecision) -> ChokeGridFit? { fits[decision] ?? grid }

  public var count: Int { onGrid.count + offGrid.count }

  /// Numbers of the rounds in which there was a decision, rising; 0 is the first point since zero.
  public var changedRounds: [Int64] {
    guard let grid else { return [] }
    var rounds: [Int64] = []
    // Of a grid that began anew, and of another clock, some do not lie on it.
    for decision in onGrid where abs(grid.offset(of: decision.at).nanoseconds) <= tolerance.nanoseconds {
      let number = grid.number(of: decision.at)
      if rounds.last != number { rounds.append(number) }
    }
    return rounds
  }

  /// What is decided may take so long to the wire that its time says nothing of a grid.
  public var isBlurred: Bool { 4 * tolerance.nanoseconds >= period.nanoseconds }

  /// Decisions at times when choke and interest of all partners are known: else what explains one may have been missed.
  private static func decisions(of view: ChokingView, within spread: SwarmDuration) -> [ChokeDecision] {
    let unknown = Span.union(view.partners.flatMap(view.unknown))
    return ChokeDecision.gathered(from: view.timelyChanges, within: spread).filter { decision in
      !unknown.contains { $0.start <= decision.at && $0.end >= decision.at - spread }
    }
  }
}
