import Dissection
import Glibc
import PacketCapture

/// How fast a capture is read, and with how much memory.
struct Measure: CustomStringConvertible {
  private var bytes: Int64
  private var seconds: Double
  private var frames: Int64
  private var messages: Int

  /// Megabytes (of a million bytes) a second, then what was found, so that it is seen that it was.
  var description: String {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let speed = Int(Double(bytes) / seconds / 1e6)
    return "\(speed) MB/s \(usage.ru_maxrss / 1024) MiB \(frames) frames \(messages) messages"
  }

  static func following(_ path: String) throws -> Measure {
    let tally = Tally()
    var dissector = LiveDissector(sink: tally)
    return try measure(path) {
      let reader = try CaptureReader(path: path)
      while let frame = try reader.next() { dissector.add(frame) }
      dissector.finish()
      return (Int64(reader.framesRead), tally.messages)
    }
  }

  /// As a capture is followed that is kept scrubbed, which is written beside the file.
  static func scrubbing(_ path: String) throws -> Measure {
    let tally = Tally()
    var dissector = LiveDissector(sink: tally, scrubbing: HoldingBack())
    let copy = path + ".scrubbed"
    defer { unlink(copy) }
    return try measure(path) {
      let reader = try CaptureReader(path: path)
      let writer = try CaptureWriter(path: copy, linkType: reader.linkType)
      var failure: CaptureError?
      let write: WriteFrame = { frame, ranges in
        do throws(CaptureError) { try writer.write(frame, zeroing: ranges) } catch { failure = error }
      }
      while let frame = try reader.next() {
        dissector.add(frame)
        dissector.release(frame, to: write)
      }
      dissector.finish()
      dissector.releaseRest(to: write)
      if let failure { throw failure }
      try writer.close()
      return (Int64(reader.framesRead), tally.messages)
    }
  }

  static func collecting(_ path: String) throws -> Measure {
    try measure(path) {
      let trace = try Dissection.trace(ofCapture: path)
      return (trace.coverage.frames, trace.messages.count)
    }
  }

  private static func measure(_ path: String, _ read: () throws -> (Int64, Int)) throws -> Measure {
    var status = stat()
    stat(path, &status)
    let start = ContinuousClock.now
    let (frames, messages) = try read()
    let time = ContinuousClock.now - start
    let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    return Measure(bytes: Int64(status.st_size), seconds: seconds, frames: frames, messages: messages)
  }
}

private final class Tally: LiveSink {
  var messages = 0

  func connection(_ connection: TracedConnection, _ change: ConnectionChange) {}
  func message(_ message: TracedMessage, bitfield: [UInt8]?) { messages += 1 }
  func announce(_ announce: TracedAnnounce) {}
  func response(_ response: TracedResponse) {}
  func segment(_ segment: TracedSegment) {}
}
