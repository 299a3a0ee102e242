public import PacketCapture

/// Makes a small capture of a large one: the payload of piece messages becomes zeros, then gzip makes it vanish.
///
/// Every offset, length and time is unchanged, and since payload is never looked at, so is the `Trace`. Left as they
/// are: streams that are not understood, and stretches after a hole until messages are found again.
public enum CaptureScrubber {
  private struct NoSink: TraceSink {}

  /// Writes a scrubbed copy; gzipped where the name ends in `.gz`.
  ///
  /// - Throws: `CaptureError` when either file fails; an unfinished copy is left behind then.
  public static func scrub(from source: String, to destination: String) throws(CaptureError) {
    var map = try payloadMap(of: source)
    let reader = try CaptureReader(path: source)
    let writer = try CaptureWriter(path: destination, linkType: reader.linkType, snapLength: reader.snapLength)
    var copy: [UInt8] = []
    while let frame = try reader.next() {
      let ranges = map.ranges(inFrame: frame.index)
      if ranges.isEmpty {
        try writer.write(frame)
        continue
      }
      copy.removeAll(keepingCapacity: true)
      copy.append(contentsOf: frame.bytes)
      let failure = copy.withUnsafeMutableBytes { bytes -> CaptureError? in
        for range in ranges { bytes[range].initializeMemory(as: UInt8.self, repeating: 0) }
        var scrubbed = frame
        scrubbed.bytes = UnsafeRawBufferPointer(bytes)
        do throws(CaptureError) { try writer.write(scrubbed) } catch { return error }
        return nil
      }
      if let failure { throw failure }
    }
    try writer.close()
  }

  private static func payloadMap(of path: String) throws(CaptureError) -> PayloadMap {
    let reader = try CaptureReader(path: path)
    var dissector = Dissector(sink: NoSink())
    dissector.emission.payloadMap = PayloadMap()
    while let frame = try reader.next() { dissector.add(frame) }
    dissector.finish()
    return dissector.emission.payloadMap ?? PayloadMap()
  }
}
