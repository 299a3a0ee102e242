/// Bytes of a stream that are held until they can be understood, each with the frame it came in.
struct MarkedBuffer {
  private(set) var bytes: [UInt8] = []
  /// Ends (indices in `bytes`) of what each frame brought.
  private var marks: [(end: Int, stamp: Stamp)] = []

  var count: Int { bytes.count }

  mutating func append(_ new: UnsafeRawBufferPointer, _ stamp: Stamp) {
    guard !new.isEmpty else { return }
    bytes.append(contentsOf: new)
    marks.append((bytes.count, stamp))
  }

  mutating func removeFirst(_ count: Int) {
    bytes.removeFirst(count)
    marks = marks.compactMap { $0.end > count ? ($0.end - count, $0.stamp) : nil }
  }

  mutating func removeAll() {
    bytes = []
    marks = []
  }

  /// The frame that brought the byte at `index`.
  func stamp(at index: Int) -> Stamp? { marks.first { $0.end > index }?.stamp }

  /// The parts from `start` on, frame by frame.
  func forEachPart(from start: Int, _ body: (UnsafeRawBufferPointer, Stamp) -> Void) {
    var begin = start
    bytes.withUnsafeBytes { all in
      for mark in marks where mark.end > begin {
        body(UnsafeRawBufferPointer(rebasing: all[begin..<mark.end]), mark.stamp)
        begin = mark.end
      }
    }
  }
}
