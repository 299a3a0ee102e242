/// One TCP connection: puts each direction in order.
final class TCPConversation {
  private let conversation: Conversation
  private let sides: [TCPSide]
  /// Which side is the upper end of the flow key.
  private let upperIsA: Bool
  /// The SYN that opened it was not answered yet.
  private var awaitsAnswer: Bool

  /// More than anybody sends before the answer to the SYN is seen; the numbers of two connections differ by far more.
  private static let firstFlight: UInt32 = 1 << 20

  var id: Int { conversation.traced.id }

  /// A SYN with ACK comes from the side that did not open.
  init<Sink>(openedBy segment: TCPSegment, sourceIsUpper: Bool, _ stamp: Stamp, _ output: inout Emission<Sink>) {
    let source = Endpoint(address: segment.source.text, port: segment.sourcePort)
    let destination = Endpoint(address: segment.destination.text, port: segment.destinationPort)
    let sourceIsB = segment.isSYN && segment.isACK
    upperIsA = sourceIsUpper != sourceIsB
    awaitsAnswer = segment.isSYN && !sourceIsB
    conversation = Conversation(
      .tcp, a: sourceIsB ? destination : source, b: sourceIsB ? source : destination,
      start: segment.isSYN ? .syn : .midstream, stamp, &output)
    sides = [TCPSide(conversation.side(0)), TCPSide(conversation.side(1))]
  }

  /// A SYN with another initial sequence number than this connection's opens a new one on the same ports.
  func isReplaced(by segment: TCPSegment) -> Bool {
    guard segment.isSYN && !segment.isRST else { return false }
    let side = sides[sender(of: segment)]
    if let initial = side.initialSequence { return initial != segment.sequence }
    // Data or an acknowledgement were seen from that side before any SYN of its own. They are behind this one where a
    // capture of several queues has it late.
    return side.hasStarted && !side.begins(behind: segment.sequence)
  }

  func take<Sink>(_ segment: TCPSegment, _ stamp: Stamp, _ output: inout Emission<Sink>) {
    let from = sender(of: segment)
    let side = sides[from]
    let other = sides[1 - from]
    if isOfEarlier(segment, from: from) {
      output.payloadMap?.stray(frame: Int(stamp.frame), from: segment.payloadOffset)
      return
    }
    if from == 1 || segment.isACK { awaitsAnswer = false }
    conversation.hear(from, stamp)
    side.start(segment)
    if segment.isSYN && segment.isACK { other.start(expecting: segment.acknowledgement) }
    // First what the sender had got, then what it answered.
    if segment.isACK && other.hasStarted { other.acknowledge(segment.acknowledgement, stamp, conversation, &output) }
    if segment.isRST {
      // It may say why in text, which is none of the stream (RFC 9293, section 3.5.3).
      output.payloadMap?.stray(frame: Int(stamp.frame), from: segment.payloadOffset)
    } else if segment.payloadLength > 0 {
      let brought = side.take(segment, stamp, conversation, &output)
      if !brought { conversation.hearAgain(from) }
    } else if segment.isSYN && side.seesAgain(segment.sequence) {
      conversation.hearAgain(from)
    }
    if segment.isFIN { side.end(segment, stamp) }
    if segment.isRST {
      conversation.close(.rst, at: stamp.time, &output)
    } else if segment.isFIN {
      conversation.noteEnd(stamp, &output)
    }
  }

  func isOver(at time: Int64) -> Bool { conversation.isOver(at: time) }

  func giveWay<Sink>(_ output: inout Emission<Sink>) { conversation.giveWay(&output) }

  func finish<Sink>(_ last: Stamp, _ output: inout Emission<Sink>) {
    for side in sides { side.finish(last, conversation, &output) }
    conversation.finish(&output)
  }

  /// Whether it is of an earlier connection on the same ports. An end that knows nothing of the other's crash answers its
  /// SYN with the old numbers; the other resets by them, and sends its SYN again (RFC 9293, section 3.5.1).
  private func isOfEarlier(_ segment: TCPSegment, from: Int) -> Bool {
    guard awaitsAnswer, let initial = sides[0].initialSequence, from == 0 ? segment.isRST : segment.isACK else {
      return false
    }
    return (from == 0 ? segment.sequence : segment.acknowledgement) &- initial > Self.firstFlight
  }

  private func sender(of segment: TCPSegment) -> Int { FlowKey.of(segment).sourceIsUpper == upperIsA ? 0 : 1 }
}
