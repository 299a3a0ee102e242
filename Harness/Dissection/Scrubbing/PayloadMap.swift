/// Which bytes of which frames are payload of piece messages, gathered while dissecting.
///
/// Kept as stretches of streams and as where each frame's bytes lie in its stream, so that retransmitted copies and
/// segments out of order are found as well.
public struct PayloadMap: Sendable {
  private struct Placement: Sendable {
    var frame: Int32
    var direction: Int32
    var frameOffset: Int32
    var length: Int32
    var start: Int64
  }

  private var placements: [Placement] = []
  private var cursor = 0
  /// Payload by direction, ascending.
  private var payload: [[Range<Int64>]] = []

  mutating func note(frame: Int32, direction: Int, start: Int64, frameOffset: Int, length: Int) {
    guard length > 0 else { return }
    placements.append(
      Placement(
        frame: frame, direction: Int32(direction), frameOffset: Int32(frameOffset), length: Int32(length), start: start)
    )
  }

  mutating func payload(direction: Int, start: Int64, end: Int64) {
    guard start < end else { return }
    while payload.count <= direction { payload.append([]) }
    payload[direction].append(start..<end)
  }

  /// Payload in a frame, as offsets in it. Ask for frames in ascending order.
  mutating func ranges(inFrame frame: Int) -> [Range<Int>] {
    while cursor < placements.count && placements[cursor].frame < frame { cursor += 1 }
    guard cursor < placements.count, placements[cursor].frame == frame else { return [] }
    let placement = placements[cursor]
    guard Int(placement.direction) < payload.count else { return [] }
    let stretches = payload[Int(placement.direction)]
    let end = placement.start + Int64(placement.length)
    var low = 0
    var high = stretches.count
    while low < high {
      let middle = (low + high) / 2
      if stretches[middle].upperBound <= placement.start { low = middle + 1 } else { high = middle }
    }
    var ranges: [Range<Int>] = []
    while low < stretches.count && stretches[low].lowerBound < end {
      let part = stretches[low].clamped(to: placement.start..<end)
      let shift = Int64(placement.frameOffset) - placement.start
      ranges.append(Int(part.lowerBound + shift)..<Int(part.upperBound + shift))
      low += 1
    }
    return ranges
  }
}
