public import PacketCapture

/// Gathers everything a dissector finds into a `Trace`.
public struct TraceCollector: TraceSink {
  private var trace = Trace()

  public init() {}

  public mutating func connection(_ connection: TracedConnection, _ change: ConnectionChange) {
    if connection.id == trace.connections.count {
      trace.connections.append(connection)
    } else {
      trace.connections[connection.id] = connection
    }
  }

  public mutating func message(_ message: TracedMessage, bitfield: [UInt8]?) {
    if let bitfield { trace.bitfields.append(bitfield) }
    trace.messages.append(message)
  }

  public mutating func announce(_ announce: TracedAnnounce) { trace.announces.append(announce) }
  public mutating func response(_ response: TracedResponse) { trace.responses.append(response) }
  public mutating func segment(_ segment: TracedSegment) { trace.segments.append(segment) }
  public mutating func hole(_ hole: TracedHole) { trace.holes.append(hole) }

  /// What was gathered, each kind in the order of its frames.
  public consuming func trace(coverage: Coverage) -> Trace {
    var trace = trace
    trace.coverage = coverage
    inOrder(&trace.messages) { $0.frame }
    inOrder(&trace.announces) { $0.frame }
    inOrder(&trace.responses) { $0.frame }
    inOrder(&trace.segments) { $0.frame }
    inOrder(&trace.holes) { $0.end }
    return trace
  }
}

/// Sorts stably; nearly always there is little or nothing to do.
private func inOrder<Element, Key: Comparable>(_ elements: inout [Element], by key: (Element) -> Key) {
  guard zip(elements, elements.dropFirst()).contains(where: { key($0) > key($1) }) else { return }
  elements = elements.enumerated()
    .sorted { (key($0.element), $0.offset) < (key($1.element), $1.offset) }.map(\.element)
}

/// Dissects a whole capture file.
///
/// - Throws: `CaptureError` when the file is missing, no capture, or cut short.
public func trace(ofCapture path: String) throws(CaptureError) -> Trace {
  try dissect(path, payloadMap: nil).trace
}

/// Dissects a whole capture file, and tells where the payload of piece messages lies in it, for `CaptureScrubber`.
///
/// - Parameters:
///   - redacting: tells of what was not read, too.
///   - key: tells of that and of addresses, with pseudonyms for them.
/// - Throws: `CaptureError` when the file is missing, no capture, or cut short.
public func traceAndPayload(
  ofCapture path: String, redacting: Bool = false, remapping key: RemapKey? = nil
) throws(CaptureError) -> (trace: Trace, payload: PayloadMap) {
  try dissect(path, payloadMap: PayloadMap(redacting: redacting, remapping: key))
}

private func dissect(
  _ path: String, payloadMap: PayloadMap?
) throws(CaptureError) -> (trace: Trace, payload: PayloadMap) {
  let reader = try CaptureReader(path: path)
  var dissector = Dissector(sink: TraceCollector(), noting: payloadMap)
  while let frame = try reader.next() { dissector.add(frame) }
  dissector.finish()
  let payload = dissector.payloadMap ?? PayloadMap()
  return (dissector.sink.trace(coverage: dissector.coverage), payload)
}
