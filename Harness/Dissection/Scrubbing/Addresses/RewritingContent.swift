import Wire

/// Of one direction that carries HTTP, what is not yet known to stay.
struct UnnotedHTTP {
  /// A tracker's answer on its way.
  struct Body {
    var range: Range<Int64>
    var bytes: [UInt8] = []
  }

  struct Part {
    var range: Range<Int64>
    /// The head that it is, where addresses in it become others: not before it is known to stay, or what is taken away
    /// of it would come again.
    var head: [UInt8]?
  }

  /// Heads or what is needed of them, and answers that could be read, ascending.
  var parts: [Part] = []
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

  /// A head stays whole if the trace tells of it, or if all that can be read stays. Of others, such as the head of an
  /// error's page or a request for a page, no more than `framing`, by which the heads behind it are found.
  func keep<Sink>(
    _ head: [UInt8], endingAt end: Int64, isTold: Bool, framing: ([UInt8]) -> [Range<Int>],
    _ output: inout Emission<Sink>
  ) {
    let start = end - Int64(head.count)
    if isTold || output.payloadMap?.remapping?.keepsReplies == true {
      let remaps = output.payloadMap?.remaps == true
      unnoted.parts.append(UnnotedHTTP.Part(range: start..<end, head: remaps ? head : nil))
    } else {
      unnoted.parts += framing(head).map {
        UnnotedHTTP.Part(range: start + Int64($0.lowerBound)..<start + Int64($0.upperBound))
      }
    }
  }

  /// The capture lacks the end of a request's head: its beginning stays, by which it is taken for one.
  func keepCutRequest<Sink>(_ output: inout Emission<Sink>) {
    guard output.payloadMap?.tellsUnread == true, announces.pendingBytes > 0 else { return }
    let start = streamOffset - Int64(announces.pendingBytes)
    let end = min(start + Int64(Opening.httpRequest.bytes.count), streamOffset)
    unnoted.parts.append(UnnotedHTTP.Part(range: start..<end))
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
        unnoted.parts.append(UnnotedHTTP.Part(range: body.range))
      }
    }
    unnoted.parts.sort { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// What was kept so far stays, if the trace tells of some of it, or if all that can be read stays.
  func noteHeads<Sink>(areTold: Bool, _ conversation: Conversation, _ output: inout Emission<Sink>) {
    guard areTold || output.payloadMap?.remapping?.keepsReplies == true else { return }
    for part in unnoted.parts {
      let start = part.range.lowerBound
      if let head = part.head {
        output.payloadMap?.rewrite(head: head, direction: direction(conversation), start: start)
      }
      noteRead(upTo: part.range.upperBound, from: start, conversation, &output)
    }
    unnoted.parts = []
  }
}
