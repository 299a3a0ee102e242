import Wire

/// A hole over headers, not yet judged.
struct UnsettledHole {
  var hole: TracedHole
  var after: Stamp
  /// Bytes between the last message whose end is known and the hole's end that are not of the message being read then;
  /// nil when that is not known.
  var unexplained: Int64?
  /// The piece message within which it lies for certain, although its size is not known.
  var within: (piece: MessageReader.Completed, remaining: Int64)?
}

extension ContentReader {
  /// Reads messages until the bytes are used up, or it is out of step with them: then it is lost, and holds the rest.
  func readMessages<Sink>(
    _ bytes: UnsafeRawBufferPointer, endingAt end: Int64, _ stamp: Stamp, _ conversation: Conversation,
    _ output: inout Emission<Sink>
  ) {
    var position = 0
    let start = end - Int64(bytes.count)
    messages.keepsExtended = output.payloadMap?.remaps == true
    while let finding = messages.next(bytes, &position, stamp) {
      switch finding {
      case .message(let completed):
        report(completed, stamp, conversation, &output)
        if output.payloadMap != nil {
          let bodyEnd = end - Int64(bytes.count - position)
          if completed.header.kind != .piece {
            rewriteOther(completed, endingAt: bodyEnd, conversation, &output)
            continue
          }
          output.payloadMap?.payload(
            direction: direction(conversation), start: bodyEnd - Int64(completed.header.bodySize),
            end: bodyEnd)
        }
      case .outOfStep(let completed):
        // Where nothing was guessed the header is what was sent, absurd or not.
        if messages.isCertain { report(completed, stamp, conversation, &output) }
        output.sink.hole(
          TracedHole(
            connection: Int32(conversation.traced.id), from: UInt8(from), start: stamp.time, end: stamp.time, bytes: 0,
            loses: .state))
        mode = .lost
        asked.answersLost()
        noteRead(upTo: start + Int64(position), from: start, conversation, &output)
        hold(UnsafeRawBufferPointer(rebasing: bytes[position...]), stamp, &output)
        return
      }
    }
    notePayload(upTo: end, before: messages.remaining, conversation, &output)
    noteRead(upTo: end, from: start, conversation, &output)
  }

  /// The capture lacks something here.
  func miss<Sink>(
    _ gap: Gap, since before: Int64, _ after: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>
  ) {
    let count = gap.bytes
    defer { streamOffset += count }
    let isWithinBody = gap.isExact && mode == .messages && messages.remaining >= count
    if !isWithinBody { conversation.side(1 - from).content.asked.doubt() }
    var hole = TracedHole(
      connection: Int32(conversation.traced.id), from: UInt8(from), start: before, end: after.time, bytes: count,
      loses: .state)
    switch mode {
    case .opaque: output.sink.hole(hole)
    case .announces:
      keepCutRequest(&output)
      announces.miss()
      output.sink.hole(hole)
    case .responses:
      unnoted.body = nil
      if responses.miss(count, at: streamOffset) { hole.loses = .payload } else { mode = .opaque }
      output.sink.hole(hole)
    case .opening:
      noteBegunMark(conversation, &output)
      if conversation.traced.content == .peerWire { output.coverage.unreadBytes += Int64(opening.count) }
      opening.removeAll()
      mode = .lost
      output.sink.hole(hole)
    case .lost:
      settle(atBoundary: nil, conversation, &output)
      output.heldBytes -= lost.held.count
      lost = Resynchroniser()
      unsettled = UnsettledHole(hole: hole, after: after)
    case .messages:
      if isWithinBody {
        if messages.isInPiece { hole.loses = .payload }
        output.sink.hole(hole)
        // Copies of what is missing may come later.
        notePayload(upTo: streamOffset + count, before: messages.remaining - count, conversation, &output)
        if case .message(let completed) = messages.miss(count) {
          rewriteOther(completed, endingAt: streamOffset + count, conversation, &output)
          report(completed, after, conversation, &output)
        }
        return
      }
      let known = gap.isExact && (messages.remaining == 0 || messages.isInPiece)
      let unexplained = Int64(messages.headerBytes) + count - messages.remaining
      let remaining = messages.remaining
      if messages.isInOther { blankOther(missing: remaining, conversation, &output) }
      if !gap.isExact && messages.isInPiece && remaining > count, let piece = messages.suspend() {
        mode = .lost
        lost = Resynchroniser(notBefore: Int(remaining - count))
        unsettled = UnsettledHole(hole: hole, after: after, within: (piece, remaining))
        return
      }
      if let abandoned = messages.abandon() { report(abandoned, after, conversation, &output) }
      mode = .lost
      unsettled = UnsettledHole(hole: hole, after: after, unexplained: known ? unexplained : nil)
    }
  }

