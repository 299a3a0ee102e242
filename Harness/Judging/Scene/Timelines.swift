public import SwarmTime

/// Choke and interest of ordered pairs over the run.
public struct Timelines: Sendable {
  /// `from` has unchoked `to`; sorted by pair.
  public internal(set) var unchokes: [PairTimeline] = []
  /// `from` is interested in `to`; sorted by pair.
  public internal(set) var interests: [PairTimeline] = []

  public func interest(from: Int, to: Int) -> PairTimeline? { Self.find(Pair(from: from, to: to), in: interests) }
  public func unchoke(from: Int, to: Int) -> PairTimeline? { Self.find(Pair(from: from, to: to), in: unchokes) }

  private static func find(_ pair: Pair, in all: [PairTimeline]) -> PairTimeline? {
    var (low, high) = (0, all.count)
    while low < high {
      let middle = (low + high) / 2
      if all[middle].pair < pair { low = middle + 1 } else { high = middle }
    }
    return low < all.count && all[low].pair == pair ? all[low] : nil
  }
}

/// One state of one ordered pair: the union over its live connections.
public struct PairTimeline: Sendable {
  public var pair: Pair
  /// Stretches in which it is known to hold, disjoint, by start.
  public var on: [Span] = []
  /// Stretches in which it is not known whether it holds, disjoint, by start.
  public var unknown: [Span] = []
}

/// A stretch of time, with the frames that begin and end it.
public struct Span: Hashable, Sendable {
  public var start: SwarmInstant
  public var end: SwarmInstant
  /// Frame of the message that began it; 0 where none did.
  public var startFrame: Int32
  /// Frame of the message that ended it; 0 where the connection's close, a hole or the end of the run did.
  public var endFrame: Int32
  /// Cut off by the end of the capture.
  public var isCensored: Bool

  public init(
    start: SwarmInstant, end: SwarmInstant, startFrame: Int32, endFrame: Int32 = 0, isCensored: Bool = false
  ) {
    self.start = start
    self.end = end
    self.startFrame = startFrame
    self.endFrame = endFrame
    self.isCensored = isCensored
  }

  /// The union, disjoint and by start. Spans that merely touch stay apart: one ended and another began.
  static func union(_ spans: [Span]) -> [Span] {
    guard spans.count > 1 else { return spans }
    let sorted = spans.sorted {
      ($0.start, $0.startFrame, $0.end, $0.endFrame) < ($1.start, $1.startFrame, $1.end, $1.endFrame)
    }
    var merged: [Span] = []
    for span in sorted {
      if let last = merged.last, span.start < last.end {
        guard span.end > last.end else { continue }
        merged[merged.count - 1].end = span.end
        merged[merged.count - 1].endFrame = span.endFrame
        merged[merged.count - 1].isCensored = span.isCensored
      } else {
        merged.append(span)
      }
    }
    return merged
  }

  /// Where both hold; the frames are those of the later start and the earlier end.
  static func intersection(_ a: [Span], _ b: [Span]) -> [Span] {
    var (i, j) = (0, 0)
    var both: [Span] = []
    while i < a.count, j < b.count {
      let (x, y) = (a[i], b[j])
      let later = x.start >= y.start ? x : y
      let earlier = x.end <= y.end ? x : y
      if later.start < earlier.end {
        both.append(
          Span(
            start: later.start, end: earlier.end, startFrame: later.startFrame, endFrame: earlier.endFrame,
            isCensored: earlier.isCensored))
      }
      if x.end <= y.end { i += 1 } else { j += 1 }
    }
    return both
  }
}
