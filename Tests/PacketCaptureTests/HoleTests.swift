import Foundation
import PacketCapture
import Testing

/// What is zeroed takes no room on the disk, and is read as zeros.
struct HoleTests {
  @Test("Long zeros are holes of a plain file, at its end, too; short ones are written")
  func holes() async throws {
    try await Scratch.with { folder in
      let path = folder + "/holes.pcap"
      let writer = try CaptureWriter(path: path, linkType: .ethernet)
      let bytes = [UInt8](repeating: 7, count: 65_000)
      let ranges = [[], [100..<65_000], [50..<60, 100..<60_000], [100..<200], [10..<65_000]]
      let rounds = 8
      for round in 0..<rounds {
        for (place, zeroed) in ranges.enumerated() {
          try bytes.withUnsafeBytes {
            let frame = Frame(
              index: round * ranges.count + place + 1, timeNanoseconds: 5, originalLength: $0.count,
              linkType: .ethernet, bytes: $0)
            try writer.write(frame, zeroing: zeroed)
          }
        }
      }
      try writer.close()

      let size = 24 + rounds * ranges.count * (16 + bytes.count)
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(Int(status.st_size) == size && Int(writer.size) == size)
      // Three frames of five are nearly all hole.
      #expect(Int(status.st_blocks) * 512 < size * 6 / 10)

      let reader = try CaptureReader(path: path)
      var wrong: [Int] = []
      while let frame = try reader.next() {
        var expected = bytes
        for range in ranges[(frame.index - 1) % ranges.count] { for place in range { expected[place] = 0 } }
        if !frame.bytes.elementsEqual(expected) { wrong.append(frame.index) }
      }
      #expect(wrong.isEmpty && reader.framesRead == rounds * ranges.count)
    }
  }
}
