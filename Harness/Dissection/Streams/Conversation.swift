/// One TCP connection: its two directions, and how it began and ended.
final class Conversation {
  var traced: TracedConnection
  private let sides: [StreamSide]
  /// Which side is the upper end of the flow key.
  private let upperIsA: Bool
  private var isClosed = false
  private var lastTime: Int64
  /// Segments that brought nothing new and that the other end did not answer, by sender.
  private var unanswered = [0, 0]
  private var lastTimeOf: [Int64]

  /// A SYN with ACK comes from the side that did not open.
  init<Sink>(
    id: Int, openedBy segment: TCPSegment, sourceIsUpper: Bool, _ stamp: Stamp, _ output: inout Emission<Sink>
  ) {
    let source = TracedSide(endpoint: Endpoint(address: segment.source.text, port: segment.sourcePort))
    let destination = TracedSide(endpoint: Endpoint(address: segment.destination.text, port: segment.destinationPort))
    let sourceIsB = segment.isSYN && segment.isACK
    upperIsA = sourceIsUpper != sourceIsB
    traced = TracedConnection(
      id: id, a: sourceIsB ? destination : source, b: sourceIsB ? source : destination,
      start: segment.isSYN ? .syn : .midstream, opened: stamp.time, openedFrame: Int(stamp.frame))
    sides = [StreamSide(index: 0), StreamSide(index: 1)]
    lastTime = stamp.time
    lastTimeOf = [stamp.time, stamp.time]
    output.coverage.streams += 1
    if segment.isSYN { output.coverage.streamsFromSYN += 1 }
    output.sink.connection(traced, .opened)
  }

  func side(_ index: Int) -> StreamSide { sides[index] }

  /// A SYN with another initial sequence number than this connection's opens a new one on the same ports.
  func isReplaced(by segment: TCPSegment) -> Bool {
    guard segment.isSYN && !segment.isRST else { return false }
    let side = sides[sender(of: segment)]
    if let initial = side.initialSequence { return initial != segment.sequence }
    // Data or an acknowledgement were seen from that side before any SYN of its own.
    return side.hasStarted
  }

  func take<Sink>(_ segment: TCPSegment, _ stamp: Stamp, _ output: inout Emission<Sink>) {
    let from = sender(of: segment)
    let side = sides[from]
    let other = sides[1 - from]
    lastTime = stamp.time
    lastTimeOf[from] = stamp.time
    unanswered[1 - from] = 0
    side.start(segment)
    if segment.isSYN && segment.isACK { other.start(expecting: segment.acknowledgement) }
    // First what the sender had got, then what it answered.
    if segment.isACK && other.hasStarted { other.acknowledge(segment.acknowledgement, stamp, self, &output) }
    if segment.payloadLength > 0 {
      let brought = side.take(segment, stamp, self, &output)
      if !brought { unanswered[from] += 1 }
    } else if segment.isSYN && side.seesAgain(segment.sequence) {
      unanswered[from] += 1
    }
    if segment.isFIN { side.end(segment, stamp) }
    noteClose(segment, stamp, &output)
  }

  /// A new connection took over the ports.
  func giveWay<Sink>(_ output: inout Emission<Sink>) {
    guard !isClosed else { return }
    close(.silent, at: lastTime, &output)
  }

  func finish<Sink>(_ last: Stamp, _ output: inout Emission<Sink>) {
    for side in sides { side.finish(last, self, &output) }
    if !isClosed {
      if let time = sides[0].endTime ?? sides[1].endTime {
        close(.fin, at: time, &output)
      } else if let from = unanswered.firstIndex(where: { $0 >= 2 }) {
        close(.silent, at: lastTimeOf[1 - from], &output)
      }
    }
    if traced.content == .other && sides.contains(where: \.content.looksRandom)
      && sides.allSatisfy({ $0.content.looksRandom || $0.deliveredBytes == 0 })
    {
      traced.cipher = .mse
    }
    traced.a.streamBytes = sides[0].deliveredBytes
    traced.b.streamBytes = sides[1].deliveredBytes
    output.sink.connection(traced, .final)
  }

  /// Something about the connection became known.
  func identify<Sink>(_ output: inout Emission<Sink>, _ change: (inout TracedConnection) -> Void) {
    change(&traced)
    output.sink.connection(traced, .identified)
    if traced.content == .peerWire { for side in sides { side.release(self, &output) } }
  }

  private func sender(of segment: TCPSegment) -> Int { FlowKey.of(segment).sourceIsUpper == upperIsA ? 0 : 1 }

  private func noteClose<Sink>(_ segment: TCPSegment, _ stamp: Stamp, _ output: inout Emission<Sink>) {
    guard !isClosed else { return }
    if segment.isRST {
      close(.rst, at: stamp.time, &output)
    } else if segment.isFIN, sides[0].endTime != nil, sides[1].endTime != nil {
      close(.fin, at: stamp.time, &output)
    }
  }

  private func close<Sink>(_ how: TracedConnection.Close, at time: Int64, _ output: inout Emission<Sink>) {
    isClosed = true
    traced.close = how
    traced.closed = time
    output.sink.connection(traced, .closed)
  }
}
