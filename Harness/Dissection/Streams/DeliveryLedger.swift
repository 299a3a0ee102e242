/// Which frames brought stream bytes for the first time, and which of these the receiver acknowledged.
///
/// Positions are whatever acknowledgements count: bytes over TCP, packets over uTP.
struct DeliveryLedger {
  private struct Entry {
    var positions: Range<Int64>
    /// In the stream.
    var offset: Int64
    var bytes: Int32
    var stamp: Stamp
  }

  /// Sent, not yet acknowledged.
  private var inFlight: [Entry] = []
  private var head = 0
  /// Acknowledged before it was known what the connection carries.
  private var undecided: [Entry] = []
  private(set) var deliveredBytes: Int64 = 0

  /// Beyond this many the receiver's acknowledgements are evidently not in the capture.
  private static let inFlightLimit = 8192
  private static let undecidedLimit = 1024

  mutating func sent<Sink>(
    _ positions: Range<Int64>, at offset: Int64, bytes: Int, _ stamp: Stamp, _ conversation: Conversation,
    _ index: Int, _ output: inout Emission<Sink>
  ) {
    inFlight.append(Entry(positions: positions, offset: offset, bytes: Int32(bytes), stamp: stamp))
    if inFlight.count - head > Self.inFlightLimit {
      emit(inFlight[head], conversation, index, &output)
      head += 1
      compact()
    }
  }

  mutating func acknowledge<Sink>(
    _ position: Int64, _ conversation: Conversation, _ index: Int, _ output: inout Emission<Sink>
  ) {
    while head < inFlight.count && inFlight[head].positions.upperBound <= position {
      emit(inFlight[head], conversation, index, &output)
      head += 1
    }
    compact()
  }

  mutating func release<Sink>(_ conversation: Conversation, _ index: Int, _ output: inout Emission<Sink>) {
    let entries = undecided
    undecided = []
    for entry in entries { report(entry, conversation, index, &output) }
  }

  /// Bytes in flight at the end were not delivered, unless the receiver was never heard.
  mutating func finish<Sink>(
    acknowledged: Int64?, _ conversation: Conversation, _ index: Int, _ output: inout Emission<Sink>
  ) {
    for var entry in inFlight[head...] {
      // A packet of uTP that is not acknowledged counts for nothing; of a segment, what is.
      if let acknowledged, acknowledged < entry.positions.upperBound {
        entry.bytes = Int32(max(0, acknowledged - entry.positions.lowerBound))
      }
      if entry.bytes > 0 { emit(entry, conversation, index, &output) }
    }
    inFlight = []
    undecided = []
    head = 0
  }

  private mutating func emit<Sink>(
    _ entry: Entry, _ conversation: Conversation, _ index: Int, _ output: inout Emission<Sink>
  ) {
    deliveredBytes += Int64(entry.bytes)
    if conversation.countsSegments {
      report(entry, conversation, index, &output)
    } else if undecided.count < Self.undecidedLimit {
      undecided.append(entry)
    }
  }

  private func report<Sink>(
    _ entry: Entry, _ conversation: Conversation, _ index: Int, _ output: inout Emission<Sink>
  ) {
    output.sink.segment(
      TracedSegment(
        time: entry.stamp.time, frame: entry.stamp.frame, connection: Int32(conversation.traced.id), from: UInt8(index),
        offset: entry.offset, bytes: entry.bytes, frameBytes: entry.stamp.frameBytes))
  }

  private mutating func compact() {
    if head == inFlight.count {
      inFlight.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 1024 {
      inFlight.removeFirst(head)
      head = 0
    }
  }
}
