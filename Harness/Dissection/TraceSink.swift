/// Takes what a `Dissector` finds, as it finds it.
///
/// Messages come when their last byte was seen, segments when they were acknowledged, holes when it is known what they
/// lost: so not quite in the order of frames. `TraceCollector` puts them into it.
public protocol TraceSink {
  /// A connection was opened, identified, or changed otherwise; its `id` says which.
  mutating func connection(_ connection: TracedConnection, _ change: ConnectionChange)
  /// `bitfield` holds the bytes of a bitfield message that came whole.
  mutating func message(_ message: TracedMessage, bitfield: [UInt8]?)
  mutating func announce(_ announce: TracedAnnounce)
  mutating func response(_ response: TracedResponse)
  mutating func segment(_ segment: TracedSegment)
  mutating func hole(_ hole: TracedHole)
  /// Stream bytes in order, each once, valid within the call; what a hole lacks is passed over. `at` is the offset of the
  /// first of them, `frame` that by which they could be read. The last call for each side brings none: `at` is the end.
  mutating func stream(_ bytes: UnsafeRawBufferPointer, at: Int64, frame: Int, connection: Int, from: Int)
}

public enum ConnectionChange: Sendable {
  case opened
  /// A handshake was read, or the content became known otherwise.
  case identified
  case closed
  /// No more comes of it; once for every connection.
  case final
}

extension TraceSink {
  public mutating func connection(_ connection: TracedConnection, _ change: ConnectionChange) {}
  public mutating func message(_ message: TracedMessage, bitfield: [UInt8]?) {}
  public mutating func announce(_ announce: TracedAnnounce) {}
  public mutating func response(_ response: TracedResponse) {}
  public mutating func segment(_ segment: TracedSegment) {}
  public mutating func hole(_ hole: TracedHole) {}
  public mutating func stream(_ bytes: UnsafeRawBufferPointer, at: Int64, frame: Int, connection: Int, from: Int) {}
}

/// What the parts of a dissector share while they work on a frame: the sink, and the sums over all connections.
struct Emission<Sink: TraceSink> {
  var sink: Sink
  var coverage = Coverage()
  /// Bytes held in reassembly and resynchronisation buffers of all connections.
  var heldBytes = 0
  var bitfields: Int32 = 0
  /// Upper bounds of piece indices by info-hash, from the longest bitfield, as long as no message is beyond them.
  var pieceBounds: [[UInt8]: UInt32] = [:]
  /// Where payload of piece messages lies, and what was not read; kept only for scrubbing.
  var payloadMap: PayloadMap?

  /// At most this is held over all connections; beyond it, what is out of order becomes a hole.
  static var heldLimit: Int { 256 << 20 }
}
