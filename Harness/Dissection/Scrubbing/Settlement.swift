/// How far it is known what streams carry, and what was written before that was known.
struct Settlement: Sendable {
  /// By direction, the stream offset before which all payload is known.
  private var ends: [Int64] = []
  /// Of a few directions, what was written from there on.
  private var doubts: [Int: Range<Int64>] = [:]
  /// Payload was found in what had been written.
  private(set) var missedPayload = false

  func end(direction: Int) -> Int64 { direction < ends.count ? ends[direction] : 0 }

  mutating func know(direction: Int, upTo end: Int64) {
    while ends.count <= direction { ends.append(0) }
    ends[direction] = max(ends[direction], end)
  }

  mutating func wrote(direction: Int, _ stretch: Range<Int64>) {
    let end = end(direction: direction)
    guard stretch.upperBound > end else { return }
    var doubt = max(stretch.lowerBound, end)..<stretch.upperBound
    if let earlier = doubts[direction], earlier.upperBound > end {
      doubt = min(earlier.lowerBound, doubt.lowerBound)..<max(earlier.upperBound, doubt.upperBound)
    }
    doubts[direction] = doubt
  }

  mutating func found(direction: Int, _ stretch: Range<Int64>) {
    guard !doubts.isEmpty, let doubt = doubts[direction] else { return }
    if doubt.overlaps(stretch) { missedPayload = true }
  }

  mutating func miss() { missedPayload = true }
}
