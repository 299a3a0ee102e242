public import PacketCapture

/// Frames in, connections, messages, announces, segments and holes out.
///
/// Incremental, so that it can follow a live capture: `add` every frame in order, `finish` once. It holds no whole
/// streams: at most 1 MiB out of order and 256 KiB of undecided bytes for each direction, 256 MiB over all of them.
public struct Dissector<Sink: TraceSink>: ~Copyable {
  var emission: Emission<Sink>
  /// The latest between two ends.
  private var conversations: [FlowKey: TCPConversation] = [:]
  /// So many, and those that are over are released.
  private var enough = Conversation.many
  private var lastKey: FlowKey?
  private var last: TCPConversation?
  private var passedOver = [Int64](repeating: 0, count: PassedOver.allCases.count)
  private var datagrams = [Int64](repeating: 0, count: DatagramKind.allCases.count)
  private var lastFrame: Stamp?
  private var trackerDatagrams = TrackerDatagrams()
  private var utp = UTPFlows()

  public init(sink: Sink) { emission = Emission(sink: sink) }

  /// - Parameter payloadMap: gathers what a scrubber asks for; nil gathers nothing.
  package init(sink: Sink, noting payloadMap: PayloadMap?) {
    self.init(sink: sink)
    emission.payloadMap = payloadMap
  }

  public var sink: Sink {
    get { emission.sink }
    _modify { yield &emission.sink }
  }

  /// How much was understood so far; complete after `finish`.
  public var coverage: Coverage {
    var coverage = emission.coverage
    for reason in PassedOver.allCases where passedOver[reason.rawValue] > 0 {
      coverage.passedOver[reason.text] = passedOver[reason.rawValue]
    }
    for kind in DatagramKind.allCases where datagrams[kind.rawValue] > 0 {
      coverage.datagrams[kind.text] = datagrams[kind.rawValue]
    }
    return coverage
  }

  /// Bytes held out of order or undecided, over all connections.
  package var heldBytes: Int { emission.heldBytes }

  /// What was gathered for a scrubber; complete after `finish`.
  package var payloadMap: PayloadMap? { emission.payloadMap }

  public mutating func add(_ frame: Frame) {
    if emission.coverage.frames == 0 { emission.coverage.firstTime = frame.timeNanoseconds }
    emission.coverage.frames += 1
    emission.coverage.lastTime = frame.timeNanoseconds
    let stamp = Stamp(
      time: frame.timeNanoseconds, frame: Int32(clamping: frame.index),
      frameBytes: Int32(clamping: frame.originalLength))
    switch TCPSegment.read(frame) {
    case .segment(let segment):
      if segment.payload.count < segment.payloadLength { count(.cut) }
      lastFrame = stamp
      conversation(of: segment, stamp).take(segment, stamp, &emission)
    case .datagram(let datagram): take(datagram, stamp)
    case .passedOver(let reason):
      count(reason)
      emission.payloadMap?.stray(frame: frame.index, from: TCPSegment.contentOffset(of: frame))
    }
  }

  /// Tells what could only be told at the end: bytes in flight, holes at the end, connections still open. Of connections
  /// that are over it may have been told before.
  public mutating func finish() {
    guard let lastFrame else { return }
    for conversation in conversations.values.sorted(by: { $0.id < $1.id }) { conversation.finish(lastFrame, &emission) }
    let dropped = utp.finish(lastFrame, &emission)
    datagrams[DatagramKind.unansweredUTP.rawValue] += dropped.unanswered
    passedOver[PassedOver.udp.rawValue] += dropped.others
    conversations = [:]
    lastKey = nil
    last = nil
    self.lastFrame = nil
  }

  private mutating func count(_ reason: PassedOver) { passedOver[reason.rawValue] += 1 }

  private mutating func take(_ datagram: UDPDatagram, _ stamp: Stamp) {
    lastFrame = stamp
    if let finding = trackerDatagrams.take(datagram, stamp) {
      if case .announce(let announce) = finding { emission.sink.announce(announce) }
      if emission.payloadMap?.remaps == true {
        var isQuestion = true
        if case .answer = finding { isQuestion = false }
        emission.payloadMap?.rewrite(datagram, toTracker: isQuestion, frame: Int(stamp.frame))
      }
      count(.tracker, datagram)
      return
    }
    emission.payloadMap?.stray(
      frame: Int(stamp.frame), from: UTPPacket(datagram)?.payloadOffset ?? datagram.payloadOffset)
    let finding = utp.take(datagram, stamp, &emission)
    datagrams[DatagramKind.utp.rawValue] += Int64(finding.packets)
    if finding.packets > 0 {
      if datagram.payload.count < datagram.payloadLength { count(.cut) }
    } else if let kind = PeerDiscovery.kind(of: datagram) {
      emission.payloadMap?.isNoStray(frame: Int(stamp.frame))
      if emission.payloadMap?.remaps == true {
        emission.payloadMap?.rewrite(datagram, of: kind, frame: Int(stamp.frame))
      }
      count(kind, datagram)
    } else if !finding.isHeld {
      count(.udp)
    } else if UTPPacket(datagram)?.payload.isEmpty == false {
      emission.payloadMap?.waits(frame: stamp.frame)
    }
  }

  private mutating func count(_ kind: DatagramKind, _ datagram: UDPDatagram) {
    datagrams[kind.rawValue] += 1
    if datagram.payload.count < datagram.payloadLength { count(.cut) }
  }

  private mutating func conversation(of segment: TCPSegment, _ stamp: Stamp) -> TCPConversation {
    let (key, sourceIsUpper) = FlowKey.of(segment)
    if let known = key == lastKey ? last : conversations[key] {
      if !known.isReplaced(by: segment) {
        lastKey = key
        last = known
        return known
      }
      known.giveWay(&emission)
      known.finish(stamp, &emission)
      conversations[key] = nil
    }
    releaseThoseOver(stamp)
    let conversation = TCPConversation(openedBy: segment, sourceIsUpper: sourceIsUpper, stamp, &emission)
    conversations[key] = conversation
    lastKey = key
    last = conversation
    return conversation
  }

  /// Else a capture of millions of connections would fill the memory.
  private mutating func releaseThoseOver(_ stamp: Stamp) {
    guard conversations.count >= enough else { return }
    let over = conversations.filter { $0.value.isOver(at: stamp.time) }.sorted { $0.value.id < $1.value.id }
    for (key, conversation) in over {
      conversation.finish(stamp, &emission)
      conversations[key] = nil
    }
    enough = max(Conversation.many, 2 * conversations.count)
  }
}
