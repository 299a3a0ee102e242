import Dissection
import PacketCapture
import StagedFrames
import Testing

/// A capture that is scrubbed while it is made, against one that is scrubbed afterwards.
struct LiveScrubberTests {
  @Test("It is what a scrubber makes of the whole capture, frame for frame", arguments: Course.allCases)
  func same(_ course: Course) {
    let frames = course.frames
    let live = ScrubbedLive(frames)
    #expect(live.frames == scrubbedAfterwards(frames))
    #expect(live.numbers == Array(1...frames.count))
  }

  @Test("In order, a frame is handed on at once, half a block as well", arguments: [Course.inOrder, .sentAgain, .web])
  func atOnce(_ course: Course) {
    #expect(ScrubbedLive(course.frames).mostHeld == 0)
  }

  @Test("Whatever is lost, swapped and sent again, it is the same, or what it missed is found later", arguments: 1...60)
  func mutated(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    var frames = Course.several.frames
    for _ in 0..<12 {
      let place = Int.random(in: 0..<frames.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: frames.remove(at: place)
      case 1: frames.swapAt(place, Int.random(in: 0..<frames.count, using: &random))
      default: frames.insert(frames[place], at: Int.random(in: place..<frames.count, using: &random))
      }
    }
    let whole = scrubbedAfterwards(frames)
    let patient = ScrubbedLive(frames)
    #expect(patient.frames == whole)
    let hasty = ScrubbedLive(frames, bound: HoldingBack(frames: 2))
    #expect(hasty.numbers == Array(1...frames.count))
    #expect(hasty.mostHeld <= 2)
    #expect(scrubbedAfterwards(rewritten(frames, as: hasty.frames)) == whole)
  }

  @Test(
    "What could be held back no longer is written as it is, and found later to have been payload",
    arguments: [HoldingBack(frames: 3), HoldingBack(bytes: 3000), HoldingBack(nanoseconds: 3_000_000)])
  func bound(_ bound: HoldingBack) {
    let frames = Course.muchBetween.frames
    let live = ScrubbedLive(frames, bound: bound)
    #expect(live.numbers == Array(1...frames.count))
    let whole = scrubbedAfterwards(frames)
    let different = frames.indices.filter { live.frames[$0] != whole[$0] }
    #expect(different.count == 1)
    #expect(different.allSatisfy { live.frames[$0] == frames[$0].bytes })
    #expect(scrubbedAfterwards(rewritten(frames, as: live.frames)) == whole)
  }

  @Test("Half a handshake that never became whole holds up no more than is allowed")
  func unfinished() {
    let live = ScrubbedLive(Course.halfHandshake.frames, bound: HoldingBack(frames: 3))
    #expect(live.mostHeld == 3)
    #expect(live.frames == scrubbedAfterwards(Course.halfHandshake.frames))
  }

  @Test("Over a hundred thousand frames no more is remembered than over a few thousand")
  func memory() {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    var dissector = LiveDissector(sink: Ignoring(), scrubbing: HoldingBack())
    var (number, zeroed, most) = (0, 0, 0)
    while number < 100_000 {
      for _ in 0..<100 {
        tcp.send(.server, Message.piece(1, 0, 500), &wire)
        tcp.acknowledge(.client, &wire)
      }
      for captured in wire.drain() {
        number += 1
        captured.lend(as: number) { frame in
          dissector.add(frame)
          dissector.release(frame) { _, ranges in zeroed += ranges.reduce(0) { $0 + $1.count } }
        }
      }
      most = max(most, dissector.remembered.stretches)
    }
    let held = dissector.remembered.heldFrames
    #expect(held == 0)
    // A mebibyte of stream, and a few more.
    #expect(most < (1 << 20) / 513 + 100)
    #expect(zeroed >= 500 * 49_000)
  }
}

/// Frames as they were handed on.
private struct ScrubbedLive {
  var frames: [[UInt8]] = []
  var numbers: [Int] = []
  var mostHeld = 0

  init(_ source: [TestWire.Captured], bound: HoldingBack = HoldingBack()) {
    var dissector = LiveDissector(sink: Ignoring(), scrubbing: bound)
    var frames: [[UInt8]] = []
    var numbers: [Int] = []
    for (index, captured) in source.enumerated() {
      captured.lend(as: index + 1) { frame in
        dissector.add(frame)
        dissector.release(frame) { frame, ranges in
          numbers.append(frame.index)
          frames.append(zeroed(frame, ranges))
        }
      }
      mostHeld = max(mostHeld, dissector.remembered.heldFrames)
    }
    dissector.finish()
    dissector.releaseRest { frame, ranges in
      numbers.append(frame.index)
      frames.append(zeroed(frame, ranges))
    }
    self.frames = frames
    self.numbers = numbers
  }
}

private func zeroed(_ frame: Frame, _ ranges: [Range<Int>]) -> [UInt8] {
  var bytes = Array(frame.bytes)
  for range in ranges { for place in range { bytes[place] = 0 } }
  return bytes
}

/// What `CaptureScrubber` writes.
private func scrubbedAfterwards(_ source: [TestWire.Captured]) -> [[UInt8]] {
  var dissector = Dissector(sink: TraceCollector(), noting: PayloadMap())
  for (index, captured) in source.enumerated() { captured.lend(as: index + 1) { dissector.add($0) } }
  dissector.finish()
  guard var map = dissector.payloadMap else { return [] }
  map.settle()
  var frames: [[UInt8]] = []
  for (index, captured) in source.enumerated() { captured.lend(as: index + 1) { frames.append(map.scrubbed($0)) } }
  return frames
}

private func rewritten(_ source: [TestWire.Captured], as frames: [[UInt8]]) -> [TestWire.Captured] {
  zip(source, frames).map { captured, bytes in
    var captured = captured
    captured.bytes = bytes
    return captured
  }
}

extension TestWire.Captured {
  fileprivate func lend(as number: Int, _ body: (Frame) -> Void) {
    bytes.withUnsafeBytes {
      body(Frame(index: number, timeNanoseconds: time, originalLength: originalLength, linkType: linkType, bytes: $0))
    }
  }
}

private final class Ignoring: LiveSink {
  func connection(_ connection: TracedConnection, _ change: ConnectionChange) {}
  func message(_ message: TracedMessage, bitfield: [UInt8]?) {}
  func announce(_ announce: TracedAnnounce) {}
  func response(_ response: TracedResponse) {}
  func segment(_ segment: TracedSegment) {}
}
