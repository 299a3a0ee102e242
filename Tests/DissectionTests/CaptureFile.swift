/// A capture file as other programs write it, in every form that we read.
struct CaptureFile {
  enum Format: String { case pcap, pcapng }

  var format = Format.pcap
  var isBigEndian = false
  var hasNanoseconds = true
  /// The number that stands in files (https://www.tcpdump.org/linktypes.html).
  var linkType: UInt16 = 1
  /// Link types of further interfaces, of which no frame comes (pcapng).
  var furtherInterfaces: [UInt16] = []
  var furtherSnapLength: UInt32 = 262_144

  /// - Parameter frames: realtime in nanoseconds, and bytes.
  func bytes(_ frames: [(time: Int64, bytes: [UInt8])]) -> [UInt8] {
    switch format {
    case .pcap:
      let magic: UInt32 = hasNanoseconds ? 0xa1b2_3c4d : 0xa1b2_c3d4
      var file = word(magic) + half(2) + half(4) + word(0) + word(0) + word(262_144) + word(UInt32(linkType))
      for frame in frames {
        let (seconds, rest) = frame.time.quotientAndRemainder(dividingBy: 1_000_000_000)
        let size = word(UInt32(frame.bytes.count))
        file += word(UInt32(seconds)) + word(UInt32(hasNanoseconds ? rest : rest / 1000)) + size + size + frame.bytes
      }
      return file
    case .pcapng:
      // Section header: byte-order mark, version 1.0, length unknown.
      var file = block(0x0a0d_0d0a, word(0x1a2b_3c4d) + half(1) + half(0) + [UInt8](repeating: 0xff, count: 8))
      for (place, link) in ([linkType] + furtherInterfaces).enumerated() {
        let snapLength = word(place == 0 ? 262_144 : furtherSnapLength)
        // Option 9: the unit of stamps, as a power of ten.
        let unit: [UInt8] = [hasNanoseconds ? 9 : 6, 0, 0, 0]
        file += block(1, half(link) + half(0) + snapLength + half(9) + half(1) + unit + word(0))
      }
      for frame in frames {
        let stamp = UInt64(hasNanoseconds ? frame.time : frame.time / 1000)
        let size = word(UInt32(frame.bytes.count))
        let padding = [UInt8](repeating: 0, count: (4 - frame.bytes.count % 4) % 4)
        let times = word(UInt32(stamp >> 32)) + word(UInt32(truncatingIfNeeded: stamp))
        file += block(6, word(0) + times + size + size + frame.bytes + padding)
      }
      return file
    }
  }

  private func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
    let length = word(UInt32(body.count + 12))
    return word(type) + length + body + length
  }

  private func word(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
  }

  private func half(_ value: UInt16) -> [UInt8] {
    withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
  }
}
