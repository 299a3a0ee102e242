package import SwarmTime

/// The grid of another period than the profile's that a peer's decisions keep, and how likely an honest peer would seem
/// to keep it.
///
/// Decisions that lie off the declared grid prove little while they are few; all on the points of one other grid they
/// prove more, for what makes an honest peer's decision stray knows of no such grid. So an honest decision both strays and
/// falls on the other grid with a chance of at most its chance to stray, times the share of time that lies near points of
/// that grid. The count of those that did is held against it, for every period and every phase that was tried.
///
/// What lies off the declared grid by a second more than the tolerance at most may be late for reasons of the machine's,
/// and a late machine is late for many: it speaks for nothing. A multiple of the declared period leaves nothing off its
/// grid, and is not looked for here (`SlowGrid`).
package struct OtherPeriod: Sendable {
  package let period: SwarmDuration
  /// Decisions on its grid.
  package let matched: Int
  /// Of an honest peer to show so many off its own grid and on this one, at most.
  package let chance: Double

  /// Periods are tried in such steps, up to `longest` of the profile's.
  private static let step: Int64 = 500_000_000
  private static let longest: Int64 = 4

  /// The one that is least likely by chance of those that nine in ten of all decisions keep; nil where there is none.
  ///
  /// - Parameter strays: how many of an honest peer's decisions may lie off its grid: a share.
  package init?(_ rhythm: ChokeRhythm, strays: Double) {
    guard let declared = rhythm.grid else { return nil }
    let instants = (rhythm.onGrid + rhythm.offGrid).map(\.at)
    let near = rhythm.tolerance + Scene.toleratedLateness
    let far = rhythm.offGrid.map(\.at).filter { abs(declared.offset(of: $0).nanoseconds) > near.nanoseconds }
    let (width, length) = (Double(2 * rhythm.tolerance.nanoseconds), Double(rhythm.period.nanoseconds))
    // The part of a round in which a decision counts as far off.
    let room = length - Double(2 * near.nanoseconds)
    guard far.count > 1, width > 0, room > 0 else { return nil }
    // Windows of a whole period would hold anything.
    let shortest = 2 * rhythm.tolerance.nanoseconds / Self.step + 1
    let periods = shortest...max(shortest, Self.longest * rhythm.period.nanoseconds / Self.step)
    var best: OtherPeriod?
    for period in periods.reversed().map({ SwarmDuration(nanoseconds: $0 * Self.step) }) {
      guard let fit = ChokeGridFit(instants, period: period, tolerance: rhythm.tolerance),
        10 * fit.matched >= 9 * instants.count
      else { continue }
      let found = far.count { abs(fit.offset(of: $0).nanoseconds) <= rhythm.tolerance.nanoseconds }
      let share = min(1, width / Double(period.nanoseconds) * length / room)
      let phases = Double(period.nanoseconds) / width
      let chance = min(1, BinomialTail.chance(of: found, in: instants.count, each: strays * share) * phases)
      if chance < best?.chance ?? 1 { best = OtherPeriod(period: period, matched: fit.matched, chance: chance) }
    }
    guard let best else { return nil }
    self.init(period: best.period, matched: best.matched, chance: min(1, best.chance * Double(periods.count)))
  }

  private init(period: SwarmDuration, matched: Int, chance: Double) {
    (self.period, self.matched, self.chance) = (period, matched, chance)
  }
}
