import Foundation
import PacketCapture

/// A folder for one test.
enum Scratch {
  static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("swarmlab-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try await body(url.path)
  }

  /// A capture of `count` frames, the n-th of them of 60 + n bytes.
  static func capture(_ path: String, frames count: Int) throws {
    let writer = try CaptureWriter(path: path, linkType: .ethernet)
    for index in 1...count {
      let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 60 + index)
      try bytes.withUnsafeBytes {
        try writer.write(
          Frame(
            index: index, timeNanoseconds: 1_700_000_000_123_456_789 + Int64(index), originalLength: bytes.count + 5,
            linkType: .ethernet, bytes: $0))
      }
    }
    try writer.close()
  }
}
