import Wire

/// What one direction of a connection carries, told from its bytes and never from its port.
final class ContentReader {
  enum Mode { case opening, messages, announces, responses, lost, opaque }

  let from: Int
  var mode = Mode.opening
  var opening = MarkedBuffer()
  var messages = MessageReader(isCertain: true)
  var announces = AnnounceReader()
  var responses = ResponseReader()
  /// What the scrubber still has to know of heads and trackers' answers.
  var unnoted = UnnotedHTTP()
  var lost = Resynchroniser()
  /// The hole that got us lost, until it is known what it swallowed.
  var unsettled: UnsettledHole?
  /// What the other side asked for, to be answered in this direction.
  var asked = AskedBlocks()
  /// The first bytes look drawn at random, as those of an encrypted handshake (MSE) do.
  private(set) var looksRandom = false
  /// Stream offset of the next byte.
  var streamOffset: Int64 = 0
  /// Of what lies before it, it is known whether it is payload.
  var settledOffset: Int64 {
    switch mode {
    case .opening: streamOffset - Int64(opening.count)
    case .lost: streamOffset - Int64(lost.held.count) - (unsettled?.within == nil ? 0 : lost.skipped)
    case .messages, .announces, .responses, .opaque: streamOffset
    }
  }

  /// An MSE exchange takes at most 1.2 KB before what it wraps begins.
  private static let openingLimit = 1536 + Opening.handshakeSize
  /// Bytes in which a stream seen from the middle must show a chain of messages.
  private static let midstreamLimit: Int64 = 1 << 20

  init(from: Int) { self.from = from }

  func take<Sink>(
    _ bytes: UnsafeRawBufferPointer, at start: Int64, _ stamp: Stamp, _ conversation: Conversation,
    _ output: inout Emission<Sink>
  ) {
    streamOffset = start + Int64(bytes.count)
    switch mode {
    case .messages, .lost:
      readOrHold(bytes, stamp, conversation, &output)
      resynchronise(conversation, &output)
    case .opaque: break
    case .announces: readAnnounces(bytes, endingAt: streamOffset, stamp, conversation, &output)
    case .responses: readResponses(bytes, at: start, stamp, conversation, &output)
    case .opening:
      let room = min(bytes.count, Self.openingLimit - opening.count)
      opening.append(UnsafeRawBufferPointer(rebasing: bytes[..<room]), stamp)
      decide(conversation, &output)
      let rest = UnsafeRawBufferPointer(rebasing: bytes[room...])
      if !rest.isEmpty { take(rest, at: start + Int64(room), stamp, conversation, &output) }
    }
  }

  /// The other direction turned out to be peer wire that we can read.
  func becamePeerWire<Sink>(_ conversation: Conversation, _ output: inout Emission<Sink>) {
    if mode == .opaque {
      mode = .lost
      lost = Resynchroniser()
    }
  }

  func finish<Sink>(_ last: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>) {
    if mode == .opening {
      noteBegunMark(conversation, &output)
      judgeRandomness(conversation, &output)
      if conversation.traced.content == .peerWire {
        beginLost(with: opening, conversation, &output)
      }
    }
    if mode == .messages && messages.isInOther { blankOther(missing: messages.remaining, conversation, &output) }
    if mode == .lost {
      if conversation.traced.content == .peerWire { readShortRemainder(conversation, &output) }
      settle(atBoundary: mode == .lost && lost.held.count > 0 ? nil : 0, conversation, &output)
      output.heldBytes -= lost.held.count
      lost = Resynchroniser()
    }
  }

