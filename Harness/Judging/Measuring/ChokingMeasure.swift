import Planning
public import SwarmTime

/// How peers of one client choke, as the wire shows it and no profile says: to be set beside one.
///
/// Each peer's clocks have a phase of their own, so periods are told from all peers together: the period that chance would
/// least explain, over the decisions that no event does. What nothing supports is nil.
public struct ChokingMeasure: Sendable {
  public struct Clock: Hashable, Sendable {
    public var period: SwarmDuration
    /// Decisions that lie on it, of those that were to be explained.
    public var matched: Int
    public var decisions: Int
  }

  /// Unchokes of leechers by leechers of which nothing had come for a while: what only an optimistic unchoke gives.
  public struct Grants: Hashable, Sendable {
    public var count = 0
    /// Lengths of those that a choke ended while their receiver was interested; sorted.
    public var lengths: [SwarmDuration] = []
    /// How many others waited, in the mean.
    public var meanWaiting: Fixed?
    /// How many went to whoever waited longest since it was last unchoked, and how many would by lot.
    public var toLongestWaiting = 0
    public var byLot = Fixed(millionths: 0)
  }

  public private(set) var peers = 0
  public private(set) var rounds: Clock?
  /// A second clock, over what the rounds leave unexplained.
  public private(set) var second: Clock?
  /// Most that a peer had unchoked and interested at once for longer than a second: leechers, and seeds.
  public private(set) var mostOfLeechers: Int?
  public private(set) var mostOfSeeds: Int?
  /// How many a leecher had unchoked and interested for the greatest part of the time in which more were interested.
  public private(set) var usual: Int?
  /// Share of unchoked time in which the partner was not interested.
  public private(set) var uninterested: Fixed?
  /// Of losses of interest by a partner that was unchoked: how many were followed by a choke within a second.
  public private(set) var losses = 0
  public private(set) var lossesChoked = 0
  public private(set) var grants = Grants()
  /// From a peer's first conversation to its first unchoke; the median.
  public private(set) var firstUnchoke: SwarmDuration?

  /// - Parameter peers: by place in the plan.
  public init(_ scene: Scene, peers: [Int]) {
    let chokers = peers.map { MeasuredChoker(scene, $0) }
    self.peers = chokers.count
    rounds = PeriodSearch.best(chokers.flatMap(\.unexplained))
    if let rounds {
      // Nothing is known to begin a second clock anew: it has one phase for the whole run.
      second = PeriodSearch.best(
        chokers.map { $0.unexplained.flatMap { PeriodSearch.rest(of: $0, period: rounds.period) } })
    }
    mostOfLeechers = chokers.filter { !$0.isSeed }.map(\.most).max()
    mostOfSeeds = chokers.filter(\.isSeed).map(\.most).max()
    usual = MeasuredChoker.usual(chokers.filter { !$0.isSeed })
    let unchoked = chokers.reduce(Int64(0)) { $0 + $1.unchokedTime }
    uninterested = Fixed(unchoked - chokers.reduce(Int64(0)) { $0 + $1.servedTime }, over: unchoked)
    losses = chokers.reduce(0) { $0 + $1.losses }
    lossesChoked = chokers.reduce(0) { $0 + $1.lossesChoked }
    var waiting: Int64 = 0
    for choker in chokers where !choker.isSeed {
      grants.count += choker.grants.count
      for grant in choker.grants {
        if let length = grant.length { grants.lengths.append(length) }
        waiting += Int64(grant.waiting)
        if grant.isLongestWaiting { grants.toLongestWaiting += 1 }
        grants.byLot = Fixed(millionths: grants.byLot.millionths + 1_000_000 / Int64(grant.waiting + 1))
      }
    }
    grants.lengths.sort()
    grants.meanWaiting = Fixed(waiting, over: Int64(grants.count))
    let firsts = chokers.compactMap(\.firstUnchoke).sorted()
    if !firsts.isEmpty { firstUnchoke = firsts[firsts.count / 2] }
  }
}

/// Finds the period that instants keep.
enum PeriodSearch {
  private static let step: Int64 = 500_000_000
  private static let shortest: Int64 = 4_000_000_000
  private static let longest: Int64 = 65_000_000_000
  static let tolerance = SwarmDuration.milliseconds(600)

  /// - Parameter instants: of each peer, by time; each has a phase of its own.
  static func best(_ instants: [[SwarmInstant]]) -> ChokingMeasure.Clock? {
    let told = instants.filter { $0.count > 2 }
    guard !told.isEmpty else { return nil }
    var best: (logarithm: Double, period: Int64)?
    for length in stride(from: shortest, through: longest, by: Int64.Stride(step)) {
      let share = Double(2 * tolerance.nanoseconds) / Double(length)
      let logarithm = told.reduce(0.0) { sum, one in
        guard let fit = ChokeGridFit(one, period: SwarmDuration(nanoseconds: length), tolerance: tolerance) else {
          return sum
        }
        return sum
          + Likelihood.ln(max(1e-300, BinomialTail.chance(of: fit.matched - 1, in: one.count - 1, each: share)))
      }
      if best.map({ logarithm < $0.logarithm }) ?? true { best = (logarithm, length) }
    }
    // Less than a chance of 1e-4 over all periods that were tried.
    let tried = Likelihood.ln(Double((longest - shortest) / step + 1))
    guard let best, best.logarithm + tried < Likelihood.ln(1e-4) else { return nil }
    let period = SwarmDuration(nanoseconds: best.period)
    let fits = told.compactMap { ChokeGridFit($0, period: period, tolerance: tolerance) }
    return ChokingMeasure.Clock(
      period: refined(told, period), matched: fits.reduce(0) { $0 + $1.matched },
      decisions: told.reduce(0) { $0 + $1.count })
  }

  /// The mean of what lies between decisions on the grid, by whole rounds: what a timer that is always a little late
  /// comes to.
  private static func refined(_ instants: [[SwarmInstant]], _ period: SwarmDuration) -> SwarmDuration {
    var (time, rounds) = (Int64(0), Int64(0))
    for one in instants {
      guard let fit = ChokeGridFit(one, period: period, tolerance: tolerance) else { continue }
      let on = one.filter { abs(fit.offset(of: $0).nanoseconds) <= tolerance.nanoseconds }
      guard let first = on.first, let last = on.last, last > first else { continue }
      time += (last - first).nanoseconds
      rounds += fit.number(of: last) - fit.number(of: first)
    }
    return rounds > 0 ? SwarmDuration(nanoseconds: time / rounds) : period
  }

  /// Those off the best grid of a period.
  static func rest(of instants: [SwarmInstant], period: SwarmDuration) -> [SwarmInstant] {
    guard let fit = ChokeGridFit(instants, period: period, tolerance: tolerance) else { return [] }
    return instants.filter { abs(fit.offset(of: $0).nanoseconds) > tolerance.nanoseconds }
  }
}
