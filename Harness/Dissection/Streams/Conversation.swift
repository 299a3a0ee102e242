/// One connection, over TCP or uTP: its two directions, and how it began and ended.
final class Conversation {
  var traced: TracedConnection
  private let streams = [OrderedStream(index: 0), OrderedStream(index: 1)]
  private var isClosed = false
  private var lastTime: Int64
  /// What brought nothing new and was not answered by the other end, by sender.
  private var unanswered = [0, 0]
  private var lastTimeOf: [Int64]
  /// HTTP responses with a file were seen.
  private var bringsFile = false

  /// So many connections are kept, over or not, before it is asked which are over.
  static let many = 1024
  /// Nanoseconds: twice as long as any sender waits before it sends again.
  private static let quiet: Int64 = 240_000_000_000

  init<Sink>(
    _ transport: TracedConnection.Transport, a: Endpoint, b: Endpoint, start: TracedConnection.Start, _ stamp: Stamp,
    _ output: inout Emission<Sink>
  ) {
    traced = TracedConnection(
      id: output.coverage.streams, a: TracedSide(endpoint: a), b: TracedSide(endpoint: b), transport: transport,
      start: start, opened: stamp.time, openedFrame: Int(stamp.frame))
    lastTime = stamp.time
    lastTimeOf = [stamp.time, stamp.time]
    output.coverage.streams += 1
    if transport == .utp { output.coverage.streamsOverUTP += 1 }
    if start == .syn { output.coverage.streamsFromSYN += 1 }
    output.sink.connection(traced, .opened)
  }

  func side(_ index: Int) -> OrderedStream { streams[index] }

  /// A segment or packet of side `from` came.
  func hear(_ from: Int, _ stamp: Stamp) {
    lastTime = stamp.time
    lastTimeOf[from] = stamp.time
    unanswered[1 - from] = 0
  }

  /// It brought nothing new.
  func hearAgain(_ from: Int) { unanswered[from] += 1 }

  /// Closes once both ends have sent a FIN.
  func noteEnd<Sink>(_ stamp: Stamp, _ output: inout Emission<Sink>) {
    if streams[0].endTime != nil && streams[1].endTime != nil { close(.fin, at: stamp.time, &output) }
  }

  func close<Sink>(_ how: TracedConnection.Close, at time: Int64, _ output: inout Emission<Sink>) {
    guard !isClosed else { return }
    isClosed = true
    traced.close = how
    traced.closed = time
    output.sink.connection(traced, .closed)
  }

  /// A new connection took over the ends.
  func giveWay<Sink>(_ output: inout Emission<Sink>) { close(.silent, at: lastTime, &output) }

  /// Whether it is closed, and silent for so long that nothing of it comes again.
  func isOver(at time: Int64) -> Bool { isClosed && time - lastTime > Self.quiet }

  /// No more comes of it, and both streams are finished.
  func finish<Sink>(_ output: inout Emission<Sink>) {
    if let time = streams[0].endTime ?? streams[1].endTime {
      close(.fin, at: time, &output)
    } else if let from = unanswered.firstIndex(where: { $0 >= 2 }) {
      close(.silent, at: lastTimeOf[1 - from], &output)
    }
    if traced.content == .other && streams.contains(where: \.content.looksRandom)
      && streams.allSatisfy({ $0.content.looksRandom || $0.deliveredBytes == 0 })
    {
      traced.cipher = .mse
    }
    traced.a.streamBytes = streams[0].deliveredBytes
    traced.b.streamBytes = streams[1].deliveredBytes
    output.sink.connection(traced, .final)
  }

  /// Something about the connection became known.
  func identify<Sink>(_ output: inout Emission<Sink>, _ change: (inout TracedConnection) -> Void) {
    change(&traced)
    output.sink.connection(traced, .identified)
    if traced.content == .peerWire { for stream in streams { stream.release(self, &output) } }
  }

  /// Whether its stream bytes are told as segments.
  var countsSegments: Bool { traced.content == .peerWire || bringsFile }

  /// An HTTP response with a file or a part of one was seen.
  func bring<Sink>(_ response: TracedResponse, _ output: inout Emission<Sink>) {
    output.sink.response(response)
    guard !bringsFile else { return }
    bringsFile = true
    for stream in streams { stream.release(self, &output) }
  }
}
