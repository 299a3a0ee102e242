/// One direction of a TCP connection: puts segments in order.
///
/// Sequence numbers are turned into stream offsets (Int64, 0 is the first byte) by their distance modulo 2^32 from the
/// next one expected, or from the last one acknowledged where that is further: the capture may lack the data.
final class TCPSide {
  /// The SYN's sequence number, where it was seen.
  private(set) var initialSequence: UInt32?
  private(set) var hasStarted = false

  private let stream: OrderedStream
  /// Of the first byte.
  private var firstSequence: UInt32 = 0
  private var nextSequence: UInt32 = 0
  private var endOffset: Int64?
  private var waiting = OutOfOrder()
  private var receiverHeardSinceGap = false
  private var sawInitial = false

  /// At most this is held out of order for each direction.
  static let outOfOrderLimit = 1 << 20

  init(_ stream: OrderedStream) { self.stream = stream }

  /// Takes the base from the first segment seen.
  func start(_ segment: TCPSegment) {
    if segment.isSYN && initialSequence == nil && (!hasStarted || begins(behind: segment.sequence)) {
      initialSequence = segment.sequence
      if !hasStarted { begin(at: segment.sequence &+ 1) }
    } else if !hasStarted && !segment.isRST && !segment.isSYN {
      begin(at: segment.sequence)
    }
  }

  /// The other end's SYN and ACK tells where this direction begins.
  func start(expecting sequence: UInt32) {
    if !hasStarted { begin(at: sequence) }
  }

  /// Whether a SYN with that number is the one behind which this direction was found to begin, before it was seen itself.
  func begins(behind initial: UInt32) -> Bool { hasStarted && initial &+ 1 == firstSequence }

  func seesAgain(_ initial: UInt32) -> Bool {
    defer { sawInitial = true }
    return sawInitial && initialSequence == initial
  }

  /// - Returns: whether the segment brought bytes not seen before.
  func take<Sink>(
    _ segment: TCPSegment, _ stamp: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>
  ) -> Bool {
    let start = offset(of: segment.isSYN ? segment.sequence &+ 1 : segment.sequence)
    output.payloadMap?.note(
      frame: stamp.frame, direction: conversation.traced.id * 2 + stream.index, start: start,
      frameOffset: segment.payloadOffset, length: segment.payload.count)
    let end = start + Int64(segment.payload.count)
    guard end > stream.nextOffset else { return false }
    if start <= stream.nextOffset {
      advance(segment.payload, start, stamp, conversation, &output)
      return true
    }
    if waiting.isEmpty { receiverHeardSinceGap = false }
    let added = waiting.insert(segment.payload, at: start, stamp)
    output.heldBytes += added
    skipAcknowledged(stamp, conversation, &output)
    while waiting.bytes > Self.outOfOrderLimit || (output.heldBytes > Emission<Sink>.heldLimit && waiting.bytes > 0) {
      skipToWaiting(stamp, conversation, &output)
    }
    return added > 0
  }

  /// The receiver has everything before `sequence`.
  func acknowledge<Sink>(
    _ sequence: UInt32, _ stamp: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>
  ) {
    receiverHeardSinceGap = true
    let offset = offset(of: sequence)
    if offset < 0 || offset <= stream.acknowledged ?? -1 { return }
    stream.acknowledge(offset, conversation, &output)
    skipAcknowledged(stamp, conversation, &output)
  }

  func end(_ segment: TCPSegment, _ stamp: Stamp) {
    guard stream.endTime == nil else { return }
    stream.end(stamp)
    endOffset = offset(of: segment.sequence) + Int64(segment.payloadLength)
  }

  /// No more comes of it.
  func finish<Sink>(_ last: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>) {
    if !waiting.isEmpty && !receiverHeardSinceGap {
      // What the receiver got cannot be told: take all of it.
      while !waiting.isEmpty { skipToWaiting(last, conversation, &output) }
    } else if let acknowledged = stream.acknowledged {
      // An acknowledged FIN counts one.
      let expected = endOffset.map { min($0, acknowledged) } ?? acknowledged
      let missing = expected - stream.nextOffset
      if missing > 1 || (missing == 1 && endOffset != nil) { hole(missing, last, conversation, &output) }
    }
    output.heldBytes -= waiting.bytes
    waiting = OutOfOrder()
    stream.finish(last, conversation, &output)
  }

  private func begin(at sequence: UInt32) {
    hasStarted = true
    firstSequence = sequence
    nextSequence = sequence
  }

  private func offset(of sequence: UInt32) -> Int64 {
    let known = max(stream.nextOffset, stream.acknowledged ?? 0)
    let ahead = UInt32(truncatingIfNeeded: known - stream.nextOffset)
    return known + Int64(Int32(bitPattern: sequence &- nextSequence &- ahead))
  }

  /// Hands on bytes from `start` that begin at or before the next one expected, letting those that came earlier, out of
  /// order, win where they overlap.
  private func advance<Sink>(
    _ bytes: UnsafeRawBufferPointer, _ start: Int64, _ stamp: Stamp, _ conversation: Conversation,
    _ output: inout Emission<Sink>
  ) {
    let end = start + Int64(bytes.count)
    while stream.nextOffset < end {
      let next = stream.nextOffset
      let stop = min(end, waiting.firstStart ?? end)
      if stop > next {
        deliver(
          UnsafeRawBufferPointer(rebasing: bytes[Int(next - start)..<Int(stop - start)]), stamp, conversation, &output)
      }
      drain(conversation, &output)
    }
    drain(conversation, &output)
  }

  /// Hands on what waited and has become next.
  private func drain<Sink>(_ conversation: Conversation, _ output: inout Emission<Sink>) {
    while waiting.firstStart == stream.nextOffset, let (first, freed) = waiting.popFirst() {
      output.heldBytes -= freed
      first.bytes.withUnsafeBytes { deliver($0, first.stamp, conversation, &output) }
    }
  }

  private func deliver<Sink>(
    _ bytes: UnsafeRawBufferPointer, _ stamp: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>
  ) {
    let start = stream.nextOffset
    nextSequence &+= UInt32(truncatingIfNeeded: bytes.count)
    stream.deliver(bytes, at: start..<start + Int64(bytes.count), stamp, conversation, &output)
  }

  /// The receiver acknowledged bytes beyond a gap, so the capture lacks what is in it.
  private func skipAcknowledged<Sink>(_ stamp: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>) {
    while let first = waiting.firstStart, let acknowledged = stream.acknowledged, acknowledged >= first {
      skipToWaiting(stamp, conversation, &output)
    }
  }

  private func skipToWaiting<Sink>(_ stamp: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>) {
    guard let first = waiting.firstStart, let after = waiting.firstStamp else { return }
    hole(first - stream.nextOffset, after, conversation, &output)
    drain(conversation, &output)
  }

  private func hole<Sink>(
    _ count: Int64, _ after: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>
  ) {
    nextSequence &+= UInt32(truncatingIfNeeded: count)
    stream.hole(Gap(bytes: count), after, conversation, &output)
  }
}
