public import PacketCapture
import SwarmTime

/// Makes a small capture of a large one: the payload of piece messages becomes zeros, then gzip makes it vanish.
///
/// Every offset, length and time is unchanged, and since payload is never looked at, so is the `Trace`. Left as they
/// are, unless they are redacted: streams that are not understood, stretches after a hole until messages are found again,
/// and frames of other protocols. Left, unless they are remapped: all addresses.
public enum CaptureScrubber {
  private struct NoSink: TraceSink {}

  /// Writes a scrubbed copy; gzipped where the name ends in `.gz`.
  ///
  /// - Parameters:
  ///   - redacting: overwrites what was not read.
  ///   - key: gives pseudonyms to all addresses, and overwrites what was not read, for others that may be in it.
  /// - Throws: `CaptureError` when either file fails; an unfinished copy is left behind then.
  public static func scrub(
    from source: String, to destination: String, redacting: Bool = false, remapping key: RemapKey? = nil
  ) throws(CaptureError) {
    let reader = try CaptureReader(path: source)
    var dissector = Dissector(sink: NoSink(), noting: PayloadMap(redacting: redacting, remapping: key))
    while let frame = try reader.next() { dissector.add(frame) }
    dissector.finish()
    try scrub(from: source, to: destination, payload: dissector.payloadMap ?? PayloadMap())
  }

  /// As above, for a capture that was dissected before: `payload` is where `traceAndPayload` found it. What was not read is
  /// redacted, and addresses are remapped, if that was asked of it.
  ///
  /// - Throws: `CaptureError` when either file fails; an unfinished copy is left behind then.
  public static func scrub(
    from source: String, to destination: String, payload: PayloadMap
  ) throws(CaptureError) {
    var payload = payload
    payload.settle()
    let reader = try CaptureReader(path: source)
    let writer = try CaptureWriter(path: destination, linkType: reader.linkType, snapLength: reader.snapLength)
    while let frame = try reader.next() {
      let blocks = payload.ranges(inFrame: frame.index)
      guard let rewritten = payload.rewritten(frame, zeroing: blocks) else {
        try writer.write(frame, zeroing: blocks)
        continue
      }
      let failure = rewritten.withUnsafeBytes { bytes -> CaptureError? in
        var copy = frame
        copy.bytes = bytes
        do throws(CaptureError) { try writer.write(copy, zeroing: blocks) } catch { return error }
        return nil
      }
      if let failure { throw failure }
    }
    try writer.close()
  }
}

extension PayloadMap {
  /// A frame as it is in the copy. Ask for frames in ascending order, once `settle` was called.
  package mutating func scrubbed(_ frame: Frame) -> [UInt8] {
    let blocks = ranges(inFrame: frame.index)
    var bytes = rewritten(frame, zeroing: blocks) ?? Array(frame.bytes)
    for block in blocks { for place in block { bytes[place] = 0 } }
    return bytes
  }

  /// What is written in place of a frame, `blocks` being zeroed as it is; nil where that is the frame itself.
  fileprivate mutating func rewritten(_ frame: Frame, zeroing blocks: [Range<Int>]) -> [UInt8]? {
    let unread = tellsUnread ? unread(inFrame: frame.index, of: frame.bytes.count) : []
    if unread.isEmpty && !remaps { return nil }
    let covered = Redaction.covering(unread, in: frame.bytes)
    return remaps ? remapped(frame, covered, zeroing: blocks) : covered
  }
}

/// What takes the place of bytes that were not read: it must be taken for the same again, and tell nothing.
private enum Redaction {
  /// No length, message id, protocol name or datagram that we know begins with it.
  private static let blank: UInt8 = 0xff

  static func covering(_ unread: [PayloadMap.Unread], in bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var covered = Array(bytes)
    for part in unread {
      guard let random = part.random else {
        for place in part.range { covered[place] = blank }
        continue
      }
      // An encrypted stream must look encrypted still; copies of a byte become copies again.
      for (step, place) in part.range.enumerated() {
        covered[place] = noise(direction: random.direction, offset: random.start + Int64(step))
      }
    }
    return covered
  }

  /// SplitMix64 of the place alone, so nothing of what was there is in it.
  private static func noise(direction: Int, offset: Int64) -> UInt8 {
    var source = RandomSource(seed: UInt64(truncatingIfNeeded: direction) << 40 ^ UInt64(truncatingIfNeeded: offset))
    return UInt8(truncatingIfNeeded: source.next() >> 32)
  }
}
