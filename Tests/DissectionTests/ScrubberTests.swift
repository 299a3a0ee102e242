import Dissection
import Foundation
import PacketCapture
import StagedFrames
import Testing

struct ScrubberTests {
  @Test(
    "A scrubbed capture is small and gives the same trace",
    .enabled(if: SharedCaptures.areHere, "\(SharedCaptures.reason)"))
  func real() throws {
    try Scratch.with { folder in
      let source = SharedCaptures.path("made/local_libtorrent208_6peers_lo.pcap")
      let scrubbed = folder + "/scrubbed.pcap.gz"
      try CaptureScrubber.scrub(from: source, to: scrubbed)
      expectSame(try Dissection.trace(ofCapture: source), try Dissection.trace(ofCapture: scrubbed))
      let size = try #require(try FileManager.default.attributesOfItem(atPath: scrubbed)[.size] as? Int)
      #expect(size < 400_000)
    }
  }

  @Test("Payload is zeroed in every copy, in order or not, and nothing else is touched")
  func builtInMemory() throws {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    let stream = Message.unchoke + Message.piece(1, 0, 3000) + Message.have(0x5a5a_5a5a) + Message.piece(2, 0, 700)
    tcp.put(.server, TestConnection.ack, &wire, Array(stream[1000..<2000]), shift: 1000)
    tcp.put(.server, TestConnection.ack, &wire, Array(stream[..<1000]))
    tcp.put(.server, TestConnection.ack, &wire, Array(stream[500..<1500]), shift: 500)
    tcp.put(.server, TestConnection.ack, &wire, Array(stream[2000...]), shift: 2000)
    tcp.lose(.server, stream.count)
    tcp.acknowledge(.client, &wire)
    try Scratch.with { folder in
      let full = folder + "/full.pcap"
      try wire.write(to: full)
      let scrubbed = folder + "/scrubbed.pcap"
      try CaptureScrubber.scrub(from: full, to: scrubbed)
      expectSame(try Dissection.trace(ofCapture: full), try Dissection.trace(ofCapture: scrubbed))
      let reader = try CaptureReader(path: scrubbed)
      var position = 0
      var left = 0
      while let frame = try reader.next() {
        let original = wire.frames[position]
        #expect(frame.timeNanoseconds == original.time)
        #expect(frame.capturedLength == original.bytes.count)
        #expect(zip(frame.bytes, original.bytes).allSatisfy { $0 == $1 || ($0 == 0 && $1 == 0x5a) })
        left += frame.bytes.count { $0 == 0x5a }
        position += 1
      }
      #expect(position == wire.frames.count)
      #expect(left == 4)
    }
  }

  @Test("Over uTP, too: packets out of order and sent again")
  func utp() throws {
    var wire = TestWire()
    var utp = TestUTP()
    utp.openPeerWire(&wire)
    let stream = Message.unchoke + Message.piece(1, 0, 6000)
    let packets = stride(from: 0, to: stream.count, by: 1000).map { Array(stream[$0...].prefix(1000)) }
    let first = utp.next[1]
    for place in [1, 1, 0, 3, 2, 2, 4, 5, 6, 1] {
      utp.put(.data, .server, &wire, packets[place], sequence: first &+ UInt16(place))
    }
    utp.got[0] = first &+ UInt16(packets.count) &- 1
    utp.acknowledge(.client, &wire)
    try Scratch.with { folder in
      try wire.write(to: folder + "/full.pcap")
      try CaptureScrubber.scrub(from: folder + "/full.pcap", to: folder + "/scrubbed.pcap")
      let after = try Dissection.trace(ofCapture: folder + "/scrubbed.pcap")
      expectSame(wire.trace(), after)
      #expect(after.messages.count == 2)
      let reader = try CaptureReader(path: folder + "/scrubbed.pcap")
      var left = 0
      while let frame = try reader.next() { left += frame.bytes.count { $0 == 0x5a } }
      #expect(left == 0)
    }
  }
}

func expectSame(_ a: Trace, _ b: Trace) {
  #expect(a.messages == b.messages)
  #expect(a.bitfields == b.bitfields)
  #expect(a.announces == b.announces)
  #expect(a.segments == b.segments)
  #expect(a.holes == b.holes)
  #expect(a.coverage == b.coverage)
  #expect(a.connections == b.connections)
}

extension TestWire {
  func write(to path: String) throws {
    let writer = try CaptureWriter(path: path, linkType: frames.first?.linkType ?? .ethernet)
    try forEachFrame { try writer.write($0) }
    try writer.close()
  }
}

/// A folder for one test.
enum Scratch {
  static func with(_ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("swarmlab-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }
}
