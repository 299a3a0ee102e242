/// One direction of a connection from where its bytes are in order: hands them to a reader of their content, and keeps
/// account of what was delivered.
///
/// What puts them in order counts in positions of its own, which only have to grow: bytes over TCP, packets over uTP.
final class OrderedStream {
  let index: Int
  let content: ContentReader
  /// Bytes before the next one, those in holes included.
  private(set) var nextOffset: Int64 = 0
  /// The receiver has everything before it.
  private(set) var acknowledged: Int64?
  /// Realtime nanoseconds of the FIN.
  private(set) var endTime: Int64?
  var deliveredBytes: Int64 { ledger.deliveredBytes }

  private var ledger = DeliveryLedger()
  private var lastStamp: Stamp?

  init(index: Int) {
    self.index = index
    content = ContentReader(from: index)
  }

  /// Takes the next bytes, which lie at `positions`.
  func deliver<Sink>(
    _ bytes: UnsafeRawBufferPointer, at positions: Range<Int64>, _ stamp: Stamp, _ conversation: Conversation,
    _ output: inout Emission<Sink>
  ) {
    let start = nextOffset
    nextOffset += Int64(bytes.count)
    // What came out of order could be read only when what precedes it was there.
    let read = lastStamp.map { $0.frame > stamp.frame ? $0 : stamp } ?? stamp
    lastStamp = read
    output.coverage.streamBytes += Int64(bytes.count)
    ledger.sent(positions, at: start, bytes: bytes.count, stamp, conversation, index, &output)
    if let acknowledged { ledger.acknowledge(acknowledged, conversation, index, &output) }
    output.sink.stream(bytes, at: start, frame: Int(read.frame), connection: conversation.traced.id, from: index)
    content.take(bytes, at: start, read, conversation, &output)
    output.payloadMap?.know(direction: content.direction(conversation), upTo: content.settledOffset)
  }

  /// The capture lacks what comes next.
  func hole<Sink>(_ gap: Gap, _ after: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>) {
    guard gap.bytes > 0 else { return }
    let before = lastStamp?.time ?? conversation.traced.opened
    nextOffset += gap.bytes
    output.coverage.holeBytes += gap.bytes
    content.miss(gap, since: before, after, conversation, &output)
    output.payloadMap?.know(direction: content.direction(conversation), upTo: content.settledOffset)
  }

  /// The receiver has everything before `position`.
  func acknowledge<Sink>(_ position: Int64, _ conversation: Conversation, _ output: inout Emission<Sink>) {
    acknowledged = position
    ledger.acknowledge(position, conversation, index, &output)
  }

  func end(_ stamp: Stamp) { if endTime == nil { endTime = stamp.time } }

  /// The connection turned out to be one whose segments count.
  func release<Sink>(_ conversation: Conversation, _ output: inout Emission<Sink>) {
    ledger.release(conversation, index, &output)
    if conversation.traced.content == .peerWire { content.becamePeerWire(conversation, &output) }
  }

  /// No more comes of it.
  func finish<Sink>(_ last: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>) {
    ledger.finish(acknowledged: acknowledged, conversation, index, &output)
    // Whoever reads along is told of a hole by the bytes behind it; behind the last one there are none.
    output.sink.stream(
      UnsafeRawBufferPointer(start: nil, count: 0), at: nextOffset, frame: Int(last.frame),
      connection: conversation.traced.id, from: index)
    content.finish(last, conversation, &output)
  }
}

/// What a capture lacks between two stretches of a stream.
struct Gap {
  /// Exact over TCP. Over uTP, whose packet numbers tell how many packets are missing and not their size, the most that it
  /// can be.
  var bytes: Int64
  var isExact = true
}
