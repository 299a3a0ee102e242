import PeerNode

/// Makes the line that is printed each second.
struct ProgressMeter {
  /// Swarm seconds for each real one.
  private let speed: Double
  private var last = NodeProgress()

  init(speed: Double) { self.speed = speed }

  mutating func line(_ progress: NodeProgress) -> String {
    defer { last = progress }
    let permille = progress.totalBytes > 0 ? progress.bytesHeld * 1000 / progress.totalBytes : 0
    let down = Self.rate(progress.received - last.received, speed)
    let up = Self.rate(progress.sent - last.sent, speed)
    let peers = progress.connections == 1 ? "1 peer" : "\(progress.connections) peers"
    return "\(permille / 10).\(permille % 10) %  \(progress.piecesHeld)/\(progress.pieceCount) pieces  "
      + "down \(down)  up \(up)  \(peers)"
  }

  private static func rate(_ bytes: Int64, _ speed: Double) -> String {
    let kibibytes = Int64(Double(bytes) / 1024 / speed)
    guard kibibytes >= 10 * 1024 else { return "\(kibibytes) KiB/s" }
    return "\(kibibytes / 1024).\(kibibytes % 1024 * 10 / 1024) MiB/s"
  }
}
