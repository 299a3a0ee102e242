/// One direction of a uTP connection: puts packets in order.
///
/// Packet numbers (16 bits on the wire) are turned into a count from the first packet by their distance modulo 2^16 from the
/// next one expected, or from the last one acknowledged where that is further: the capture may lack the packets. They tell
/// how many packets it lacks and not how many bytes.
final class UTPSide {
  private(set) var hasStarted = false

  private let stream: OrderedStream
  private var next: Int64 = 0
  private var nextSequence: UInt16 = 0
  /// Number of the FIN.
  private var end: Int64?
  private var waiting = WaitingPackets()
  private var receiverHeardSinceGap = false
  /// Most bytes that a packet of this direction had, or an Ethernet frame's payload.
  private var largest = 1472
  /// Where packets begin in the stream, by number modulo `reach`; kept for the scrubber, which must find copies.
  private var starts: [Int64: (number: Int64, offset: Int64)] = [:]

  /// A number farther back would be taken for one to come.
  private static let reach: Int64 = 1 << 15

  init(_ stream: OrderedStream) { self.stream = stream }

  /// Takes the base from the first packet seen.
  func start(_ packet: UTPPacket) {
    guard !hasStarted, packet.kind != .reset else { return }
    hasStarted = true
    nextSequence = packet.kind == .syn ? packet.sequence &+ 1 : packet.sequence
  }

  /// Takes a packet that has a number of its own.
  ///
  /// - Returns: whether it was not seen before.
  func take<Sink>(
    _ packet: UTPPacket, _ stamp: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>
  ) -> Bool {
    let number = number(of: packet.sequence)
    if packet.kind == .fin && stream.endTime == nil {
      stream.end(stamp)
      end = number
    }
    largest = max(largest, packet.payloadLength)
    guard number >= next else {
      if let start = starts[number & (Self.reach - 1)], start.number == number {
        note(frame: stamp.frame, at: start.offset, packet.payloadOffset, packet.payload.count, conversation, &output)
      }
      return false
    }
    let cut = packet.payloadLength - packet.payload.count
    if number == next {
      deliver(packet.payload, cut: cut, packet.payloadOffset, stamp, conversation, &output)
      drain(conversation, &output)
      return true
    }
    if waiting.isEmpty { receiverHeardSinceGap = false }
    let added = waiting.insert(
      .init(
        number: number, bytes: Array(packet.payload), cut: cut, stamp: stamp, frameOffset: packet.payloadOffset))
    output.heldBytes += added
    if output.payloadMap != nil && !packet.payload.isEmpty {
      if added == 0 {
        output.heldBytes += waiting.note(
          .init(frame: stamp.frame, frameOffset: packet.payloadOffset, length: packet.payload.count), of: number)
      }
      output.payloadMap?.waits(frame: stamp.frame)
    }
    skipAcknowledged(conversation, &output)
    while !waiting.isEmpty && (waiting.bytes > TCPSide.outOfOrderLimit || output.heldBytes > Emission<Sink>.heldLimit) {
      skipToWaiting(conversation, &output)
    }
    return added > 0
  }

  /// The receiver tells what it has of this direction.
  func acknowledge<Sink>(_ packet: UTPPacket, _ conversation: Conversation, _ output: inout Emission<Sink>) {
    receiverHeardSinceGap = true
    let position = number(of: packet.acknowledgement) + 1
    if position >= 0 && position > stream.acknowledged ?? -1 {
      stream.acknowledge(position, conversation, &output)
      skipAcknowledged(conversation, &output)
    }
    guard !packet.selective.isEmpty else { return }
    // What the receiver has selectively and the capture has not will not be sent again.
    while let first = waiting.first?.number,
      (next..<first).allSatisfy({ packet.hasSelectively(nextSequence &+ UInt16(truncatingIfNeeded: $0 - next)) })
    {
      skipToWaiting(conversation, &output)
    }
  }

  /// The capture is over.
  func finish<Sink>(_ last: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>) {
    if !waiting.isEmpty && !receiverHeardSinceGap {
      // What the receiver got cannot be told: take all of it.
      while !waiting.isEmpty { skipToWaiting(conversation, &output) }
    } else if let acknowledged = stream.acknowledged {
      // One packet that was acknowledged and not seen may have been the FIN.
      let missing = acknowledged - next
      if missing > 1 || (missing == 1 && end != nil) { hole(missing, last, conversation, &output) }
    }
    output.heldBytes -= waiting.bytes
    waiting = WaitingPackets()
    stream.finish(last, conversation, &output)
  }

  private func number(of sequence: UInt16) -> Int64 {
    let known = max(next, stream.acknowledged ?? 0)
    let ahead = UInt16(truncatingIfNeeded: known - next)
    return known + Int64(Int16(bitPattern: sequence &- nextSequence &- ahead))
  }

  private func deliver<Sink>(
    _ bytes: UnsafeRawBufferPointer, cut: Int, _ frameOffset: Int, _ stamp: Stamp, _ conversation: Conversation,
    _ output: inout Emission<Sink>
  ) {
    let number = next
    move(by: 1)
    guard !bytes.isEmpty || cut > 0 else { return }
    if output.payloadMap != nil { starts[number & (Self.reach - 1)] = (number, stream.nextOffset) }
    note(frame: stamp.frame, at: stream.nextOffset, frameOffset, bytes.count, conversation, &output)
    if !bytes.isEmpty { stream.deliver(bytes, at: number..<number + 1, stamp, conversation, &output) }
    stream.hole(Gap(bytes: Int64(cut)), stamp, conversation, &output)
  }

  /// Hands on what waited and has become next.
  private func drain<Sink>(_ conversation: Conversation, _ output: inout Emission<Sink>) {
    while waiting.first?.number == next, let (packet, freed) = waiting.popFirst() {
      output.heldBytes -= freed
      for copy in packet.copies {
        note(frame: copy.frame, at: stream.nextOffset, copy.frameOffset, copy.length, conversation, &output)
      }
      packet.bytes.withUnsafeBytes {
        deliver($0, cut: packet.cut, packet.frameOffset, packet.stamp, conversation, &output)
      }
    }
  }

  /// The receiver acknowledged packets beyond a gap, so the capture lacks what is in it.
  private func skipAcknowledged<Sink>(_ conversation: Conversation, _ output: inout Emission<Sink>) {
    while let first = waiting.first, let acknowledged = stream.acknowledged, acknowledged >= first.number {
      skipToWaiting(conversation, &output)
    }
  }

  private func skipToWaiting<Sink>(_ conversation: Conversation, _ output: inout Emission<Sink>) {
    guard let first = waiting.first else { return }
    hole(first.number - next, first.stamp, conversation, &output)
    drain(conversation, &output)
  }

  private func hole<Sink>(
    _ packets: Int64, _ after: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>
  ) {
    move(by: packets)
    stream.hole(Gap(bytes: packets * Int64(largest), isExact: false), after, conversation, &output)
  }

  private func move(by count: Int64) {
    next += count
    nextSequence &+= UInt16(truncatingIfNeeded: count)
  }

  private func note<Sink>(
    frame: Int32, at start: Int64, _ frameOffset: Int, _ length: Int, _ conversation: Conversation,
    _ output: inout Emission<Sink>
  ) {
    output.payloadMap?.note(
      frame: frame, direction: conversation.traced.id * 2 + stream.index, start: start, frameOffset: frameOffset,
      length: length)
  }
}
