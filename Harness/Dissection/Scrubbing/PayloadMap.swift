import PacketCapture

/// Which bytes of which frames are payload of piece messages, and which were not read, gathered while dissecting.
///
/// Kept as stretches of streams and as where each frame's bytes lie in its stream, so that retransmitted copies and
/// segments out of order are found as well.
public struct PayloadMap: Sendable {
  struct Placement: Sendable {
    var frame: Int32
    var direction: Int32
    var frameOffset: Int32
    var length: Int32
    var start: Int64

    var stretch: Range<Int64> { start..<start + Int64(length) }

    func inFrame(_ part: Range<Int64>) -> Range<Int> {
      let shift = Int64(frameOffset) - start
      return Int(part.lowerBound + shift)..<Int(part.upperBound + shift)
    }
  }

  /// Bytes of a frame that were not read.
  struct Unread {
    var range: Range<Int>
    /// They are of a stream that looks encrypted, from this offset of it on; nil for what does not.
    var random: (direction: Int, start: Int64)?
  }

  /// What was not read is wanted too.
  let tellsUnread: Bool
  /// Addresses get pseudonyms.
  let remaps: Bool
  var remapping: Remapping?
  private var placements: [Placement] = []
  private var cursor = 0
  private var payload = Stretches()
  private var read = Stretches()
  private var randomDirections: Set<Int32> = []
  /// By frame, where bytes begin that belong to no stream.
  private var strays: [Int: Int] = [:]
  /// By direction, the stream offset before which all payload is known.
  private var settled: [Int64] = []
  /// The last frame of which it will be known later where in its stream it lies, if it is of one.
  private(set) var waitingFrame: Int32 = 0

  /// So far back in a stream copies are looked for while the capture is made: farther than any sender sends again.
  private static let reach: Int64 = 1 << 20

  /// - Parameters:
  ///   - redacting: tells of what was not read.
  ///   - key: gives pseudonyms to addresses, and tells of what was not read, in which there may be others.
  package init(redacting: Bool = false, remapping key: RemapKey? = nil) {
    tellsUnread = redacting || key != nil
    remaps = key != nil
    remapping = key.map { Remapping(key: $0, keepsReplies: !redacting) }
  }

  // MARK: While dissecting

  mutating func note(frame: Int32, direction: Int, start: Int64, frameOffset: Int, length: Int) {
    guard length > 0 else { return }
    placements.append(
      Placement(
        frame: frame, direction: Int32(direction), frameOffset: Int32(frameOffset), length: Int32(length), start: start)
    )
  }

  mutating func payload(direction: Int, start: Int64, end: Int64) {
    guard start < end else { return }
    payload.append(direction: direction, start..<end)
  }

  /// What is payload of a stream before `end` was told.
  mutating func know(direction: Int, upTo end: Int64) {
    while settled.count <= direction { settled.append(0) }
    settled[direction] = max(settled[direction], end)
  }

  mutating func waits(frame: Int32) { waitingFrame = frame }

  /// A handshake, messages or announces: what the trace tells of, and bytes that say what a stream is.
  mutating func read(direction: Int, start: Int64, end: Int64) {
    guard tellsUnread, start < end else { return }
    read.append(direction: direction, start..<end)
  }

  mutating func looksRandom(direction: Int) { randomDirections.insert(Int32(direction)) }

  mutating func stray(frame: Int, from offset: Int) {
    if tellsUnread { strays[frame] = offset }
  }

  mutating func isNoStray(frame: Int) { strays[frame] = nil }

  // MARK: While the capture is made

  var rememberedStretches: Int { payload.count }

  /// Where the bytes of a frame lie; each is given out once.
  mutating func takePlacement() -> Placement? { placements.popLast() }

  /// Whether all payload in it is known.
  func isSettled(_ placement: Placement) -> Bool {
    let direction = Int(placement.direction)
    return placement.stretch.upperBound <= (direction < settled.count ? settled[direction] : 0)
  }

  /// Tells payload in a frame, as offsets in it, as far as it is known; forgets what is out of the next frames' reach.
  mutating func release(_ placement: Placement, into ranges: inout [Range<Int>]) {
    let direction = Int(placement.direction)
    payload.forEachPart(direction: direction, of: placement.stretch) { ranges.append(placement.inFrame($0)) }
    payload.forget(direction: direction, before: placement.start - Self.reach)
  }

  // MARK: Afterwards

  /// To be called once, before anything is asked for. Packets that came out of order were placed later.
  package mutating func settle() {
    if zip(placements, placements.dropFirst()).contains(where: { $0.frame > $1.frame }) {
      placements.sort { ($0.frame, $0.frameOffset) < ($1.frame, $1.frameOffset) }
    }
  }

  /// Payload in a frame, as offsets in it. Ask for frames in ascending order.
  mutating func ranges(inFrame frame: Int) -> [Range<Int>] {
    guard let placement = placement(ofFrame: frame) else { return [] }
    return payload.parts(direction: Int(placement.direction), of: placement.stretch).map(placement.inFrame)
  }

  /// What was not read of a frame of so many bytes. Ask for frames in ascending order.
  mutating func unread(inFrame frame: Int, of count: Int) -> [Unread] {
    guard let placement = placement(ofFrame: frame) else {
      guard let stray = strays[frame], stray < count else { return [] }
      return [Unread(range: stray..<count)]
    }
    let isRandom = randomDirections.contains(placement.direction)
    return read.gaps(direction: Int(placement.direction), of: placement.stretch).map {
      Unread(
        range: placement.inFrame($0), random: isRandom ? (Int(placement.direction), $0.lowerBound) : nil)
    }
  }

  /// Gives pseudonyms to the addresses in a frame, and keeps its checksums as right as they were. Ask for frames in ascending
  /// order.
  ///
  /// - Parameters:
  ///   - frame: as it was captured.
  ///   - bytes: what is left of it, `blocks` being zeroed as it is written.
  /// - Returns: the bytes to write.
  mutating func remapped(_ frame: Frame, _ bytes: [UInt8], zeroing blocks: [Range<Int>]) -> [UInt8] {
    guard var remapping else { return bytes }
    // Else there would be two of it, and a copy made.
    self.remapping = nil
    defer { self.remapping = remapping }
    var written = FrameAddresses(frame: frame, bytes: bytes)
    if let placement = placement(ofFrame: frame.index) {
      remapping.apply(
        to: &written.bytes, direction: Int(placement.direction), placement.stretch, at: Int(placement.frameOffset))
    }
    remapping.apply(to: &written.bytes, frame: frame.index)
    written.remap(&remapping.pseudonyms, keepsARP: remapping.keepsReplies)
    for block in blocks { for place in block { written.bytes[place] = 0 } }
    Checksums.follow(frame, into: &written.bytes)
    return written.bytes
  }

  private mutating func placement(ofFrame frame: Int) -> Placement? {
    while cursor < placements.count && placements[cursor].frame < frame { cursor += 1 }
    guard cursor < placements.count, placements[cursor].frame == frame else { return nil }
    return placements[cursor]
  }
}
