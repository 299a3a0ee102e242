/// Which bytes of files HTTP responses have delivered, told from the acknowledged bytes of their streams.
public struct FileDeliveries: Sendable {
  private struct Body {
    var response: TracedResponse
    /// Bytes that did not come yet.
    var left: Int64
  }

  /// Bytes of a file that one segment delivered.
  public struct Part: Hashable, Sendable {
    /// In the file.
    public var bytes: Range<Int64>
    /// Size of the file.
    public var fileBytes: Int64
  }

  /// By connection and side, in the order of the stream; those that came whole are forgotten.
  private var bodies: [Int: [Body]] = [:]

  public init() {}

  /// A response comes before every segment that delivers some of its body.
  public mutating func add(_ response: TracedResponse) {
    let key = Int(response.connection) * 2 + Int(response.from)
    bodies[key, default: []].append(Body(response: response, left: response.bodyBytes))
  }

  /// - Returns: what the segment brought of files, in the order of the stream.
  public mutating func add(_ segment: TracedSegment) -> [Part] {
    let key = Int(segment.connection) * 2 + Int(segment.from)
    guard !bodies.isEmpty, var waiting = bodies[key] else { return [] }
    let stretch = segment.offset..<segment.offset + Int64(segment.bytes)
    var parts: [Part] = []
    for place in waiting.indices {
      let response = waiting[place].response
      let body = stretch.clamped(to: response.bodyOffset..<response.bodyOffset + response.bodyBytes)
      guard !body.isEmpty else { continue }
      let shift = response.begin - response.bodyOffset
      parts.append(Part(bytes: body.lowerBound + shift..<body.upperBound + shift, fileBytes: response.fileBytes))
      waiting[place].left -= Int64(body.count)
    }
    waiting.removeAll { $0.left <= 0 }
    bodies[key] = waiting.isEmpty ? nil : waiting
    return parts
  }
}

/// The pieces of a file of which every byte is there.
public struct WholePieces: Sendable {
  private let size: Int64
  private let pieceLength: Int64
  /// Disjoint, by start, none touching the next.
  private var stretches: [Range<Int64>] = []
  private var isWhole: [Bool]

  /// - Parameters:
  ///   - size: bytes of the file.
  ///   - pieceLength: bytes of a piece but the last; nothing is whole where it is 0.
  public init(size: Int64, pieceLength: Int64) {
    self.size = size
    self.pieceLength = pieceLength
    isWhole = Array(repeating: false, count: pieceLength > 0 ? Int((size + pieceLength - 1) / pieceLength) : 0)
  }

  /// Bytes that are there, each counted once.
  public var bytes: Int64 { stretches.reduce(0) { $0 + $1.upperBound - $1.lowerBound } }

  /// - Returns: the pieces that these bytes made whole, rising.
  public mutating func insert(_ bytes: Range<Int64>) -> [Int] {
    let bytes = bytes.clamped(to: 0..<size)
    guard !bytes.isEmpty, !isWhole.isEmpty else { return [] }
    var merged = bytes
    stretches.removeAll { stretch in
      guard stretch.lowerBound <= merged.upperBound, stretch.upperBound >= merged.lowerBound else { return false }
      merged = min(stretch.lowerBound, merged.lowerBound)..<max(stretch.upperBound, merged.upperBound)
      return true
    }
    stretches.insert(merged, at: stretches.firstIndex { $0.lowerBound > merged.lowerBound } ?? stretches.count)
    let touched = Int(bytes.lowerBound / pieceLength)...Int((bytes.upperBound - 1) / pieceLength)
    let new = touched.filter { piece in
      let begin = Int64(piece) * pieceLength
      return !isWhole[piece] && merged.lowerBound <= begin && merged.upperBound >= min(begin + pieceLength, size)
    }
    for piece in new { isWhole[piece] = true }
    return new
  }
}
