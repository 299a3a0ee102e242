import Dissection
import Foundation
import PacketCapture
import StagedFrames
import Testing

/// One conversation over TCP and one over uTP, in every form of file, link and address: the story is the same.
struct FormTests {
  /// Payloads of IP packets, with who sent them.
  private static let packets: [(time: Int64, bytes: [UInt8], number: UInt8, isClients: Bool)] = {
    var wire = TestWire()
    var tcp = TestConnection()
    tcp.openPeerWire(&wire)
    var utp = TestUTP()
    utp.openPeerWire(&wire)
    for transport in 0..<2 {
      let answer = Message.piece(3, 16384, 3000) + Message.have(7) + Message.choke
      let request = Message.request(3, 16384, 3000)
      if transport == 0 {
        tcp.send(.client, request, &wire)
        for part in [answer[..<1400], answer[1400...]] { tcp.send(.server, Array(part), &wire) }
      } else {
        utp.send(.client, request, &wire)
        utp.send(.server, answer, each: 1400, &wire)
      }
    }
    tcp.acknowledge(.client, &wire)
    utp.acknowledge(.client, &wire)
    // Ethernet and IPv4 headers take 34 bytes; byte 23 is the protocol, and the sender's third byte tells its end.
    return wire.frames.map {
      ($0.time + 1_700_000_000_000_000_000, Array($0.bytes[34...]), $0.bytes[23], $0.bytes[28] == 1)
    }
  }()

  private static func frames(version: Int, _ link: ([UInt8], UInt16) -> [UInt8]) -> [(time: Int64, bytes: [UInt8])] {
    packets.map { packet in
      let addresses: [[UInt8]] = [[127, 64, 1, 1], [127, 64, 2, 1]]
      let (from, to) = packet.isClients ? (0, 1) : (1, 0)
      let bytes =
        version == 4
        ? TestWire.ipv4(packet.bytes, from: addresses[from], to: addresses[to], protocol: packet.number)
        : TestWire.ipv6(packet.bytes, from: UInt8(from + 1), to: UInt8(to + 1), protocol: packet.number)
      return (packet.time, link(bytes, version == 4 ? 0x0800 : 0x86dd))
    }
  }

  private static func check(_ bytes: [UInt8], version: Int, gzipped: Bool = false, nanoseconds: Bool = true) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "swarmlab-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "capture")
    try Data(bytes).write(to: file)
    var path = file.path
    if gzipped {
      let gzip = Process()
      gzip.executableURL = URL(filePath: "/usr/bin/env")
      gzip.arguments = ["gzip", path]
      try gzip.run()
      gzip.waitUntilExit()
      path += ".gz"
    }
    let trace = try Dissection.trace(ofCapture: path)
    let ends = version == 4 ? ["127.64.1.1:40000", "127.64.2.1:7000"] : ["[::1]:40000", "[::2]:7000"]
    #expect(trace.connections.map(\.transport) == [.tcp, .utp])
    for connection in trace.connections {
      #expect([connection.a, connection.b].map(\.endpoint.description) == ends)
      #expect(connection.a.handshakeAt != nil && connection.b.handshakeAt != nil)
      #expect(connection.start == .syn)
      #expect(trace.kinds(from: 0, connection: Int32(connection.id)) == ["request"])
      #expect(trace.kinds(from: 1, connection: Int32(connection.id)) == ["piece", "have", "choke"])
    }
    let unit: Int64 = nanoseconds ? 1 : 1000
    #expect(trace.messages.allSatisfy { $0.time == packets[Int($0.frame) - 1].time / unit * unit })
    #expect(trace.coverage.passedOver.isEmpty && trace.holes.isEmpty)
    #expect(trace.coverage.frames == packets.count)
  }

  @Test(
    "pcap and pcapng, micro- and nanoseconds, either byte order, gzipped or not",
    arguments: [CaptureFile.Format.pcap, .pcapng], [false, true])
  func files(format: CaptureFile.Format, gzipped: Bool) throws {
    for isBigEndian in [false, true] {
      for hasNanoseconds in [false, true] {
        let file = CaptureFile(format: format, isBigEndian: isBigEndian, hasNanoseconds: hasNanoseconds)
        let frames = Self.frames(version: 4) { TestWire.ethernet($0, type: $1) }
        try Self.check(file.bytes(frames), version: 4, gzipped: gzipped, nanoseconds: hasNanoseconds)
      }
    }
  }

  @Test(
    "Ethernet, VLAN tags, Linux cooked, BSD loopback and raw IP", arguments: [CaptureFile.Format.pcap, .pcapng], [4, 6])
  func links(format: CaptureFile.Format, version: Int) throws {
    let zeros = [UInt8](repeating: 0, count: 20)
    // The address family of IPv6 differs from system to system.
    let family: UInt8 = version == 4 ? 2 : 30
    let links: [(type: UInt16, header: ([UInt8], UInt16) -> [UInt8])] = [
      (1, { TestWire.ethernet($0, type: $1) }),
      (1, { TestWire.ethernet([0, 5] + TestWire.big($1) + $0, type: 0x8100) }),
      (1, { TestWire.ethernet([0, 5, 0x81, 0, 0, 6] + TestWire.big($1) + $0, type: 0x88a8) }),
      (113, { zeros[..<14] + TestWire.big($1) + $0 }), (276, { TestWire.big($1) + zeros[..<18] + $0 }),
      (0, { packet, _ in [family, 0, 0, 0] + packet }), (108, { packet, _ in [0, 0, 0, family] + packet }),
      (101, { packet, _ in packet }), (version == 4 ? 228 : 229, { packet, _ in packet }),
    ]
    for link in links {
      let file = CaptureFile(format: format, linkType: link.type)
      try Self.check(file.bytes(Self.frames(version: version, link.header)), version: version)
    }
  }

  @Test("A pcapng file with interfaces of several link types is refused, with what to do; of one link type it is read")
  func interfaces() throws {
    let frames = Self.frames(version: 4) { TestWire.ethernet($0, type: $1) }
    try Self.check(CaptureFile(format: .pcapng, furtherInterfaces: [1]).bytes(frames), version: 4)
    let error = #expect(throws: CaptureError.self) {
      try Self.check(CaptureFile(format: .pcapng, furtherInterfaces: [113]).bytes(frames), version: 4)
    }
    #expect(error?.kind == .mixedLinkTypes)
    #expect(error?.mend.contains("editcap -F pcap -T ether ONE OUT") == true)
  }

  @Test("A pcapng file with interfaces of several snapshot lengths is refused, with what to do")
  func snapLengths() throws {
    let frames = Self.frames(version: 4) { TestWire.ethernet($0, type: $1) }
    let file = CaptureFile(format: .pcapng, furtherInterfaces: [1], furtherSnapLength: 96)
    let error = #expect(throws: CaptureError.self) { try Self.check(file.bytes(frames), version: 4) }
    #expect(error?.kind == .mixedSnapLengths)
    #expect(error?.what.contains("(first: 262144)") == true)
    #expect(error?.mend.contains("editcap -F nsecpcap IN OUT") == true)
  }
}
