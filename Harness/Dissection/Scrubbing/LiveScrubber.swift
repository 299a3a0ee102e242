import PacketCapture

/// How much is held back at most while it is not known what is payload.
public struct HoldingBack: Hashable, Sendable {
  public var frames: Int
  public var bytes: Int
  /// By the capture's stamps: what is held is lost if the process is killed.
  public var nanoseconds: Int64

  public init(frames: Int = 4096, bytes: Int = 16 << 20, nanoseconds: Int64 = 10_000_000_000) {
    self.frames = frames
    self.bytes = bytes
    self.nanoseconds = nanoseconds
  }
}

/// Finds payload in frames on their way to a file, in the order in which they came.
///
/// What a segment carries is known once all is there that precedes it in its stream. Until then it is held back, and so
/// is what came after it. What can be held back no longer is handed on with what is known; `CaptureScrubber` finds the
/// rest afterwards. A frame that need not wait is handed on where it lies, and not copied.
struct LiveScrubber {
  private struct Held {
    /// Its bytes are in `bytes`.
    var frame: Frame
    var bytes: [UInt8]
    var placement: PayloadMap.Placement?
    var waits: Bool
  }

  private let bound: HoldingBack
  private var held: [Held] = []
  private var head = 0
  private var heldBytes = 0
  /// Of the frame being handed on; kept for its memory.
  private var ranges: [Range<Int>] = []

  init(bound: HoldingBack) { self.bound = bound }

  var heldFrames: Int { held.count - head }

  /// Takes the frame that was dissected last.
  mutating func take<Sink>(_ frame: Frame, _ output: inout Emission<Sink>, _ write: WriteFrame) {
    let number = Int32(clamping: frame.index)
    var placement: PayloadMap.Placement?
    while let noted = output.payloadMap?.takePlacement() {
      if noted.frame == number { placement = noted } else { place(noted) }
    }
    let waits = output.payloadMap?.waitingFrame == number
    release(at: frame.timeNanoseconds, &output, write)
    if heldFrames == 0 && isSettled(placement, waits: waits, &output) {
      handOn(frame, placement, &output, write)
      return
    }
    held.append(Held(frame: frame, bytes: Array(frame.bytes), placement: placement, waits: waits))
    held[held.count - 1].frame.bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    heldBytes += frame.bytes.count
    release(at: frame.timeNanoseconds, &output, write)
  }

  /// The capture is over, and all of it is dissected.
  mutating func finish<Sink>(_ output: inout Emission<Sink>, _ write: WriteFrame) {
    while let noted = output.payloadMap?.takePlacement() { place(noted) }
    while heldFrames > 0 { releaseFirst(&output, write) }
  }

  /// Of an earlier frame it became known where in its stream it lies; it may have been handed on.
  private mutating func place(_ placement: PayloadMap.Placement) {
    // Numbers of frames go up by one.
    let position = heldFrames > 0 ? head + Int(placement.frame) - held[head].frame.index : -1
    if (head..<held.count).contains(position) { held[position].placement = placement }
  }

  private func isSettled<Sink>(
    _ placement: PayloadMap.Placement?, waits: Bool, _ output: inout Emission<Sink>
  ) -> Bool {
    guard let placement else { return !waits }
    return output.payloadMap?.isSettled(placement) ?? true
  }

  /// Hands on what is settled, and what is too much or too old to hold.
  private mutating func release<Sink>(at time: Int64, _ output: inout Emission<Sink>, _ write: WriteFrame) {
    while heldFrames > 0 {
      let isTooMuch =
        heldFrames > bound.frames || heldBytes > bound.bytes
        || time - held[head].frame.timeNanoseconds > bound.nanoseconds
      guard isTooMuch || isSettled(held[head].placement, waits: held[head].waits, &output) else { return }
      releaseFirst(&output, write)
    }
  }

  private mutating func releaseFirst<Sink>(_ output: inout Emission<Sink>, _ write: WriteFrame) {
    let first = held[head]
    held[head].bytes = []
    heldBytes -= first.bytes.count
    head += 1
    if head == held.count {
      held.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 1024 {
      held.removeFirst(head)
      head = 0
    }
    first.bytes.withUnsafeBytes { bytes in
      var frame = first.frame
      frame.bytes = bytes
      handOn(frame, first.placement, &output, write)
    }
  }

  private mutating func handOn<Sink>(
    _ frame: Frame, _ placement: PayloadMap.Placement?, _ output: inout Emission<Sink>, _ write: WriteFrame
  ) {
    ranges.removeAll(keepingCapacity: true)
    if let placement { output.payloadMap?.release(placement, into: &ranges) }
    write(frame, ranges)
  }
}
