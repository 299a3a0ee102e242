import Foundation

/// A folder of its own for a test, taken away at its end.
final class Scratch {
  let path = NSTemporaryDirectory() + "/replaying-test-\(UUID().uuidString.prefix(8))"
  var capture: String { path + "/conversation.pcap" }

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
