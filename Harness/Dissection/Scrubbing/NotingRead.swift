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
}
