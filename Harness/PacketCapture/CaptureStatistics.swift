/// What a live capture saw, lost and wrote.
public struct CaptureStatistics: Hashable, Sendable {
  /// Frames seen, the sentinel apart.
  public var frames: Int64 = 0
  /// Captured bytes of those frames.
  public var bytes: Int64 = 0
  /// Frames in the file; fewer than `frames` where the file was cut short, and while some are held back.
  public var written: Int64 = 0
  /// Bytes of the file, before compression.
  public var fileBytes: Int64 = 0
  /// Frames that the kernel or the interface dropped before we saw them.
  public var dropped: Int64 = 0
  /// The file ends before the capture did: `atMostBytes` was reached, or a write failed.
  public var cutShort = false
  /// Realtime nanoseconds of the first frame that is not in the file, where it was cut short.
  public var cutShortAt: Int64?
  /// The capture was drained past its sentinel, so everything sent before `stop` was seen.
  public var drained = false
  /// What ended the writing or the capture early.
  public var failure: CaptureError?

  public init() {}
}
