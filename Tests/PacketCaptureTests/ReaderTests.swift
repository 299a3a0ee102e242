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