  private func decide<Sink>(_ conversation: Conversation, _ output: inout Emission<Sink>) {
    let bytes = opening.bytes
    if Opening.handshake.starts(bytes) {
      if bytes.count >= Opening.handshakeSize { shakeHands(at: 0, conversation, &output) }
    } else if Opening.httpRequest.starts(bytes) {
      guard bytes.count >= Opening.httpRequest.bytes.count else { return }
      mode = .announces
      noteMark(Opening.httpRequest, conversation, &output)
      conversation.identify(&output) { $0.content = .http }
      let held = opening
      opening.removeAll()
      var end = streamOffset - Int64(held.count)
      held.forEachPart(from: 0) { part, stamp in
        end += Int64(part.count)
        readAnnounces(part, endingAt: end, stamp, conversation, &output)
      }
    } else if Opening.httpResponse.starts(bytes) {
      guard bytes.count >= Opening.httpResponse.bytes.count else { return }
      mode = .responses
      noteMark(Opening.httpResponse, conversation, &output)
      conversation.identify(&output) { $0.content = .http }
      let held = opening
      opening.removeAll()
      var start = streamOffset - Int64(held.count)
      held.forEachPart(from: 0) { part, stamp in
        readResponses(part, at: start, stamp, conversation, &output)
        start += Int64(part.count)
      }
    } else if conversation.traced.start == .midstream {
      beginLost(with: opening, conversation, &output)
    } else if let position = Opening.handshake.find(in: bytes),
      position + Opening.handshakeSize <= Self.openingLimit
    {
      // Further back there is no room for the rest of it.
      if bytes.count >= position + Opening.handshakeSize { shakeHands(at: position, conversation, &output) }
    } else if bytes.count >= Self.openingLimit {
      judgeRandomness(conversation, &output)
      if conversation.traced.content == .peerWire {
        beginLost(with: opening, conversation, &output)
      } else {
        mode = .opaque
        opening.removeAll()
      }
    }
  }

  private func judgeRandomness<Sink>(_ conversation: Conversation, _ output: inout Emission<Sink>) {
    let head = opening.bytes.prefix(96)
    // TLS records of a handshake begin so.
    if head.starts(with: [0x16, 0x03]) { return }
    // 96 random bytes hold 80 different values on average; text far fewer.
    looksRandom = head.count == 96 && Set(head).count >= 64
    if looksRandom { output.payloadMap?.looksRandom(direction: direction(conversation)) }
  }

  private func beginLost<Sink>(
    with held: MarkedBuffer, _ conversation: Conversation, _ output: inout Emission<Sink>
  ) {
    mode = .lost
    lost = Resynchroniser()
    // What was asked for before the first message that will be read is not known.
    conversation.side(1 - from).content.asked.doubt()
    opening.removeAll()
    held.forEachPart(from: 0) { hold($0, $1, &output) }
    resynchronise(conversation, &output)
  }

  private func shakeHands<Sink>(
    at position: Int, _ conversation: Conversation, _ output: inout Emission<Sink>
  ) {
    let held = opening
    opening.removeAll()
    let bytes = Array(held.bytes[position..<position + Opening.handshakeSize])
    let stamp = held.stamp(at: position + Opening.handshakeSize - 1)
    mode = .messages
    conversation.identify(&output) { traced in
      traced.content = .peerWire
      traced.cipher = .plain
      if traced.infoHash == nil { traced.infoHash = Array(bytes[28..<48]) }
      var side = traced.side(from)
      side.peerID = Array(bytes[48..<68])
      side.handshakeAt = stamp?.time
      side.handshakeFrame = stamp.map { Int($0.frame) }
      side.supportsFast = bytes[27] & 0x04 != 0
      side.supportsExtensions = bytes[25] & 0x10 != 0
      if from == 0 { traced.a = side } else { traced.b = side }
    }
    let first = position + Opening.handshakeSize
    let end = streamOffset - Int64(held.count - first)
    noteRead(upTo: end, from: end - Int64(Opening.handshakeSize), conversation, &output)
    readOn(held, from: first, conversation, &output)
    resynchronise(conversation, &output)
  }

  /// Reads what was held from `first` on, which is a message boundary.
  private func readOn<Sink>(
    _ held: MarkedBuffer, from first: Int, _ conversation: Conversation, _ output: inout Emission<Sink>
  ) {
    streamOffset -= Int64(held.count - first)
    held.forEachPart(from: first) { part, stamp in
      streamOffset += Int64(part.count)
      readOrHold(part, stamp, conversation, &output)
    }
  }

  private func readOrHold<Sink>(
    _ bytes: UnsafeRawBufferPointer, _ stamp: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>
  ) {
    if mode == .messages {
      readMessages(bytes, endingAt: streamOffset, stamp, conversation, &output)
    } else {
      hold(bytes, stamp, &output)
    }
  }

