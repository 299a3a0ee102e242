import Planning
import SwarmTime

/// Rounds at which a choker left a slot empty though somebody waited, and kept it so until the next.
struct PresenceLapses: Sendable {
  struct Stretch: Sendable {
    var start: SwarmInstant
    var end: SwarmInstant
    var frame: Int?
    /// Served at most, of so many that should have been.
    var served: Int
    var needed: Int
    /// Who waited at all of its rounds.
    var waiting: [Int]
    var rounds: Int
    var length: SwarmDuration { end - start }
  }

  private(set) var stretches: [Stretch] = []
  /// Rounds at which more wanted slots than there are.
  private(set) var crowded = 0
  private(set) var rounds = 0

  init(_ sight: RoundSight, optimisticSlots: Int) {
    let view = sight.view
    let changesAreWhole = view.partners.allSatisfy { view.unknown($0).isEmpty }
    var isOpen = false
    for round in sight.rounds {
      let want = round.interested.count
      if want > sight.slots { crowded += 1 }
      let regular = min(sight.slots, round.eligible)
      let needed = regular + min(optimisticSlots, want - regular)
      let window = round.at..<round.until
      let tolerance = view.profile.gridTolerance
      // Everybody that was served at some time of the round counts, and only who waited all the while waited.
      let served = view.partners.filter { partner in
        view.unchoked(partner).contains { $0.start < window.upperBound - tolerance && $0.end > round.at + tolerance }
      }
      let waiting = round.waiting.map(\.partner).filter { partner in
        Span.at(round.at, in: view.interested(partner)).map { $0.end >= window.upperBound - tolerance } ?? false
          && !served.contains(partner)
      }
      let isLapse =
        !waiting.isEmpty && served.count < needed
        && round.until - round.at > view.profile.period - tolerance - tolerance
        && (changesAreWhole || !view.partners.contains { view.isUnknown($0, at: round.at) })
      guard isLapse else {
        isOpen = false
        continue
      }
      rounds += 1
      if isOpen, stretches.last?.end == round.at || stretches.last.map({ round.at - $0.end <= tolerance }) == true {
        let last = stretches.count - 1
        stretches[last].end = round.until
        stretches[last].rounds += 1
        stretches[last].served = max(stretches[last].served, served.count)
        stretches[last].needed = max(stretches[last].needed, needed)
        stretches[last].waiting.removeAll { !waiting.contains($0) }
      } else {
        stretches.append(
          Stretch(
            start: round.at, end: round.until, frame: round.frame, served: served.count, needed: needed,
            waiting: waiting, rounds: 1))
      }
      isOpen = true
    }
  }

  var longest: Stretch? { stretches.max { ($0.length, $1.start) < ($1.length, $0.start) } }
}
