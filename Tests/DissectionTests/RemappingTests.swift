import Dissection
import Foundation
import PacketCapture
import StagedFrames
import Testing

/// Every address gets a pseudonym, and the copy reads as the original does but for them.
struct RemappingTests {
  private static let key = RemapKey(text: "of this test")

  @Test("No address is left, as bytes or as text, in no place that tells one", arguments: [false, true])
  func marks(redacting: Bool) throws {
    let wire = SwarmOfMarks().wire
    let copy = try Self.copy(of: wire, redacting: redacting)
    #expect(copy.frames.count == wire.frames.count)
    let before = wire.frames.map(\.bytes)
    for mark in SwarmOfMarks.marks {
      #expect(Self.count(mark, in: before) > 0, "\(mark.text) is nowhere")
      #expect(Self.count(mark, in: copy.frames) == 0, "\(mark.text) is left")
    }
    let (original, remapped) = (wire.trace(), copy.trace)
    #expect(original.readsAs(remapped, remapped: true))
    #expect(!original.readsAs(remapped, remapped: false))
    #expect(original.announces.count == 3)
    #expect(original.messages.count == 6)
    #expect(original.coverage.datagrams == ["tracker": 4, "DHT response": 1, "local discovery": 1])
  }

  @Test("Right checksums stay right, wrong ones wrong, payload zeroed or not")
  func checksums() throws {
    let wire = SwarmOfMarks().wire
    var wrong = TestWire()
    for frame in wire.frames {
      var bytes = frame.bytes
      // A byte of what lies behind the IP header of most of them.
      bytes[bytes.count - 1] ^= 0x10
      wrong.add(bytes)
    }
    var looked = 0
    for frames in [wire, wrong] {
      let copy = try Self.copy(of: frames)
      for (before, after) in zip(frames.frames, copy.frames) {
        guard let were = Checksum.areRight(before.bytes) else { continue }
        looked += 1
        #expect(Checksum.areRight(after) == were)
      }
    }
    #expect(looked > 80)
    #expect(wire.frames.allSatisfy { Checksum.areRight($0.bytes) ?? [true, true] == [true, true] })
    #expect(wrong.frames.contains { Checksum.areRight($0.bytes)?[1] == false })
  }

  @Test("Peers of a tracker and of an exchange have the pseudonyms that packets show")
  func embedded() throws {
    let copy = try Self.copy(of: SwarmOfMarks().wire)
    let connections = copy.trace.connections.filter { $0.a.handshakeAt != nil }
    let connection = try #require(connections.first)
    let bob = try #require(Self.bytes(connection.b.endpoint.address))
    #expect(bob[0] == 10)
    // Compact, in the answer of the tracker over HTTP and over UDP.
    #expect(Self.count((bytes: Array("5:peers12:".utf8) + bob, text: ""), in: copy.frames) == 1)
    #expect(Self.count((bytes: bob + [0x1b, 0x58], text: ""), in: copy.frames) == 2)
  }

  @Test("The same key gives the same pseudonyms, another one others, and none is drawn anew each time")
  func keys() throws {
    let wire = SwarmOfMarks().wire
    let first = try Self.copy(of: wire).frames
    #expect(try Self.copy(of: wire).frames == first)
    #expect(try Self.copy(of: wire, key: RemapKey(text: "another")).frames != first)
    #expect(try Self.copy(of: wire, key: RemapKey()).frames != Self.copy(of: wire, key: RemapKey()).frames)
  }

