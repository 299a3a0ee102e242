public import PacketCapture

/// A dissector for another module's sink, which can also tell what to zero in the frames that it is given.
///
/// `Dissector` is generic, and outside this module it would run unspecialised, at twice the processor time: too much for
/// a thread that must keep up with a swarm. Here it is compiled for one type of sink, which hands on what it is given.
public struct LiveDissector: ~Copyable {
  private var dissector: Dissector<HandingOn>
  private var scrubber: LiveScrubber?

  /// - Parameter bound: how much is held back to find payload; nil finds none.
  public init(sink: any LiveSink, scrubbing bound: HoldingBack? = nil) {
    dissector = Dissector(sink: HandingOn(target: sink), noting: bound == nil ? nil : PayloadMap())
    scrubber = bound.map { LiveScrubber(bound: $0) }
  }

  /// What is remembered of frames that were released, and how many are held back: neither grows with the capture.
  package var remembered: (stretches: Int, heldFrames: Int) {
    (dissector.emission.payloadMap?.rememberedStretches ?? 0, scrubber?.heldFrames ?? 0)
  }

  public mutating func add(_ frame: Frame) { dissector.add(frame) }

  /// Hands on the frames of which it is known what is payload, in order. To be called with each frame after `add`.
  public mutating func release(_ frame: Frame, to write: WriteFrame) {
    guard scrubber != nil else { return write(frame, []) }
    scrubber?.take(frame, &dissector.emission, write)
  }

  public mutating func finish() { dissector.finish() }

  /// Hands on the frames that are still held back. To be called after `finish`.
  public mutating func releaseRest(to write: WriteFrame) { scrubber?.finish(&dissector.emission, write) }
}

/// As `TraceSink`; an object, which its owner looks at while it is fed.
public protocol LiveSink: AnyObject {
  func connection(_ connection: TracedConnection, _ change: ConnectionChange)
  func message(_ message: TracedMessage, bitfield: [UInt8]?)
  func announce(_ announce: TracedAnnounce)
  func response(_ response: TracedResponse)
  func segment(_ segment: TracedSegment)
}

private struct HandingOn: TraceSink {
  let target: any LiveSink

  func connection(_ connection: TracedConnection, _ change: ConnectionChange) { target.connection(connection, change) }
  func message(_ message: TracedMessage, bitfield: [UInt8]?) { target.message(message, bitfield: bitfield) }
  func announce(_ announce: TracedAnnounce) { target.announce(announce) }
  func response(_ response: TracedResponse) { target.response(response) }
  func segment(_ segment: TracedSegment) { target.segment(segment) }
}
