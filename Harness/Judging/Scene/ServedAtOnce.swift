import SwarmTime

/// The most partners that each peer served at once: unchoked and interested, by the wire.
///
/// They are the connections that may hold payload of its at the same time, and share what limits its upload.
struct ServedAtOnce {
  /// By index in the cast; 0 for who served nobody.
  let most: [Int]

  init(_ timelines: Timelines, peers: Int) {
    var changes = [[(at: SwarmInstant, step: Int)]](repeating: [], count: peers)
    for line in timelines.unchokes {
      guard let interest = timelines.interest(from: line.pair.to, to: line.pair.from) else { continue }
      for span in Span.intersection(line.on, interest.on) {
        changes[line.pair.from].append((span.start, 1))
        changes[line.pair.from].append((span.end, -1))
      }
    }
    most = changes.map { changes in
      var (now, most) = (0, 0)
      // Who leaves at an instant makes room for who comes at it.
      for change in changes.sorted(by: { ($0.at, $0.step) < ($1.at, $1.step) }) {
        now += change.step
        most = max(most, now)
      }
      return most
    }
  }
}
