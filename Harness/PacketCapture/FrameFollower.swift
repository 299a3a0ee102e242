/// Follows a live capture on its thread, and says what is written of it.
public protocol FrameFollower: Sendable {
  /// Takes the next frame, whose bytes are valid within the call, and hands on those that may be written by now, in
  /// order: those that were held back before it, it as well, or none.
  func take(_ frame: Frame, write: WriteFrame)

  /// The capture is over: hands on what is still held back.
  func finish(write: WriteFrame)
}

/// Writes a frame, with zeros for these bytes of it.
public typealias WriteFrame = (_ frame: Frame, _ zeroing: [Range<Int>]) -> Void
