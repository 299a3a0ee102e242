import Planning
import SwarmTime
import Wire

/// Counts the rounds of a peer's choke grid in which its choking changed, as the wire shows them.
///
/// The grid's phase is the peer's own secret, so it is fitted: the one that most changes lie within `gridTolerance` of
/// (the earliest of equals). Changes off the grid, such as a free slot given at once to a newcomer, count for no round.
public enum ChokeRounds {
  static func count(of peer: Int, _ scene: Scene, _ profile: Profile) -> Int {
    count(changes(of: peer, scene), period: profile.period.nanoseconds, tolerance: profile.gridTolerance.nanoseconds)
  }

  /// Swarm nanoseconds of all chokes and unchokes that the peer sent.
  private static func changes(of peer: Int, _ scene: Scene) -> [Int64] {
    scene.timelines.unchokes.filter { $0.pair.from == peer }.flatMap { line in
      line.on.flatMap { span in
        [(span.startFrame, span.start), (span.endFrame, span.end)].filter { $0.0 > 0 }.map(\.1.nanoseconds)
      }
    }
  }

  /// Rounds among these instants (swarm nanoseconds), in whatever order they come.
  public static func count(_ changes: [Int64], period: Int64, tolerance: Int64) -> Int {
    guard !changes.isEmpty, period > 0, tolerance >= 0 else { return 0 }
    let width = min(2 * tolerance, period - 1)
    let phases = changes.map { (($0 % period) + period) % period }.sorted()
    // The window [phase, phase + width] on the circle that holds most changes.
    let circle = phases + phases.map { $0 + period }
    var (best, bestStart, high) = (0, phases[0], 0)
    for (low, start) in phases.enumerated() {
      high = max(high, low)
      while high < circle.count, circle[high] <= start + width { high += 1 }
      if high - low > best { (best, bestStart) = (high - low, start) }
    }
    var rounds: Set<Int64> = []
    for change in changes {
      let shifted = change - bestStart
      let phase = ((shifted % period) + period) % period
      if phase <= width { rounds.insert((shifted - phase) / period) }
    }
    return rounds.count
  }
}
