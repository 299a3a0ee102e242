public import SwarmTime

/// What one peer gave another over the whole capture, and when.
public struct PairAccount: Sendable {
  /// Indices in the cast.
  public var from: Int
  public var to: Int
  public var payloadBytes: Int64
  public var blocks: Int
  /// First and last block; nil where none was given.
  public var first: SwarmInstant?
  public var last: SwarmInstant?
  /// Stretches in which `from` had `to` unchoked, and how long while `to` wanted something, in nanoseconds.
  public var unchokes: Int
  public var unchokedTime: Int64
  public var servedTime: Int64

  /// Every ordered pair of which one gave the other something or had it unchoked; by pair.
  public static func all(of scene: Scene) -> [PairAccount] {
    var pairs: [Pair: PairAccount] = [:]
    for line in scene.timelines.unchokes where !line.on.isEmpty {
      let interest = scene.timelines.interest(from: line.pair.to, to: line.pair.from)?.on ?? []
      pairs[line.pair] = PairAccount(
        from: line.pair.from, to: line.pair.to, payloadBytes: 0, blocks: 0, unchokes: line.on.count,
        unchokedTime: Span.length(line.on), servedTime: Span.length(Span.intersection(line.on, interest)))
    }
    for flow in scene.deliveries.pairs {
      var pair =
        pairs[flow.pair]
        ?? PairAccount(
          from: flow.pair.from, to: flow.pair.to, payloadBytes: 0, blocks: 0, unchokes: 0, unchokedTime: 0,
          servedTime: 0)
      pair.payloadBytes = flow.total
      pair.blocks = flow.times.count
      pair.first = flow.times.first.map(SwarmInstant.init(nanoseconds:))
      pair.last = flow.times.last.map(SwarmInstant.init(nanoseconds:))
      pairs[flow.pair] = pair
    }
    return pairs.values.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
  }
}
