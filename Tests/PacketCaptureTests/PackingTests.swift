import Foundation
import PacketCapture
import Testing

/// Gzipped captures are packed by code of ours and unpacked by the gzip program, which checks the sum and the length.
struct PackingTests {
  /// Contents that reach every branch: nothing, one byte, zeros beyond the window, noise, repetitions near and far.
  enum Content: CaseIterable {
    case empty, oneByte, fewZeros, zeros, noise, text, farRepetition, everyByte

    func bytes(_ draw: inout some RandomNumberGenerator) -> [UInt8] {
      switch self {
      case .empty: []
      case .oneByte: [7]
      case .fewZeros: [0, 0]
      case .zeros: [UInt8](repeating: 0, count: 200_003)
      case .noise: (0..<70_000).map { _ in UInt8.random(in: 0...255, using: &draw) }
      case .text: Array(String(repeating: "d8:announce26:http://127.63.0.1:6969/", count: 900).utf8)
      case .farRepetition:
        [1, 2, 3, 4, 5, 6] + [UInt8](repeating: 9, count: 32_762) + [1, 2, 3, 4, 5, 6] + [UInt8](repeating: 9, count: 9)
      case .everyByte: (0..<5000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
      }
    }
  }

  @Test("What is packed is unpacked, byte for byte, each content by itself", arguments: Content.allCases)
  func alone(_ content: Content) throws {
    var draw = Counted()
    try expectSame([(content.bytes(&draw), [])])
  }

  @Test("What is packed is unpacked, with runs of zeros that the writer was told of")
  func together() throws {
    var draw = Counted()
    var frames: [([UInt8], [Range<Int>])] = []
    for round in 0..<60 {
      let bytes = Content.allCases[round % Content.allCases.count].bytes(&draw)
      let cuts = (0..<4).map { _ in Int.random(in: 0...bytes.count, using: &draw) }.sorted()
      frames.append((bytes, [[], [cuts[0]..<cuts[1], cuts[2]..<cuts[3]], [0..<bytes.count]][round % 3]))
    }
    try expectSame(frames)
  }

  @Test("A file of no frames is packed")
  func nothing() throws { try expectSame([]) }

  @Test("Told of its zeros, a capture of payload becomes small, and the same bytes each time")
  func small() async throws {
    try await Scratch.with { folder in
      let frame = (0..<16_450).map { UInt8(truncatingIfNeeded: $0 % 251) }
      for name in ["a.pcap.gz", "b.pcap.gz"] {
        try write((0..<1000).map { _ in (frame, [66..<16_450]) }, to: folder + "/" + name)
      }
      let packed = try Data(contentsOf: URL(fileURLWithPath: folder + "/a.pcap.gz"))
      #expect(packed.count < 60_000)
      #expect(try packed == Data(contentsOf: URL(fileURLWithPath: folder + "/b.pcap.gz")))
    }
  }

  private func write(_ frames: [([UInt8], [Range<Int>])], to path: String) throws {
    let writer = try CaptureWriter(path: path, linkType: .ethernet)
    for (index, (bytes, ranges)) in frames.enumerated() {
      try bytes.withUnsafeBytes { bytes in
        let frame = Frame(
          index: index + 1, timeNanoseconds: Int64(index) * 1_000_003, originalLength: bytes.count, linkType: .ethernet,
          bytes: bytes)
        try writer.write(frame, zeroing: ranges)
      }
    }
    try writer.close()
  }

  private func expectSame(_ frames: [([UInt8], [Range<Int>])]) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("swarmlab-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["plain.pcap", "packed.pcap.gz"] {
      try write(frames, to: folder + "/" + name)
      let reader = try CaptureReader(path: folder + "/" + name)
      var position = 0
      while let frame = try reader.next() {
        var expected = frames[position].0
        for range in frames[position].1 {
          expected.replaceSubrange(range, with: repeatElement(UInt8(0), count: range.count))
        }
        #expect(frame.bytes.elementsEqual(expected), "frame \(frame.index) of \(name)")
        position += 1
      }
      #expect(position == frames.count)
    }
  }
}

/// The same draws each time (SplitMix64).
private struct Counted: RandomNumberGenerator {
  private var state: UInt64 = 1

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
    return word ^ word >> 31
  }
}
