public import PacketCapture

/// A dissector for another module's sink.
///
/// `Dissector` is generic, and outside this module it would run unspecialised, at twice the processor time: too much for
/// a thread that must keep up with a swarm. Here it is compiled for one type of sink, which hands on what it is given.
public struct LiveDissector: ~Copyable {
  private var dissector: Dissector<HandingOn>

  public init(sink: any LiveSink) { dissector = Dissector(sink: HandingOn(target: sink)) }

  public mutating func add(_ frame: Frame) { dissector.add(frame) }
  public mutating func finish() { dissector.finish() }
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
