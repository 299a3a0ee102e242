/// Reads HTTP responses of one direction (RFC 9112): heads are read, bodies of known length stepped over.
struct ResponseReader {
  private var head: [UInt8] = []
  /// Stream offset at which the next head begins, or where the body under way ends.
  private var bodyEnd: Int64 = 0
  /// Something came whose end cannot be known: nothing more is read.
  private(set) var isOver = false
  /// For the scrubber: heads are kept that the last bytes ended, each with the stream offset at which it ends.
  var keepsHeads = false
  private(set) var heads: [(bytes: [UInt8], end: Int64, bringsFile: Bool)] = []

  /// Longest head that is read.
  private static let headLimit = 16 << 10

  /// - Parameter start: stream offset of the first of the bytes.
  /// - Returns: the responses whose heads end in `bytes` and that bring a file or a part of one.
  mutating func take(
    _ bytes: UnsafeRawBufferPointer, at start: Int64, _ stamp: Stamp, connection: Int, from: Int
  ) -> [TracedResponse] {
    var responses: [TracedResponse] = []
    if keepsHeads { heads = [] }
    var position = 0
    while position < bytes.count, !isOver {
      let offset = start + Int64(position)
      if offset < bodyEnd {
        position += min(bytes.count - position, Int(clamping: bodyEnd - offset))
        continue
      }
      head.append(bytes[position])
      position += 1
      guard isHeadWhole else {
        isOver = head.count >= Self.headLimit
        continue
      }
      let read = ResponseHead(head)
      if keepsHeads { heads.append((head, offset + 1, read?.part != nil && read?.bodyLength ?? 0 > 0)) }
      head = []
      guard let read, let length = read.bodyLength else {
        isOver = true
        break
      }
      bodyEnd = offset + 1 + length
      guard let part = read.part, length > 0 else { continue }
      responses.append(
        TracedResponse(
          time: stamp.time, frame: stamp.frame, connection: Int32(connection), from: UInt8(from), status: read.status,
          bodyOffset: offset + 1, bodyBytes: length, begin: part.begin, fileBytes: part.fileBytes))
    }
    return responses
  }

  /// The capture lacks so many bytes from this offset on.
  ///
  /// - Returns: whether all of them are of a body.
  mutating func miss(_ count: Int64, at offset: Int64) -> Bool {
    if head.isEmpty, offset + count <= bodyEnd { return true }
    isOver = true
    return false
  }

  private var isHeadWhole: Bool { head.count >= 4 && head.suffix(4).elementsEqual([13, 10, 13, 10]) }
}

/// What the head of a response says of its body.
struct ResponseHead {
  var status: UInt16
  /// Nil where only the end of the connection, or chunks, would tell it.
  var bodyLength: Int64?
  /// Where the body lies in the file, and the file's size; nil where the response brings none.
  var part: (begin: Int64, fileBytes: Int64)?

  /// Longest body that is believed, 1 EiB: offsets of a stream behind it must still be numbers of 64 bits.
  private static let longestBody: Int64 = 1 << 60

  /// Nil for bytes that are no head.
  init?(_ bytes: [UInt8]) {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = UInt16(words[1]) else { return nil }
    self.status = status
    var range: Substring?
    var isChunked = false
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = Self.trimmed(line[line.index(after: colon)...])
      switch line[..<colon].lowercased() {
      case "content-length": bodyLength = Int64(value).flatMap { 0...Self.longestBody ~= $0 ? $0 : nil }
      case "content-range": range = value
      case "transfer-encoding": isChunked = true
      default: break
      }
    }
    // RFC 9112, section 6.3: these have no body, and chunks go before a length.
    if status < 200 || status == 204 || status == 304 { bodyLength = 0 }
    if isChunked { bodyLength = nil }
    guard let length = bodyLength else { return }
    switch status {
    case 200: part = (0, length)
    case 206: part = range.flatMap { Self.part($0, length) }
    default: break
    }
  }

  /// What of a head tells its status and its body's length: without more the next head is found.
  static func framing(_ head: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    while start < head.count {
      let end = head[start...].firstIndex(of: 13) ?? head.count
      let name = String(decoding: head[start..<end].prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self).lowercased()
      if start == 0 {
        ranges.append(0..<min(end, "HTTP/1.1 404 ".utf8.count))
      } else if ["content-length", "transfer-encoding"].contains(name) {
        ranges.append(start..<end)
      }
      // The line's end.
      start = min(end + 2, head.count)
      if end < start { ranges.append(end..<start) }
    }
    return ranges
  }

  /// `bytes 100-199/1000`.
  private static func part(_ text: Substring, _ length: Int64) -> (begin: Int64, fileBytes: Int64)? {
    let fields = text.split { $0 == " " || $0 == "-" || $0 == "/" }
    guard fields.count == 4, fields[0] == "bytes", let begin = Int64(fields[1]), let last = Int64(fields[2]),
      let size = Int64(fields[3]), begin >= 0, last < size, last - begin == length - 1
    else { return nil }
    return (begin, size)
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}
