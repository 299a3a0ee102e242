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
    let reader = try CaptureReader(path: source)
    var dissector = Dissector(sink: NoSink())
    dissector.emission.payloadMap = PayloadMap()
    while let frame = try reader.next() { dissector.add(frame) }
    dissector.finish()
    try scrub(from: source, to: destination, payload: dissector.emission.payloadMap ?? PayloadMap())
  }

  /// As above, for a capture that was dissected before: `payload` is where `traceAndPayload` found it.
  ///
  /// - Throws: `CaptureError` when either file fails; an unfinished copy is left behind then.
  public static func scrub(
    from source: String, to destination: String, payload: PayloadMap
  ) throws(CaptureError) {
    var payload = payload
    let reader = try CaptureReader(path: source)
    let writer = try CaptureWriter(path: destination, linkType: reader.linkType, snapLength: reader.snapLength)
    while let frame = try reader.next() { try writer.write(frame, zeroing: payload.ranges(inFrame: frame.index)) }
    try writer.close()
  }
}
