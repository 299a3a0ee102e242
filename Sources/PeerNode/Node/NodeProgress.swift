/// How far a peer is, and what this process has moved.
public struct NodeProgress: Hashable, Sendable {
  public var piecesHeld = 0
  public var pieceCount = 0
  public var bytesHeld: Int64 = 0
  public var totalBytes: Int64 = 0
  /// Payload bytes.
  public var received: Int64 = 0
  public var sent: Int64 = 0
  public var connections = 0

  public init() {}

  public var isComplete: Bool { pieceCount > 0 && piecesHeld == pieceCount }
}

extension Node {
  var progress: NodeProgress {
    var progress = NodeProgress()
    progress.piecesHeld = storage.verifiedPieces
    progress.pieceCount = storage.layout.pieceCount
    progress.bytesHeld = storage.verifiedBytes
    progress.totalBytes = storage.layout.totalLength
    progress.received = receivedBytes
    progress.sent = sentBytes
    progress.connections = slots.reduce(0) { $1 == nil ? $0 : $0 + 1 }
    return progress
  }
}
