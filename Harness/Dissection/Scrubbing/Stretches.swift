/// Stretches of the directions of connections, each direction's ascending and apart from each other.
struct Stretches: Sendable {
  private var byDirection: [[Range<Int64>]] = []

  /// Memory is moved for so many at once.
  private static let forgottenAtOnce = 64

  var count: Int { byDirection.reduce(0) { $0 + $1.count } }

  /// Appends a stretch that begins nowhere before the last one of its direction.
  mutating func append(direction: Int, _ stretch: Range<Int64>) {
    guard !stretch.isEmpty else { return }
    while byDirection.count <= direction { byDirection.append([]) }
    if let last = byDirection[direction].last, stretch.lowerBound <= last.upperBound {
      let end = max(last.upperBound, stretch.upperBound)
      byDirection[direction][byDirection[direction].count - 1] = last.lowerBound..<end
    } else {
      byDirection[direction].append(stretch)
    }
  }

  /// The parts of `whole` that lie in stretches, ascending.
  func parts(direction: Int, of whole: Range<Int64>) -> [Range<Int64>] {
    var parts: [Range<Int64>] = []
    forEachPart(direction: direction, of: whole) { parts.append($0) }
    return parts
  }

  func forEachPart(direction: Int, of whole: Range<Int64>, _ body: (Range<Int64>) -> Void) {
    guard direction < byDirection.count else { return }
    let stretches = byDirection[direction]
    var low = 0
    var high = stretches.count
    while low < high {
      let middle = (low + high) / 2
      if stretches[middle].upperBound <= whole.lowerBound { low = middle + 1 } else { high = middle }
    }
    while low < stretches.count && stretches[low].lowerBound < whole.upperBound {
      body(stretches[low].clamped(to: whole))
      low += 1
    }
  }

  /// Forgets what ends before `offset`, but for a few stretches.
  mutating func forget(direction: Int, before offset: Int64) {
    guard direction < byDirection.count else { return }
    let step = Self.forgottenAtOnce
    while byDirection[direction].count > step, byDirection[direction][step - 1].upperBound <= offset {
      byDirection[direction].removeFirst(step)
    }
  }

  /// The parts of `whole` that lie in none, ascending.
  func gaps(direction: Int, of whole: Range<Int64>) -> [Range<Int64>] {
    var gaps: [Range<Int64>] = []
    var position = whole.lowerBound
    for part in parts(direction: direction, of: whole) {
      if position < part.lowerBound { gaps.append(position..<part.lowerBound) }
      position = part.upperBound
    }
    if position < whole.upperBound { gaps.append(position..<whole.upperBound) }
    return gaps
  }
}
