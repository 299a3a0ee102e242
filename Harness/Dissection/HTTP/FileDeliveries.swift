/// Which bytes of files HTTP responses have delivered, told from the acknowledged bytes of their streams.
public struct FileDeliveries: Sendable {
  private struct Flow {
    /// Stream bytes delivered so far.
    var delivered: Int64 = 0
    /// Those that are not over, in the order of the stream.
    var responses: [TracedResponse] = []
  }

  /// Bytes of a file that one segment delivered.
  public struct Part: Hashable, Sendable {
    /// In the file.
    public var bytes: Range<Int64>
    /// Size of the file.
    public var fileBytes: Int64
  }

  /// By connection and side.
  private var flows: [Int: Flow] = [:]

  public init() {}

  /// A response comes before every segment that delivers some of its body; the first one before all of its stream.
  public mutating func add(_ response: TracedResponse) {
    flows[Int(response.connection) * 2 + Int(response.from), default: Flow()].responses.append(response)
  }

  /// - Returns: what the segment brought of files, in the order of the stream.
  public mutating func add(_ segment: TracedSegment) -> [Part] {
    let key = Int(segment.connection) * 2 + Int(segment.from)
    guard !flows.isEmpty, var flow = flows[key] else { return [] }
    let stretch = flow.delivered..<flow.delivered + Int64(segment.bytes)
    flow.delivered = stretch.upperBound
    var parts: [Part] = []
    for response in flow.responses {
      let body = stretch.clamped(to: response.bodyOffset..<response.bodyOffset + response.bodyBytes)
      guard !body.isEmpty else { continue }
      let shift = response.begin - response.bodyOffset
      parts.append(Part(bytes: body.lowerBound + shift..<body.upperBound + shift, fileBytes: response.fileBytes))
    }
    flow.responses.removeAll { $0.bodyOffset + $0.bodyBytes <= stretch.upperBound }
    flows[key] = flow
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
