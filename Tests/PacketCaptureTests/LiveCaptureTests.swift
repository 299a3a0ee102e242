import Glibc
import PacketCapture
import Synchronization
import Testing

@Suite(.enabled(if: Loopback.mayCapture, "capturing on lo is not permitted here"), .serialized)
struct LiveCaptureTests {
  @Test(
    "Everything sent before stop is in the file, once each, and the sentinel is not",
    arguments: ["live.pcap", "live.pcap.gz"])
  func drains(name: String) async throws {
    try await Scratch.with { folder in
      let port = try Loopback.sender()
      defer { port.close() }
      let path = folder + "/" + name
      let follower = HoldingTwo()
      let capture = try LiveCapture(device: "lo", file: path, filter: port.filter, follower: follower)
      // Before `start`: the ring keeps packets from activation on.
      for index in 0..<1000 { port.send(count: 100 + index) }
      capture.start()
      for index in 0..<1000 { port.send(count: 100 + index) }
      let statistics = await capture.stop()
      #expect(statistics.frames == 2000)
      #expect(statistics.written == 2000)
      #expect(statistics.dropped == 0)
      #expect(statistics.drained)
      #expect(!statistics.cutShort)
      #expect(statistics.failure == nil)
      let reader = try CaptureReader(path: path)
      var sizes: [Int] = []
      var last: Int64 = 0
      var unordered = 0
      var unzeroed = 0
      while let frame = try reader.next() {
        if !frame.bytes[42...].allSatisfy({ $0 == 0 }) { unzeroed += 1 }
        sizes.append(frame.originalLength)
        if frame.timeNanoseconds < last { unordered += 1 }
        last = frame.timeNanoseconds
      }
      #expect(sizes == (0..<2000).map { 142 + $0 % 1000 })
      #expect(unordered == 0)
      #expect(unzeroed == 0)
      // Nanoseconds, not microseconds.
      #expect(last % 1_000_000_000 != 0 && last > 1_700_000_000_000_000_000)
      #expect(await capture.stop() == statistics)
    }
  }

  @Test("A bound on the file ends it on a whole frame; frames are still handed on and counted")
  func bounded() async throws {
    try await Scratch.with { folder in
      let port = try Loopback.sender()
      defer { port.close() }
      let path = folder + "/live.pcap"
      let capture = try LiveCapture(device: "lo", file: path, atMostBytes: 10_000, filter: port.filter)
      capture.start()
      for _ in 0..<50 { port.send(count: 942) }
      let statistics = await capture.stop()
      #expect(statistics.cutShort)
      #expect(statistics.frames == 50)
      #expect(statistics.written == 9)
      #expect(statistics.fileBytes == 24 + 9 * 1000)
      #expect(statistics.cutShortAt != nil)
      let reader = try CaptureReader(path: path)
      while try reader.next() != nil {}
      #expect(reader.framesRead == 9)
    }
  }

  @Test("A disk that fills up ends the file and says so; the capture goes on")
  func diskFull() async throws {
    let port = try Loopback.sender()
    defer { port.close() }
    let capture = try LiveCapture(device: "lo", file: "/dev/full", filter: port.filter)
    capture.start()
    for _ in 0..<60 { port.send(count: 30_000) }
    let statistics = await capture.stop()
    #expect(statistics.cutShort)
    #expect(statistics.failure?.kind == .writeFailed)
    #expect(statistics.frames == 60)
    #expect(statistics.drained)
  }

