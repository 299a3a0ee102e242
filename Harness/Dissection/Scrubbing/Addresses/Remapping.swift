/// What takes the place of bytes that tell addresses, gathered while dissecting: in streams, wherever their bytes came again,
/// and in frames.
struct Remapping: Sendable {
  private struct Replacement: Sendable {
    var start: Int64
    var bytes: [UInt8]
    var range: Range<Int64> { start..<start + Int64(bytes.count) }
  }

  var pseudonyms: Pseudonyms
  /// What the trace does not tell of and can be read is kept too, such as trackers' answers.
  let keepsReplies: Bool
  /// By direction, ascending.
  private var inStreams: [Int: [Replacement]] = [:]
  /// By frame; starts are offsets in it.
  private var inFrames: [Int: [Replacement]] = [:]

  init(key: RemapKey, keepsReplies: Bool) {
    pseudonyms = Pseudonyms(key: key)
    self.keepsReplies = keepsReplies
  }

  mutating func replace(direction: Int, start: Int64, by bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    var all = inStreams.removeValue(forKey: direction) ?? []
    // A head may have been read before the body that precedes it was whole.
    let place = (all.lastIndex { $0.start <= start } ?? -1) + 1
    all.insert(Replacement(start: start, bytes: bytes), at: place)
    inStreams[direction] = all
  }

  mutating func replace(frame: Int, from offset: Int, by bytes: [UInt8]) {
    inFrames[frame, default: []].append(Replacement(start: Int64(offset), bytes: bytes))
  }

  /// Replaces what a frame holds of a stretch of a stream, `stretch` lying in it from `offset` on.
  func apply(to bytes: inout [UInt8], direction: Int, _ stretch: Range<Int64>, at offset: Int) {
    guard let all = inStreams[direction] else { return }
    var low = 0
    var high = all.count
    while low < high {
      let middle = (low + high) / 2
      if all[middle].range.upperBound <= stretch.lowerBound { low = middle + 1 } else { high = middle }
    }
    while low < all.count && all[low].start < stretch.upperBound {
      Self.copy(all[low], to: &bytes, stretch, at: offset)
      low += 1
    }
  }

  /// Replaces what was noted of a frame by itself.
  func apply(to bytes: inout [UInt8], frame: Int) {
    for replacement in inFrames[frame] ?? [] {
      Self.copy(replacement, to: &bytes, 0..<Int64(bytes.count), at: 0)
    }
  }

  private static func copy(_ new: Replacement, to bytes: inout [UInt8], _ stretch: Range<Int64>, at offset: Int) {
    for place in new.range.clamped(to: stretch) {
      bytes[offset + Int(place - stretch.lowerBound)] = new.bytes[Int(place - new.start)]
    }
  }
}

extension PayloadMap {
  /// A message whose body the trace does not tell of.
  mutating func rewrite(extended body: [UInt8], direction: Int, start: Int64) {
    guard let bytes = remapping?.pseudonyms.rewritten(extended: body), bytes != body else { return }
    remapping?.replace(direction: direction, start: start, by: bytes)
  }

  /// Bytes that were read, of which nobody knows what they tell.
  mutating func blank(direction: Int, start: Int64, end: Int64) {
    guard start < end else { return }
    remapping?.replace(
      direction: direction, start: start, by: Pseudonyms.blanks(Int(end - start)))
  }

  mutating func rewrite(head: [UInt8], direction: Int, start: Int64) {
    guard let bytes = remapping?.pseudonyms.rewritten(head: head), bytes != head else { return }
    remapping?.replace(direction: direction, start: start, by: bytes)
  }

  /// - Returns: whether it could be read, and so may stay.
  mutating func rewrite(trackerAnswer body: [UInt8], direction: Int, start: Int64) -> Bool {
    guard let bytes = remapping?.pseudonyms.rewritten(trackerAnswer: body) else { return false }
    if bytes != body { remapping?.replace(direction: direction, start: start, by: bytes) }
    return true
  }

  mutating func rewrite(_ datagram: UDPDatagram, toTracker: Bool, frame: Int) {
    let payload = Array(datagram.payload)
    let bytes =
      toTracker
      ? remapping?.pseudonyms.rewritten(trackerRequest: payload)
      : remapping?.pseudonyms.rewritten(trackerReply: payload, overIPv4: datagram.source.isV4)
    if let bytes { remapping?.replace(frame: frame, from: datagram.payloadOffset, by: bytes) }
  }

  mutating func rewrite(_ datagram: UDPDatagram, of kind: DatagramKind, frame: Int) {
    let payload = Array(datagram.payload)
    let bytes =
      kind == .localDiscovery
      ? remapping?.pseudonyms.rewritten(head: payload) : remapping?.pseudonyms.rewritten(hashTable: payload)
    if let bytes { remapping?.replace(frame: frame, from: datagram.payloadOffset, by: bytes) }
  }
}
