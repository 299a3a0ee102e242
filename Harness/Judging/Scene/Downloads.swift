import Dissection
public import Planning
public import SwarmTime

/// What HTTP responses delivered of the payload: acknowledged bytes of bodies, as the capture shows them.
///
/// A response is about the payload where its file has the payload's size and both its ends are peers of the plan.
public struct Downloads: Sendable {
  /// What one segment brought.
  public struct Part: Sendable {
    /// Place in `Scene.conversations`, and the side that sent it.
    public var conversation: Int
    public var side: Int
    public var from: Int
    public var to: Int
    /// Swarm nanoseconds.
    public var time: Int64
    public var frame: Int32
    /// In the payload.
    public var bytes: Range<Int64>
  }

  /// By frame.
  public private(set) var parts: [Part] = []

  init(conversations: [Conversation], trace: Trace, segments: Grouping, payload: PayloadPlan, clock: RunClock) {
    guard !trace.responses.isEmpty else { return }
    var deliveries = FileDeliveries()
    for response in trace.responses { deliveries.add(response) }
    for (place, conversation) in conversations.enumerated() where conversation.isDownload {
      for index in segments[place] {
        let segment = trace.segments[Int(index)]
        let side = Int(segment.from & 1)
        for part in deliveries.add(segment) where part.fileBytes == payload.sizeBytes {
          parts.append(
            Part(
              conversation: place, side: side, from: conversation.peer(side), to: conversation.peer(1 - side),
              time: clock.instant(realtime: segment.time).nanoseconds, frame: segment.frame, bytes: part.bytes))
        }
      }
    }
    parts.sort { ($0.frame, $0.conversation) < ($1.frame, $1.conversation) }
  }

  /// Bytes of the payload that a peer received, each counted once, and when the last of them came; nil for none.
  public func received(_ peer: Int, of payload: PayloadPlan) -> (bytes: Int64, last: SwarmInstant, frame: Int)? {
    var pieces = WholePieces(size: payload.sizeBytes, pieceLength: payload.pieceLengthBytes)
    var last: Part?
    for part in parts where part.to == peer {
      _ = pieces.insert(part.bytes)
      last = part
    }
    return last.map { (pieces.bytes, SwarmInstant(nanoseconds: $0.time), Int($0.frame)) }
  }
}