  @Test("Super-segments of 60 KB are captured whole")
  func largeFrames() async throws {
    try await Scratch.with { folder in
      let port = try Loopback.sender()
      defer { port.close() }
      let path = folder + "/live.pcap"
      let capture = try LiveCapture(device: "lo", file: path, filter: port.filter)
      capture.start()
      for _ in 0..<20 { port.send(count: 60_000) }
      #expect(await capture.stop().bytes == 20 * 60_042)
      let reader = try CaptureReader(path: path)
      while let frame = try reader.next() { #expect(frame.capturedLength == 60_042) }
    }
  }

  @Test("An interface that does not exist is an error that names it")
  func noDevice() {
    let error = #expect(throws: CaptureError.self) { try LiveCapture(device: "nowhere0") }
    #expect(error?.kind == .noDevice)
    #expect(error?.place == "nowhere0")
  }

  @Test(
    "An interface that goes away in mid-capture ends the capture, which says so, and the file is whole",
    .enabled(if: OwnDevice.canBeMade, "making an interface needs root, ip(8) and ifb"))
  func lostDevice() async throws {
    try await Scratch.with { folder in
      let path = folder + "/live.pcap"
      try #require(OwnDevice.make())
      defer { _ = OwnDevice.remove() }
      let capture = try LiveCapture(device: OwnDevice.name, file: path)
      capture.start()
      try #require(OwnDevice.remove())
      let statistics = await capture.stop()
      #expect(statistics.failure?.kind == .interrupted, "\(statistics)")
      #expect(statistics.failure?.place == OwnDevice.name)
      #expect(statistics.failure?.what.hasPrefix("the capture broke off: ") == true)
      #expect(statistics.cutShort && !statistics.drained)
      let reader = try CaptureReader(path: path)
      var frames: Int64 = 0
      while try reader.next() != nil { frames += 1 }
      #expect(frames == statistics.written)
    }
  }

  @Test("A filter that cannot be compiled is an error")
  func wrongFilter() {
    let error = #expect(throws: CaptureError.self) { try LiveCapture(device: "lo", filter: "no such thing") }
    #expect(error?.kind == .filter)
  }

  @Test("A capture that was never started can be stopped or dropped")
  func neverStarted() async throws {
    _ = try LiveCapture(device: "lo", filter: "udp port 1")
    let stopped = try LiveCapture(device: "lo", filter: "udp port 1")
    #expect(await stopped.stop().frames == 0)
  }
}

/// An interface that nobody else uses, and that can be taken away.
private enum OwnDevice {
  static let name = "slab\(getpid())"
  static let canBeMade = geteuid() == 0 && make() && remove()

  static func make() -> Bool {
    system("{ ip link add \(name) type ifb && ip link set \(name) up; } 2>/dev/null") == 0
  }

  static func remove() -> Bool { system("ip link delete \(name) 2>/dev/null") == 0 }
}

/// Hands on each frame two frames late, without what the datagram carries.
private final class HoldingTwo: FrameFollower {
  private struct Held {
    var index: Int
    var time: Int64
    var linkType: LinkType
    var bytes: [UInt8]
  }

  private let held = Mutex<[Held]>([])

  func take(_ frame: Frame, write: WriteFrame) {
    let new = Held(
      index: frame.index, time: frame.timeNanoseconds, linkType: frame.linkType, bytes: Array(frame.bytes))
    let due = held.withLock { held -> Held? in
      held.append(new)
      return held.count > 2 ? held.removeFirst() : nil
    }
    if let due { hand(due, write) }
  }

  func finish(write: WriteFrame) {
    for held in held.withLock({ $0 }) { hand(held, write) }
  }

  private func hand(_ held: Held, _ write: WriteFrame) {
    held.bytes.withUnsafeBytes {
      let frame = Frame(
        index: held.index, timeNanoseconds: held.time, originalLength: held.bytes.count, linkType: held.linkType,
        bytes: $0)
      write(frame, [42..<held.bytes.count])
    }
  }
}

/// UDP over `lo` from one socket to another.
struct Loopback {
  private let sending: Int32
  private let receiving: Int32
  private let from: UInt16
  private let to: UInt16

  static let mayCapture: Bool = {
    do { _ = try LiveCapture(device: "lo") } catch { return false }
    return true
  }()

  // By both: a port may have been a tracker's of another test, to which somebody still announces.
  var filter: String { "udp src port \(from) and dst port \(to)" }

  static func sender() throws -> Loopback {
    let receiving = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    let sending = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    try #require(receiving >= 0 && sending >= 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    var own = address
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(receiving, generic, length) | getsockname(receiving, generic, &length) | connect(sending, generic, length)
      }
    }
    let named = withUnsafeMutablePointer(to: &own) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(sending, $0, &length) }
    }
    try #require(status == 0 && named == 0)
    return Loopback(
      sending: sending, receiving: receiving, from: UInt16(bigEndian: own.sin_port),
      to: UInt16(bigEndian: address.sin_port))
  }

  func send(count: Int) {
    let bytes = [UInt8](repeating: 7, count: count)
    Glibc.send(sending, bytes, count, 0)
  }

  func close() {
    Glibc.close(sending)
    Glibc.close(receiving)
  }
}
