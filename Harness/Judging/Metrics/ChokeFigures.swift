import Planning
import SwarmTime

/// Figures of one peer's choking over time.
struct ChokeFigures {
  /// Points of its grid that it went through.
  let rounds: Int
  /// Those of them at which a decision was seen.
  let changedRounds: Int
  /// Decisions off the grid that nothing explains.
  let decisionsOffGrid: Int
  let dwellMedian: SwarmDuration?
  let dwellLeast: SwarmDuration?
  let flaps: Int

  /// - Parameter until: when rounds end to count, if the peer has not left before.
  init(_ view: ChokingView, until: SwarmInstant) {
    let rhythm = ChokeRhythm(view)
    let start = view.leecherSpan?.lowerBound ?? view.seedSpan?.lowerBound ?? until
    let end = min(until, view.seedSpan?.upperBound ?? view.leecherSpan?.upperBound ?? until)
    let grid = rhythm.grid ?? view.grid
    rounds = grid.map { $0.points(from: start, to: end).count } ?? Self.rounds(in: end - start, view.profile.period)
    changedRounds = rhythm.changedRounds.count { number in
      guard let point = grid?.point(number: number) else { return false }
      return start <= point && point < end
    }
    decisionsOffGrid = rhythm.offGrid.count
    let dwell = Dwell(view)
    dwellMedian = dwell.median
    dwellLeast = dwell.least
    flaps = Self.flaps(view)
  }

  /// Where the wire shows no grid: the nearest whole number, which is right in the mean over phases.
  private static func rounds(in span: SwarmDuration, _ period: SwarmDuration) -> Int {
    guard span > .zero, period > .zero else { return 0 }
    return Int((2 * span.nanoseconds + period.nanoseconds) / (2 * period.nanoseconds))
  }

  /// Times that it choked a partner that wanted something, and unchoked it again before the next round could.
  private static func flaps(_ view: ChokingView) -> Int {
    var choked: [Int: SwarmInstant] = [:]
    var flaps = 0
    for change in view.changes {
      if !change.isUnchoke {
        choked[change.partner] = change.cause == .interest ? nil : change.at
      } else if let at = choked.removeValue(forKey: change.partner) {
        if change.at - at < view.profile.period - view.profile.gridTolerance { flaps += 1 }
      }
    }
    return flaps
  }
}

/// How long a peer keeps serving a partner that wants it.
///
/// An unchoke is over when the partner is choked though it wants something. One that ends otherwise (interest lost, a
/// departure, the end of the run) has lasted at least so long: it is censored, not dropped.
struct Dwell {
  /// By Kaplan and Meier's estimate; nil where fewer than half are known to be over.
  let median: SwarmDuration?
  /// Of those that are over.
  let least: SwarmDuration?

  private struct Unchoke {
    var length: Int64
    var isOver: Bool
  }

  init(_ view: ChokingView) {
    var unchokes: [Unchoke] = []
    let chokes = Set(view.changes.filter { !$0.isUnchoke && $0.cause != .interest }.map { Key($0.partner, $0.at) })
    for partner in view.partners {
      for span in view.unchoked(partner) where span.startFrame > 0 {
        unchokes.append(
          Unchoke(
            length: (span.end - span.start).nanoseconds,
            isOver: span.endFrame > 0 && chokes.contains(Key(partner, span.end))))
      }
    }
    least = unchokes.filter(\.isOver).map(\.length).min().map(SwarmDuration.init(nanoseconds:))
    median = Self.median(unchokes)
  }

  private struct Key: Hashable {
    var partner: Int
    var at: SwarmInstant
    init(_ partner: Int, _ at: SwarmInstant) {
      self.partner = partner
      self.at = at
    }
  }

  /// Kaplan and Meier: the first length beyond which at most half are expected to last. At equal lengths those that are
  /// over come first.
  private static func median(_ unchokes: [Unchoke]) -> SwarmDuration? {
    let sorted = unchokes.sorted { ($0.length, $0.isOver ? 0 : 1) < ($1.length, $1.isOver ? 0 : 1) }
    var lasting = 1.0
    for (place, unchoke) in sorted.enumerated() where unchoke.isOver {
      let atRisk = Double(sorted.count - place)
      lasting *= (atRisk - 1) / atRisk
      if lasting <= 0.5 { return SwarmDuration(nanoseconds: unchoke.length) }
    }
    return nil
  }
}
