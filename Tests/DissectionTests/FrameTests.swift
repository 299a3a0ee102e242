import Dissection
import PacketCapture
import StagedFrames
import Testing

/// Headers below TCP, and what is passed over.
struct FrameTests {
  private static let addresses: [[UInt8]] = [[127, 64, 1, 1], [127, 64, 2, 1]]
  private static let segment = TestWire.tcp(
    from: 40000, to: 7000, sequence: 1, acknowledgement: 1, flags: 16, Message.handshake(peer: 1) + Message.have(3))
  private static let packet = TestWire.ipv4(segment, from: addresses[0], to: addresses[1])

  @Test(
    "Every link type leads to the same message",
    arguments: [
      (LinkType.ethernet, TestWire.ethernet(packet)),
      (.ethernet, TestWire.ethernet([0, 5, 8, 0] + packet, type: 0x8100)),
      (.ethernet, TestWire.ethernet([0, 5, 0x81, 0, 0, 6, 8, 0] + packet, type: 0x88a8)),
      (.ethernet, TestWire.ethernet(packet + [0, 0, 0, 0])),
      (.linuxCooked, [UInt8](repeating: 0, count: 14) + [8, 0] + packet),
      (.linuxCooked2, [8, 0] + [UInt8](repeating: 0, count: 18) + packet),
      (.null, [2, 0, 0, 0] + packet), (.loop, [0, 0, 0, 2] + packet), (.raw, packet), (.ipv4, packet),
      (.raw, TestWire.ipv6(segment, from: 1, to: 2)),
      (.ethernet, TestWire.ethernet(TestWire.ipv6(segment, from: 1, to: 2), type: 0x86dd)),
    ])
  func linkTypes(link: LinkType, bytes: [UInt8]) {
    var wire = TestWire()
    wire.add(bytes, linkType: link)
    let trace = wire.trace()
    #expect(trace.messages.map(\.piece) == [3])
    #expect(trace.connections.first?.a.endpoint.port == 40000)
    #expect(["127.64.1.1", "::1"].contains(trace.connections.first?.a.endpoint.address))
  }

  @Test("What is no TCP is counted by its reason, and broken frames do no harm")
  func passedOver() {
    var wire = TestWire()
    wire.add(TestWire.ethernet([0, 1], type: 0x0806))
    wire.add(
      TestWire.ethernet(TestWire.ipv4([1, 2, 3, 4], from: Self.addresses[0], to: Self.addresses[1], protocol: 17)))
    wire.add(
      TestWire.ethernet(TestWire.ipv4([1, 2, 3, 4], from: Self.addresses[0], to: Self.addresses[1], protocol: 1)))
    var fragment = Self.packet
    fragment[6] = 0x20
    wire.add(TestWire.ethernet(fragment))
    wire.add([1, 2, 3])
    wire.add(Self.packet, linkType: LinkType(rawValue: 147))
    let coverage = wire.trace().coverage
    #expect(
      coverage.passedOver == [
        "not IP": 1, "UDP": 1, "neither TCP nor UDP": 1, "IP fragment": 1, "malformed": 1, "unknown link type": 1,
      ])
    #expect(coverage.frames == 6)
  }

  @Test("Frames of any bytes are survived", arguments: 0..<50)
  func anyBytes(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    var wire = TestWire()
    for _ in 0..<200 {
      var bytes = TestWire.ethernet(Self.packet)
      for _ in 0..<Int.random(in: 0..<20, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: .min ... .max, using: &random)
      }
      wire.add(bytes, cutTo: Int.random(in: 0...bytes.count, using: &random))
    }
    #expect(wire.trace().coverage.frames == 200)
  }
}
