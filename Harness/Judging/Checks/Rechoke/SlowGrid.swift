import Planning
import SwarmTime

/// Whether a peer uses only every second point of its grid, and how likely an honest one would seem to.
///
/// A period that is a multiple of the declared one changes nothing off the grid; it shows only as changed rounds that are
/// all a multiple of so many rounds apart. A stable honest leecher changes somebody only when its optimistic tenure ends,
/// every three rounds, so that multiples of three prove nothing; the least multiple that does not divide the rounds of
/// a tenure stands for all that can be told: every second round where a tenure has an odd number of rounds.
///
/// The chance that an honest peer shows such a series is at most the product over its gaps:
/// - 0.4 for a gap within a tenure. What leads to a change at a round (rates, arrivals, a draw) knows nothing of odd and
///   even rounds, and both the next round and the end of a tenure lie an odd number of rounds ahead: over 456 honest
///   leechers in five kinds of swarms, 21 to 30 in a hundred of their 10,868 gaps were even, and no more than eight of
///   them in a row.
/// - 1/(c + 1) for each further tenure in it that went by without a change, while c others waited choked and interested:
///   the next draw was due, and only one that falls on the very peer whose tenure ends goes unseen (c waiting, and it;
///   nobody weighs less than it). A seed that serves the newest first, and turns that follow an order, always show one.
struct SlowGrid {
  /// All gaps must be multiples of this.
  let multiple: Int64
  let rounds: [Int64]
  /// Two changed rounds lie not a multiple apart: it does not skip rounds.
  let isRefuted: Bool
  /// Of an honest peer to show such rounds, at most; 1 where refuted.
  let chance: Double

  private static let evenGap = 0.4
  /// No draw is trusted to show more often than this.
  private static let leastUnseen = 1.0 / 32
  /// A seed that serves the newest first draws somebody in every three rounds (mainline 4.0).
  private static let roundsOfSeed: Int64 = 3

  init(_ view: ChokingView, _ rhythm: ChokeRhythm) {
    let tenure = Self.roundsOfTenure(view.profile)
    var multiple: Int64 = 2
    while tenure > 0, tenure % multiple == 0 { multiple += 1 }
    self.multiple = multiple
    let rounds = rhythm.changedRounds
    self.rounds = rounds
    let gaps = zip(rounds, rounds.dropFirst()).map { $1 - $0 }
    isRefuted = gaps.contains { $0 % multiple != 0 }
    guard !isRefuted, let grid = rhythm.grid else {
      chance = 1
      return
    }
    var chance = 1.0
    for (first, gap) in zip(rounds, gaps) {
      let stretch = grid.point(number: first)..<grid.point(number: first + gap)
      chance *= min(Self.evenGap, Self.chanceOfSilence(gap, stretch, view, tolerance: rhythm.tolerance))
    }
    self.chance = chance
  }

  private static func roundsOfTenure(_ profile: Profile) -> Int64 {
    let period = profile.period.nanoseconds
    return period > 0 ? (profile.tenure.nanoseconds + period - 1) / period : 0
  }

  /// That an honest peer lets the tenures that end within a gap go by without a change.
  private static func chanceOfSilence(
    _ gap: Int64, _ stretch: Range<SwarmInstant>, _ view: ChokingView, tolerance: SwarmDuration
  ) -> Double {
    let draws: Int64
    if let span = view.leecherSpan, span.lowerBound <= stretch.lowerBound, stretch.upperBound <= span.upperBound {
      // A clock of their own says nothing of rounds.
      let isOfRounds = view.profile.optimisticSlots > 0 && view.profile.optimisticPeriod == nil
      draws = isOfRounds ? roundsOfTenure(view.profile) : 0
    } else if let span = view.seedSpan, span.lowerBound <= stretch.lowerBound {
      draws = view.profile.seedRule == .newestFirst ? roundsOfSeed : 0
    } else {
      draws = 0
    }
    let (from, to) = (stretch.lowerBound + tolerance, stretch.upperBound - tolerance)
    // A slot that was given away between rounds begins a tenure of its own.
    let isQuiet = !view.changes.contains { from < $0.at && $0.at < to && $0.cause != .grid }
    guard draws > 0, gap > draws, isQuiet else { return 1 }
    let waiting = view.partners.count { waited($0, view, from, to) }
    guard waiting > 0 else { return 1 }
    let unseen = max(leastUnseen, 1 / Double(waiting + 1))
    return (0..<(gap - 1) / draws).reduce(1.0) { product, _ in product * unseen }
  }

  /// Interested throughout, and choked throughout.
  private static func waited(
    _ partner: Int, _ view: ChokingView, _ from: SwarmInstant, _ to: SwarmInstant
  ) -> Bool {
    view.interested(partner).contains { $0.start <= from && to <= $0.end }
      && !view.unchoked(partner).contains { $0.start < to && from < $0.end }
      && !view.unknown(partner).contains { $0.start < to && from < $0.end }
  }
}
