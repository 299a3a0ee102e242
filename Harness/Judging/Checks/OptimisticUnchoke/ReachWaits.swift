import Planning
import SwarmTime

/// How long each partner waited for its turn, counted in visible draws that passed it by.
struct ReachWaits: Sendable {
  struct Wait: Sendable {
    var partner: Int
    var start: SwarmInstant
    var end: SwarmInstant
    /// Of the first draw.
    var frame: Int?
    var draws = 0
    /// Logarithm of the chance that all these draws passed it by.
    var logarithm = 0.0
    /// How often it should have been chosen.
    var due = 0.0
    /// It ended with an unchoke.
    var isOver = false
    /// For a choice in turn: how many others there were to be chosen before it.
    var others = 0
  }

  /// Each stretch in which somebody waited and was passed by at least once.
  private(set) var waits: [Wait] = []

  /// Chances are of the profile's draw; an unchoke of any kind may have been its turn, and begins the count anew.
  init(_ sight: RoundSight, _ draws: [VisibleDraw]) {
    let view = sight.view
    for partner in view.partners {
      var unchokes = view.unchoked(partner).map(\.start)
      unchokes.append(.distantFuture)
      var next = 0
      var open: Wait?
      for draw in draws {
        while unchokes[next] <= draw.at, draw.chosen != partner || unchokes[next] < draw.at {
          if var wait = open {
            wait.isOver = true
            waits.append(wait)
            open = nil
          }
          next += 1
        }
        guard draw.chosen != partner, let weight = draw.weight(of: partner), draw.candidates.count > 1 else { continue }
        let chance = Double(weight) / Double(draw.total)
        var wait = open ?? Wait(partner: partner, start: draw.at, end: draw.at, frame: draw.frame)
        wait.draws += 1
        wait.end = draw.at
        wait.logarithm += Likelihood.ln(1 - chance)
        wait.due += chance
        open = wait
      }
      if var wait = open {
        wait.isOver = unchokes[next] < .distantFuture
        waits.append(wait)
      }
    }
  }

  /// The least likely wait.
  var worst: Wait? { waits.min { ($0.logarithm, $0.start, $0.partner) < ($1.logarithm, $1.start, $1.partner) } }
}

/// Waits of a choice that goes in turn: each other one comes once before it, however long that takes.
struct TurnWaits: Sendable {
  struct Wait: Sendable {
    var partner: Int
    var start: SwarmInstant
    var end: SwarmInstant
    var frame: Int?
    var bound: SwarmDuration
    var isOver: Bool
    var length: SwarmDuration { end - start }
  }

  private(set) var waits: [Wait] = []

  init(_ sight: RoundSight, span: Range<SwarmInstant>) {
    let view = sight.view
    let profile = view.profile
    let period = max(1, profile.period.nanoseconds)
    let rounds = (profile.tenure.nanoseconds + period - 1) / period
    let turn = SwarmDuration(nanoseconds: rounds * period)
    // Who has come on a connection of its own counts for each of them: a newcomer may go before everybody.
    let rivals = view.partners.map { (partner: $0, connections: view.connected($0)) }
    for partner in view.partners {
      let unchoked = view.unchoked(partner)
      for interest in view.interested(partner) {
        var start = max(interest.start, span.lowerBound)
        var frame = interest.startFrame
        let end = min(interest.end, span.upperBound)
        let stops = unchoked.filter { $0.end > start && $0.start < end }
        for stop in stops + [Span(start: end, end: end, startFrame: 0)] {
          if stop.start > start {
            let others = rivals.reduce(0) { sum, rival in
              rival.partner == partner
                ? sum : sum + rival.connections.filter { $0.start < stop.start && $0.end > start }.count
            }
            let bound = turn * (others / max(1, profile.optimisticSlots) + 1) + profile.period + view.delay
            waits.append(
              Wait(
                partner: partner, start: start, end: min(stop.start, end), frame: frame > 0 ? Int(frame) : nil,
                bound: bound, isOver: stop.start < end))
          }
          start = max(start, stop.end)
          frame = stop.endFrame
        }
      }
    }
  }

  /// The wait that took the largest share of its bound.
  var worst: Wait? {
    waits.max { a, b in
      let (x, y) = (a.length.seconds / a.bound.seconds, b.length.seconds / b.bound.seconds)
      return x != y ? x < y : (b.start, b.partner) < (a.start, a.partner)
    }
  }
}
