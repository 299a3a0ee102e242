import Foundation
import PacketCapture
import Testing

struct ReaderTests {
  @Test("What is written is read again, plain and gzipped, to the nanosecond", arguments: ["a.pcap", "a.pcap.gz"])
  func roundTrip(name: String) async throws {
    try await Scratch.with { folder in
      let path = folder + "/" + name
      try Scratch.capture(path, frames: 200)
      let reader = try CaptureReader(path: path)
      #expect(reader.linkType == .ethernet)
      #expect(reader.snapLength == 262_144)
      var seen = 0
      try reader.forEach { frame in
        seen += 1
        #expect(frame.index == seen)
        #expect(frame.timeNanoseconds == 1_700_000_000_123_456_789 + Int64(seen))
        #expect(frame.capturedLength == 60 + seen)
        #expect(frame.originalLength == 65 + seen)
        #expect(frame.bytes.allSatisfy { $0 == UInt8(truncatingIfNeeded: seen) })
      }
      #expect(seen == 200)
      #expect(try reader.next() == nil)
      let magic = try #require(FileManager.default.contents(atPath: path)?.prefix(2))
      #expect(Array(magic) == (name.hasSuffix(".gz") ? [0x1f, 0x8b] : [0x4d, 0x3c]))
    }
  }

  @Test("A stamp that no clock can have said is where a file is damaged")
  func impossibleStamp() async throws {
    func words(_ words: [UInt32]) -> [UInt8] {
      words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
    }
    // Section, interface of Ethernet, two packets of four bytes: the upper half of the second's microseconds is damaged.
    let section = words([0x0A0D_0D0A, 28, 0x1A2B_3C4D, 1, .max, .max, 28])
    let interface = words([1, 20, 1, 262_144, 20])
    func packet(_ upper: UInt32) -> [UInt8] { words([6, 36, 0, upper, 7, 4, 4, 0x0403_0201, 36]) }
    try await Scratch.with { folder in
      let bytes = section + interface + packet(0x0006_0000) + packet(0x4000_0000)
      #expect(FileManager.default.createFile(atPath: folder + "/a.pcapng", contents: Data(bytes)))
      let reader = try CaptureReader(path: folder + "/a.pcapng")
      #expect(try reader.next()?.capturedLength == 4)
      let error = #expect(throws: CaptureError.self) { _ = try reader.next() }
      #expect(error?.what.contains("damaged after frame 1: frame 2 is stamped") == true)
    }
  }

  @Test("A gzipped capture is known by its content, whatever it is called")
  func gzipByContent() async throws {
    try await Scratch.with { folder in
      try Scratch.capture(folder + "/a.pcap.gz", frames: 3)
      try FileManager.default.moveItem(atPath: folder + "/a.pcap.gz", toPath: folder + "/b")
      let reader = try CaptureReader(path: folder + "/b")
      while try reader.next() != nil {}
      #expect(reader.framesRead == 3)
    }
  }

  @Test("A file that does not exist is an error that names it")
  func missingFile() {
    let error = #expect(throws: CaptureError.self) { try CaptureReader(path: "/nowhere/at.pcap") }
    #expect(error?.place == "/nowhere/at.pcap")
    #expect(error?.what == "cannot be opened: No such file or directory")
    #expect(error?.mend == "name a capture file that exists and that you may read")
  }

  @Test(
    "A file that is no capture is an error that says so",
    arguments: ["", "hello, this is text and no capture at all", "\u{1f}"])
  func noCapture(content: String) async throws {
    try await Scratch.with { folder in
      let path = folder + "/text.pcap"
      try content.write(toFile: path, atomically: false, encoding: .utf8)
      let error = #expect(throws: CaptureError.self) { try CaptureReader(path: path) }
      #expect(error?.kind == .notACapture)
      #expect(error?.mend == "name a file in pcap or pcapng format, plain or gzipped")
    }
  }

  @Test("A truncated file says after which frame it ends", arguments: [1, 10, 17, 60])
  func truncated(lost: Int) async throws {
    try await Scratch.with { folder in
      let path = folder + "/cut.pcap"
      try Scratch.capture(path, frames: 10)
      let whole = try #require(FileManager.default.contents(atPath: path))
      try whole.dropLast(lost).write(to: URL(fileURLWithPath: path))
      let reader = try CaptureReader(path: path)
      let error = #expect(throws: CaptureError.self) { while try reader.next() != nil {} }
      #expect(error?.kind == .truncated)
      #expect(reader.framesRead == 9)
      #expect(error?.what.contains("after frame 9") == true)
      #expect(try reader.next() == nil)
    }
  }

  @Test("A truncated gzip file is an error too")
  func truncatedGzip() async throws {
    try await Scratch.with { folder in
      let path = folder + "/cut.pcap.gz"
      try Scratch.capture(path, frames: 5000)
      let whole = try #require(FileManager.default.contents(atPath: path))
      try whole.dropLast(whole.count / 2).write(to: URL(fileURLWithPath: path))
      let reader = try CaptureReader(path: path)
      let error = #expect(throws: CaptureError.self) { while try reader.next() != nil {} }
      #expect(error?.what.contains("unexpected end of file") == true)
      #expect(reader.framesRead > 0)
    }
  }

  @Test("A reader that stops early leaves no gzip behind")
  func stopsEarly() async throws {
    try await Scratch.with { folder in
      let path = folder + "/a.pcap.gz"
      try Scratch.capture(path, frames: 20_000)
      let reader = try CaptureReader(path: path)
      #expect(try reader.next()?.index == 1)
    }
  }

  @Test("A full disk is an error that says what to do", arguments: ["/dev/full"])
  func diskFull(path: String) {
    let error = #expect(throws: CaptureError.self) { try Scratch.capture(path, frames: 5) }
    #expect(error?.kind == .writeFailed)
    #expect(
      error?.description
        == "/dev/full: cannot be written: No space left on device; free some space there, or write elsewhere")
  }

  @Test("A file that cannot be created is an error")
  func cannotCreate() {
    let error = #expect(throws: CaptureError.self) { try Scratch.capture("/nowhere/at.pcap", frames: 1) }
    #expect(error?.kind == .writeFailed)
  }
}
