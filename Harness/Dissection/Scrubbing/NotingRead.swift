extension ContentReader {
  func direction(_ conversation: Conversation) -> Int { conversation.traced.id * 2 + from }

  /// These bytes were read: the scrubber leaves them as they are, but for payload.
  func noteRead<Sink>(
    upTo end: Int64, from start: Int64, _ conversation: Conversation, _ output: inout Emission<Sink>
  ) {
    output.payloadMap?.read(direction: direction(conversation), start: start, end: end)
  }

  /// By these first bytes it is known what the stream carries.
  func noteMark<Sink>(_ mark: Opening.Mark, _ conversation: Conversation, _ output: inout Emission<Sink>) {
    let start = streamOffset - Int64(opening.count)
    noteRead(upTo: start + Int64(mark.bytes.count), from: start, conversation, &output)
  }

  /// The stream ends, or the capture lacks of it, before it is known what it carries: what could be a mark's beginning
  /// stays, as what more was waited for.
  func noteBegunMark<Sink>(_ conversation: Conversation, _ output: inout Emission<Sink>) {
    let start = streamOffset - Int64(opening.count)
    for mark in Opening.marks where mark.starts(opening.bytes) {
      noteRead(upTo: min(start + Int64(mark.bytes.count), streamOffset), from: start, conversation, &output)
    }
  }
}