  /// Says what the hole that got us lost swallowed, now that a boundary is known, or that none will be.
  ///
  /// Exactly the piece messages that were asked for: payload. Anything else: state, and what came since was not read.
  func settle<Sink>(atBoundary boundary: Int?, _ conversation: Conversation, _ output: inout Emission<Sink>) {
    let passed = lost.skipped + Int64(boundary ?? lost.held.count)
    // What is no peer wire is told of by connection.
    var isExplained = boundary == nil && conversation.traced.content != .peerWire
    defer { if !isExplained { output.coverage.unreadBytes += passed } }
    guard var settled = unsettled else { return }
    unsettled = nil
    if var piece = settled.within?.piece, let remaining = settled.within?.remaining {
      let afterHole = lost.skipped + Int64(boundary ?? 0)
      let missing = remaining - afterHole
      let isAccounted = boundary != nil && missing > 0 && missing <= settled.hole.bytes
      piece.missing += isAccounted ? missing : remaining
      if isAccounted {
        isExplained = true
        settled.hole.loses = .payload
        output.coverage.holeBytes += missing - settled.hole.bytes
        settled.hole.bytes = missing
        let start = streamOffset - lost.skipped - Int64(lost.held.count)
        output.payloadMap?.payload(
          direction: direction(conversation), start: start, end: start + afterHole)
      } else {
        asked.answersLost()
      }
      output.sink.hole(settled.hole)
      let stamp = isAccounted ? lost.held.stamp(at: (boundary ?? 1) - 1) : nil
      report(piece, stamp ?? settled.after, conversation, &output)
      return
    }
    if let boundary, let unexplained = settled.unexplained {
      let afterHole = lost.skipped + Int64(boundary)
      if let blocks = asked.filling(unexplained + afterHole) {
        isExplained = true
        settled.hole.loses = .payload
        output.sink.hole(settled.hole)
        var end = -unexplained
        for block in blocks {
          let start = end + 13
          end = start + Int64(block.length)
          let index = Int(end - 1 - lost.skipped)
          let stamp = end > 0 && index >= 0 ? lost.held.stamp(at: index) ?? settled.after : settled.after
          guard let header = Self.pieceHeader(block) else { continue }
          report(
            MessageReader.Completed(
              header: header, firstFrame: settled.after.frame, blockLength: 0, bitfield: nil,
              missing: min(end, 0) - min(start, 0)), stamp, conversation, &output)
        }
        return
      }
    }
    asked.answersLost()
    output.sink.hole(settled.hole)
  }

  private static func pieceHeader(_ block: Block) -> MessageHeader? {
    var bytes: [UInt8] = []
    for word in [9 + block.length, block.piece, block.begin] {
      withUnsafeBytes(of: word.bigEndian) { bytes += $0 }
    }
    bytes.insert(MessageID.piece.rawValue, at: 4)
    return bytes.withUnsafeBytes { MessageHeader.read($0) }
  }

  /// Of a piece being read, what came until now is payload: a scrubber need not wait for its last byte. `rest` bytes of
  /// its body follow.
  private func notePayload<Sink>(
    upTo end: Int64, before rest: Int64, _ conversation: Conversation, _ output: inout Emission<Sink>
  ) {
    guard output.payloadMap != nil, messages.isInPiece, let length = messages.bodySize else { return }
    output.payloadMap?.payload(direction: direction(conversation), start: end + rest - Int64(length), end: end)
  }

  private func report<Sink>(
    _ completed: MessageReader.Completed, _ stamp: Stamp, _ conversation: Conversation, _ output: inout Emission<Sink>
  ) {
    let header = completed.header
    var message = TracedMessage(
      time: stamp.time, frame: stamp.frame, firstFrame: completed.firstFrame, connection: Int32(conversation.traced.id),
      from: UInt8(from), id: header.id ?? TracedMessage.keepAlive, prefix: header.length,
      missing: Int32(clamping: completed.missing))
    if header.size >= 9 { message.piece = Int32(truncatingIfNeeded: header.piece) }
    if header.size >= 13 {
      message.begin = Int32(truncatingIfNeeded: header.begin)
      message.length = Int32(
        truncatingIfNeeded: header.kind == .piece ? UInt32(clamping: header.bodySize) : completed.blockLength)
    }
    follow(message, completed, conversation, &output)
    if completed.bitfield != nil {
      message.bitfield = output.bitfields
      output.bitfields += 1
    }
    output.sink.message(message, bitfield: completed.bitfield)
  }

  /// Keeps what later holes and resynchronisation are judged by.
  private func follow<Sink>(
    _ message: TracedMessage, _ completed: MessageReader.Completed, _ conversation: Conversation,
    _ output: inout Emission<Sink>
  ) {
    let header = completed.header
    switch message.kind {
    case .piece, .reject: asked.answered(piece: header.piece, begin: header.begin)
    case .request where header.size == 13 && completed.blockLength <= Plausibility.longestBlock:
      conversation.side(1 - from).content.asked.append(
        Block(piece: header.piece, begin: header.begin, length: completed.blockLength))
    case .choke:
      let traced = conversation.traced
      if !(traced.a.supportsFast && traced.b.supportsFast) { asked.removeAll() }
    case .bitfield:
      // One that is too short must not rule out pieces that there are.
      if let bitfield = completed.bitfield, !bitfield.isEmpty, let infoHash = conversation.traced.infoHash {
        output.pieceBounds[infoHash] = max(
          UInt32(clamping: bitfield.count * 8), output.pieceBounds[infoHash] ?? 0)
      }
    case .have:
      if let infoHash = conversation.traced.infoHash, let bound = output.pieceBounds[infoHash], header.piece >= bound {
        output.pieceBounds[infoHash] = nil
      }
    default: break
    }
  }
}
