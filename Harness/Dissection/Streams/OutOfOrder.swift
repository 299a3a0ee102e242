/// Stretches of a stream that came before what precedes them: copied, sorted, never overlapping.
struct OutOfOrder {
  struct Stretch {
    var start: Int64
    var bytes: [UInt8]
    var stamp: Stamp
    var end: Int64 { start + Int64(bytes.count) }
  }

  private var stretches: [Stretch] = []
  private var head = 0
  /// What they take, with so much for each besides its bytes.
  private(set) var bytes = 0
  private static let overhead = 64

  var isEmpty: Bool { head == stretches.count }
  var firstStart: Int64? { isEmpty ? nil : stretches[head].start }
  var firstStamp: Stamp? { isEmpty ? nil : stretches[head].stamp }

  /// Keeps those bytes of which no copy waits yet.
  ///
  /// - Returns: bytes that are held more than before; 0 if copies of all wait already.
  mutating func insert(_ new: UnsafeRawBufferPointer, at start: Int64, _ stamp: Stamp) -> Int {
    // The first stretch that ends behind the start.
    var position = head
    var behind = stretches.count
    while position < behind {
      let middle = (position + behind) / 2
      if stretches[middle].end > start { behind = middle } else { position = middle + 1 }
    }
    let end = start + Int64(new.count)
    var cursor = start
    var added = 0
    while cursor < end {
      let next = position < stretches.count ? stretches[position] : nil
      let stop = min(end, next?.start ?? end)
      if stop > cursor {
        let part = [UInt8](new[Int(cursor - start)..<Int(stop - start)])
        stretches.insert(Stretch(start: cursor, bytes: part, stamp: stamp), at: position)
        added += part.count + Self.overhead
        position += 1
      }
      cursor = max(stop, next?.end ?? stop)
      position += 1
    }
    bytes += added
    return added
  }

  mutating func popFirst() -> (stretch: Stretch, freed: Int)? {
    guard !isEmpty else { return nil }
    let first = stretches[head]
    stretches[head].bytes = []
    head += 1
    let freed = first.bytes.count + Self.overhead
    bytes -= freed
    if isEmpty {
      stretches.removeAll(keepingCapacity: stretches.count < 64)
      head = 0
    } else if head >= 64 {
      stretches.removeFirst(head)
      head = 0
    }
    return (first, freed)
  }
}
