import Wire

/// Of one direction that carries HTTP, what is not yet known to stay.
struct UnnotedHTTP {
  /// A tracker's answer on its way.
  struct Body {
    var range: Range<Int64>
    var bytes: [UInt8] = []
  }

  /// Heads, and answers that could be read, ascending.
  var ranges: [Range<Int64>] = []
  var body: Body?

  /// Longest answer that is read; what BEP 3 needs for two hundred peers is a thousandth of it.
  static let bodyLimit: Int64 = 4 << 20
}

/// What of streams stays and which addresses in them become others, told as they are read. All of it does something only
/// where more than payload is taken away.
extension ContentReader {
  /// Of a message whose body the trace does not tell of.
  func rewriteOther<Sink>(
    _ completed: MessageReader.Completed, endingAt end: Int64, _ conversation: Conversation,
    _ output: inout Emission<Sink>
  ) {
    guard completed.isOther, output.payloadMap?.remaps == true else { return }
    let start = end - Int64(completed.header.bodySize)
    if let body = completed.extended {
      output.payloadMap?.rewrite(extended: body, direction: direction(conversation), start: start)
    } else {
      output.payloadMap?.blank(direction: direction(conversation), start: start, end: end)
    }
  }

  /// Such a message ends here, `missing` bytes before its body's end.
  func blankOther<Sink>(missing: Int64, _ conversation: Conversation, _ output: inout Emission<Sink>) {
    guard output.payloadMap?.remaps == true, let length = messages.bodySize else { return }
    output.payloadMap?.blank(
      direction: direction(conversation), start: streamOffset - (Int64(length) - missing), end: streamOffset)
  }

  func rewrite<Sink>(
    _ head: [UInt8], endingAt end: Int64, _ conversation: Conversation, _ output: inout Emission<Sink>
  ) {
    let start = end - Int64(head.count)
    output.payloadMap?.rewrite(head: head, direction: direction(conversation), start: start)
    unnoted.ranges.append(start..<end)
  }

  /// Of the head of a response that brings no file, such as an error's page, nothing is told: no more of it stays than the
  /// heads behind it are found by, and nothing of its body.
  func keep(_ head: [UInt8], endingAt end: Int64, whole: Bool) {
    let start = end - Int64(head.count)
    let parts = whole ? [0..<head.count] : ResponseHead.framing(head)
    unnoted.ranges += parts.map { start + Int64($0.lowerBound)..<start + Int64($0.upperBound) }
  }

  /// Gathers the bodies of a tracker's answers, and gives pseudonyms to the peers in those that are whole.
  func rewriteAnswers<Sink>(
    _ found: [TracedResponse], _ bytes: UnsafeRawBufferPointer, at start: Int64, _ conversation: Conversation,
    _ output: inout Emission<Sink>
  ) {
    guard output.payloadMap?.remapping?.keepsReplies == true else { return }
    var bodies: [UnnotedHTTP.Body] = []
    if let body = unnoted.body { bodies.append(body) }
    for response in found where response.bodyBytes <= UnnotedHTTP.bodyLimit {
      bodies.append(UnnotedHTTP.Body(range: response.bodyOffset..<response.bodyOffset + response.bodyBytes))
    }
    unnoted.body = nil
    for var body in bodies {
      let here = (start..<start + Int64(bytes.count)).clamped(to: body.range)
      body.bytes += bytes[Int(here.lowerBound - start)..<Int(here.upperBound - start)]
      if body.bytes.count < body.range.count {
        unnoted.body = body
      } else if output.payloadMap?.rewrite(
        trackerAnswer: body.bytes, direction: direction(conversation), start: body.range.lowerBound) == true
      {
        unnoted.ranges.append(body.range)
      }
    }
    unnoted.ranges.sort { $0.lowerBound < $1.lowerBound }
  }

  /// What was rewritten so far stays, if the trace tells of some of it, or if all that can be read stays.
  func noteHeads<Sink>(areTold: Bool, _ conversation: Conversation, _ output: inout Emission<Sink>) {
    guard areTold || output.payloadMap?.remapping?.keepsReplies == true else { return }
    for range in unnoted.ranges { noteRead(upTo: range.upperBound, from: range.lowerBound, conversation, &output) }
    unnoted.ranges = []
  }
}
