public import Judging
import SwarmTime

/// How the peers of one run choke, and what came of it: what two runs of the same swarm are set side by side by.
///
/// Of choking what packets alone say (`ChokingMeasure`), of what came of it metrics of `compare`. What a run does not show
/// is nil.
public struct ChokingFigures: Hashable, Sendable {
  /// Swarm seconds between two rounds.
  public var period: Double?
  /// Decisions that lie on them, of those that no event explains.
  public var matched = 0
  public var decisions = 0
  /// Swarm seconds: the median of the optimistic unchokes that a choke ended.
  public var tenure: Double?
  /// How many did one end, of those that were seen.
  public var tenures = 0
  public var grants = 0
  /// How many a leecher had unchoked and interested for most of the time in which more were interested.
  public var usualSlots: Int?
  /// Most that one had so at once for longer than a second: a leecher, and a seed.
  public var mostSlots: Int?
  public var mostSeedSlots: Int?
  /// By name of the metric.
  public var values: [String: MetricValue] = [:]

  /// Of a run that shows nothing.
  public init() {}

  public init(_ measure: ChokingMeasure, _ run: RunFigures) {
    if let rounds = measure.rounds {
      period = rounds.period.seconds
      matched = rounds.matched
      decisions = rounds.decisions
    }
    let lengths = measure.grants.lengths
    tenure = lengths.isEmpty ? nil : lengths[lengths.count / 2].seconds
    tenures = lengths.count
    grants = measure.grants.count
    usualSlots = measure.usual
    mostSlots = measure.mostOfLeechers
    mostSeedSlots = measure.mostOfSeeds
    values = run.values
  }
}