  /// Keeps what came while lost, to be searched for a boundary.
  func hold<Sink>(_ bytes: UnsafeRawBufferPointer, _ stamp: Stamp, _ output: inout Emission<Sink>) {
    let held = lost.held.count
    lost.append(bytes, stamp)
    output.heldBytes += lost.held.count - held
  }

  private func readAnnounces<Sink>(
    _ bytes: UnsafeRawBufferPointer, endingAt end: Int64, _ stamp: Stamp, _ conversation: Conversation,
    _ output: inout Emission<Sink>
  ) {
    announces.keepsHeads = output.payloadMap?.tellsUnread == true
    let found = announces.take(bytes, stamp, conversation.traced, from: from)
    for announce in found { output.sink.announce(announce) }
    if announces.keepsHeads {
      for head in announces.heads {
        keep(
          head.bytes, endingAt: end - Int64(head.after), isTold: head.isAnnounce, framing: AnnounceReader.framing,
          &output)
      }
      noteHeads(areTold: !found.isEmpty, conversation, &output)
    }
    if announces.isOver { mode = .opaque }
  }

  private func readResponses<Sink>(
    _ bytes: UnsafeRawBufferPointer, at start: Int64, _ stamp: Stamp, _ conversation: Conversation,
    _ output: inout Emission<Sink>
  ) {
    responses.keepsHeads = output.payloadMap?.tellsUnread == true
    let found = responses.take(bytes, at: start, stamp, connection: conversation.traced.id, from: from)
    let asksTracker = conversation.side(1 - from).content.announces.asksTracker
    if responses.keepsHeads {
      for head in responses.heads {
        keep(head.bytes, endingAt: head.end, isTold: head.bringsFile, framing: ResponseHead.framing, &output)
      }
      if asksTracker { rewriteAnswers(found, bytes, at: start, conversation, &output) }
      noteHeads(areTold: !found.isEmpty && !asksTracker, conversation, &output)
    }
    // A tracker's answer is no file, whatever its length.
    if !asksTracker {
      for response in found {
        conversation.bring(response, &output)
        output.payloadMap?.payload(
          direction: direction(conversation), start: response.bodyOffset,
          end: response.bodyOffset + response.bodyBytes)
      }
    }
    if responses.isOver { mode = .opaque }
  }

  func pieceBound<Sink>(_ conversation: Conversation, _ output: Emission<Sink>) -> UInt32? {
    conversation.traced.infoHash.flatMap { output.pieceBounds[$0] }
  }

  /// Goes on from the next boundary in what is held, and from the next after that where it was none: a loop, since one
  /// frame may hold thousands of them.
  func resynchronise<Sink>(_ conversation: Conversation, _ output: inout Emission<Sink>) {
    while mode == .lost {
      guard let boundary = lost.search(pieces: pieceBound(conversation, output)) else {
        let seen = lost.skipped + Int64(lost.held.count)
        guard conversation.traced.content != .peerWire && seen > Self.midstreamLimit else { return }
        output.heldBytes -= lost.held.count
        lost = Resynchroniser()
        mode = .opaque
        return
      }
      resume(at: boundary, conversation, &output)
    }
  }

  /// Reads on as messages from a boundary in what is held.
  private func resume<Sink>(at boundary: Int, _ conversation: Conversation, _ output: inout Emission<Sink>) {
    settle(atBoundary: boundary, conversation, &output)
    let held = lost.held
    lost = Resynchroniser()
    output.heldBytes -= held.count
    mode = .messages
    messages = MessageReader(isCertain: false)
    if conversation.traced.content != .peerWire {
      conversation.identify(&output) {
        $0.content = .peerWire
        $0.cipher = .plain
      }
    }
    readOn(held, from: boundary, conversation, &output)
  }

  /// A stream seen from the middle that is over: whole messages from its first byte to its last are believed, since the
  /// other direction is peer wire.
  private func readShortRemainder<Sink>(_ conversation: Conversation, _ output: inout Emission<Sink>) {
    guard unsettled == nil && lost.skipped == 0 && conversation.traced.start == .midstream else { return }
    let bound = pieceBound(conversation, output)
    if lost.held.bytes.withUnsafeBytes({ Plausibility.areWholeMessages($0, pieces: bound) }) {
      resume(at: 0, conversation, &output)
      resynchronise(conversation, &output)
    }
  }
}