  @Test("Loopback, multicast, broadcast and unspecified addresses stay, of whatever kind")
  func staying() throws {
    let cards: [[UInt8]] = [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0x01, 0, 0x5e, 0x40, 0x98, 0x8f]]
    let targets: [[UInt8]] = [[127, 64, 2, 1], [239, 192, 152, 143], [255, 255, 255, 255], [0, 0, 0, 0]]
    for target in targets {
      for card in cards {
        var wire = TestWire()
        let packet = TestWire.udp([1, 2, 3], from: [127, 64, 1, 1], 5, to: target, 6)
        wire.add(Checksum.filled(card + TestWire.ethernet(packet).dropFirst(6)))
        let frame = try #require(try Self.copy(of: wire).frames.first)
        #expect(frame.prefix(40) == wire.frames[0].bytes.prefix(40), "\(target)")
        #expect(Checksum.areRight(frame) == [true, true])
      }
    }
    var solicited = TestWire()
    let group: [UInt8] = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0x5a, 0x4c, 0x31]
    let header: [UInt8] = [0x60, 0, 0, 0, 0, 8, 58, 64]
    let packet = header + [UInt8](repeating: 0, count: 16) + group + group.suffix(8)
    let card: [UInt8] = [0x33, 0x33, 0xff, 0x5a, 0x4c, 0x31]
    solicited.add(card + TestWire.ethernet(packet, type: 0x86dd).dropFirst(6))
    let frame = try #require(try Self.copy(of: solicited).frames.first)
    #expect(frame.prefix(6).elementsEqual([0x33, 0x33, 0xff, 0, 0, 0]))
    #expect(frame[38..<54].elementsEqual(group.prefix(13) + [0, 0, 0]))
    #expect(frame[54...].allSatisfy { $0 == 0xff })
  }

  @Test(
    "An IPv6 address in a head is replaced, with a colon before it, a port or a name's last letters beside it, or in brackets",
    arguments: [
      "X-Forwarded-For:\(SwarmOfMarks.sixText)", "Forwarded: for=[\(SwarmOfMarks.sixText)]:4711",
      "Host: [\(SwarmOfMarks.sixText)]:6969", "Source:2001:db8:5eed:1:2:3:beef:99",
      "From: 2001:db8:5eed:1:2:3:beef:99:8080", "X: a=:\(SwarmOfMarks.sixText):",
      "Referer: http://x/?peer=2001%3Adb8%3a5eed%3A%3Abeef%3a99",
    ])
  func besideColons(field: String) throws {
    var wire = TestWire()
    var asking = TestConnection(ports: [40004, 6969])
    asking.open(&wire)
    let hash = String(repeating: "%aa", count: 20)
    let head =
      "GET /announce?info_hash=\(hash)&peer_id=\(hash)&port=7000&left=0&ipv6=[\(SwarmOfMarks.sixText)]:7000 HTTP/1.1\r\n"
      + "\(field)\r\nDate: 12:34:56\r\n\r\n"
    asking.send(.client, Array(head.utf8), &wire)
    asking.acknowledge(.server, &wire)
    let copy = try Self.copy(of: wire)
    for part in ["5eed", "beef"] {
      #expect(Self.count((bytes: Array(part.utf8), text: ""), in: wire.frames.map(\.bytes)) == 1)
      #expect(Self.count((bytes: Array(part.utf8), text: ""), in: copy.frames) == 0, "\(field)")
    }
    #expect(Self.count((bytes: Array("Date: 12:34:56".utf8), text: ""), in: copy.frames) == 1)
    #expect(wire.trace().readsAs(copy.trace, remapped: true))
  }

  @Test("An address in a query whose key says nothing of it is replaced, escaped or not, and nothing else is")
  func escaped() throws {
    var wire = TestWire()
    var asking = TestConnection(ports: [40004, 6969])
    asking.open(&wire)
    let hash = String(repeating: "%aa", count: 20)
    let told = "info_hash=\(hash)&peer_id=\(hash)&port=7000&left=0"
    let head =
      "GET /announce?\(told)&from=2001%3Adb8%3a5eed::beef%3A99&via=203%2e0.113%2E177&key=%41b%3Ac%zz HTTP/1.1\r\n\r\n"
    asking.send(.client, Array(head.utf8), &wire)
    asking.acknowledge(.server, &wire)
    let copy = try Self.copy(of: wire)
    #expect(copy.frames.count == wire.frames.count)
    for part in ["5eed", "beef", "203%2e", "2E177"] {
      #expect(Self.count((bytes: Array(part.utf8), text: ""), in: wire.frames.map(\.bytes)) == 1)
      #expect(Self.count((bytes: Array(part.utf8), text: ""), in: copy.frames) == 0, "\(part)")
    }
    #expect(Self.count((bytes: Array("&key=%41b%3Ac%zz HTTP/1.1".utf8), text: ""), in: copy.frames) == 1)
    #expect(wire.trace().readsAs(copy.trace, remapped: true))
  }

  @Test("Hosts that a tracker names in its failures and warnings are gone")
  func failures() throws {
    var wire = TestWire()
    var asking = TestConnection(ports: [40004, 6969])
    asking.open(&wire)
    let hash = String(repeating: "%aa", count: 20)
    let head = "GET /announce?info_hash=\(hash)&peer_id=\(hash)&port=7000&left=0 HTTP/1.1\r\n\r\n"
    asking.send(.client, Array(head.utf8), &wire)
    let answer = "d14:failure reason22:not for pc.example.org15:warning message18:ask at pc.example.e"
    let framed = "HTTP/1.1 200 OK\r\nContent-Length: \(answer.utf8.count)\r\n\r\n\(answer)"
    asking.send(.server, Array(framed.utf8), &wire)
    asking.acknowledge(.client, &wire)
    let copy = try Self.copy(of: wire)
    #expect(Self.count((bytes: Array("pc.example".utf8), text: ""), in: wire.frames.map(\.bytes)) == 1)
    #expect(Self.count((bytes: Array("pc.example".utf8), text: ""), in: copy.frames) == 0)
    // What kind of answer it is, is told still.
    #expect(Self.count((bytes: Array("failure reason".utf8), text: ""), in: copy.frames) == 1)
    #expect(wire.trace().readsAs(copy.trace, remapped: true))
  }

  @Test("Cooked captures have no hardware's address left, and tunnels no other")
  func cooked() throws {
    let packet = TestWire.udp([1, 2, 3], from: SwarmOfMarks.alice, 5, to: SwarmOfMarks.bob, 6)
    for (type, length) in [(LinkType.linuxCooked, UInt8(6)), (.linuxCooked, 4), (.linuxCooked2, 6), (.linuxCooked2, 4)]
    {
      var address = length == 6 ? SwarmOfMarks.aliceCard : SwarmOfMarks.carol
      address += [UInt8](repeating: 0, count: 8 - address.count)
      let one: [UInt8] = [0, 0, 0, 1, 0, length]
      let two: [UInt8] = [8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, length]
      let link = type == .linuxCooked ? one + address + two.prefix(2) : two + address
      var wire = TestWire()
      wire.add(link + packet, linkType: type)
      let copy = try Self.copy(of: wire)
      let frame = try #require(copy.frames.first)
      for mark in SwarmOfMarks.marks { #expect(Self.count(mark, in: [frame]) == 0) }
      #expect(frame.count == link.count + packet.count)
      #expect(wire.trace().readsAs(copy.trace, remapped: true))
    }
  }

  @Test(
    "Captures from anywhere read the same remapped, and their checksums are as they were",
    .enabled(if: SharedCaptures.areHere, "\(SharedCaptures.reason)"), arguments: ["real", "synthetic", "made"])
  func shared(folder: String) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: SharedCaptures.path(folder)).filter {
      $0.contains(".pcap") && !$0.contains("6peers")
    }
    try #require(!names.isEmpty)
    for name in names.sorted() { try Self.compare(SharedCaptures.path("\(folder)/\(name)")) }
  }

  @Test("Captures that ship read the same remapped")
  func shipped() throws {
    let root =
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path + "/Captures"
    let names = try FileManager.default.contentsOfDirectory(atPath: root).map { "\(root)/\($0)/capture.pcap.gz" }
      .filter { FileManager.default.fileExists(atPath: $0) }
    #expect(names.count >= 8)
    for name in names.sorted() { try Self.compare(name) }
  }

  // MARK: Copies

  private static func compare(_ source: String) throws {
    try Scratch.with { scratch in
      let copy = "\(scratch)/copy.pcap"
      try CaptureScrubber.scrub(from: source, to: copy, remapping: key)
      #expect(
        try Dissection.trace(ofCapture: source).readsAs(Dissection.trace(ofCapture: copy), remapped: true), "\(source)")
      let (before, after) = (try CaptureReader(path: source), try CaptureReader(path: copy))
      var turned: [Int] = []
      while let frame = try before.next(), let other = try after.next() {
        guard frame.linkType == .ethernet, frame.originalLength == frame.capturedLength else { continue }
        if Checksum.areRight(Array(frame.bytes)) != Checksum.areRight(Array(other.bytes)) { turned.append(frame.index) }
      }
      #expect(turned.isEmpty, "\(source)")
    }
  }

  private static func copy(
    of wire: TestWire, redacting: Bool = false, key: RemapKey = RemappingTests.key
  ) throws -> (frames: [[UInt8]], trace: Trace) {
    var frames: [[UInt8]] = []
    var trace = Trace()
    try Scratch.with { folder in
      try wire.write(to: folder + "/full.pcap")
      try CaptureScrubber.scrub(
        from: folder + "/full.pcap", to: folder + "/copy.pcap", redacting: redacting, remapping: key)
      trace = try Dissection.trace(ofCapture: folder + "/copy.pcap")
      let reader = try CaptureReader(path: folder + "/copy.pcap")
      while let frame = try reader.next() { frames.append(Array(frame.bytes)) }
    }
    return (frames, trace)
  }

  /// Frames in which a mark is, as bytes or as text.
  private static func count(_ mark: (bytes: [UInt8], text: String), in frames: [[UInt8]]) -> Int {
    frames.count { frame in
      let data = Data(frame)
      let isText = !mark.text.isEmpty && data.range(of: Data(mark.text.utf8)) != nil
      return isText || data.range(of: Data(mark.bytes)) != nil
    }
  }

  private static func bytes(_ address: String) -> [UInt8]? {
    let bytes = address.split(separator: ".").compactMap { UInt8($0) }
    return bytes.count == 4 ? bytes : nil
  }
}
