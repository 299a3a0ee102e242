import Judging
import Planning
import Staging
import TopologyFile

/// Swarms of native peers on ideal links in which choking has something to do.
struct RechokeScene {
  var peers: String
  var mebibytes = 64
  var until = "complete: all, within: 900 s"

  /// Three classes of leechers that all come at once and stay.
  static let classes = RechokeScene(
    peers: """
        seed: {role: seed, upload: 512 KiB/s}
        fast: {count: 5, upload: 256 KiB/s, download: 2 MiB/s}
        middle: {count: 5, upload: 96 KiB/s, download: 2 MiB/s}
        slow: {count: 5, upload: 32 KiB/s, download: 2 MiB/s}
      """)

  /// They come one after another, and leave when they are complete.
  static let churn = RechokeScene(
    peers: """
        seed: {role: seed, upload: 512 KiB/s}
        fast: {count: 6, upload: 256 KiB/s, download: 1 MiB/s, arrive: {every: 7 s}, onComplete: leave}
        slow: {count: 8, upload: 64 KiB/s, download: 1 MiB/s, arrive: {every: 5 s}, onComplete: leave}
      """, mebibytes: 32)

  /// Equal leechers, hardly more than slots.
  static let equals = RechokeScene(
    peers: """
        seed: {role: seed, upload: 256 KiB/s}
        leecher: {count: 9, upload: 128 KiB/s, download: 1 MiB/s}
      """, mebibytes: 48)

  /// Seven leechers: one that waits, so that every second draw falls on whose tenure ends.
  static let few = RechokeScene(
    peers: """
        seed: {role: seed, upload: 256 KiB/s}
        leecher: {count: 7, upload: 128 KiB/s, download: 1 MiB/s}
      """, mebibytes: 64)

  /// Four that stay the best of all, for long: hardly anything but draws changes anybody.
  static let stable = RechokeScene(
    peers: """
        seed: {role: seed, upload: 32 KiB/s}
        fast: {count: 5, upload: 128 KiB/s, download: 1 MiB/s}
        slow: {count: 7, upload: 4 KiB/s, download: 1 MiB/s}
      """, mebibytes: 256, until: "time: 1200 s")

  func plan(_ randomSeed: UInt64, misbehaving: String = "") throws -> Plan {
    let text = """
      name: rechoke
      description: Choking with something to do.
      payload: {size: \(mebibytes) MiB, pieceLength: 256 KiB}
      tracker: {announceInterval: 30 s}
      peers:
      \(peers)
      \(misbehaving)
      until: {\(until)}
      capture: {keep: scrubbed}
      checks: [rechoke-interval]

      """
    let read = TopologyReader.read(text: text, file: "rechoke", checks: CheckCatalogue.specs)
    guard let topology = read.topology else { throw SceneError(reason: "\(read.diagnostics.map(\.description))") }
    return try Planner.plan(topology, randomSeed: randomSeed, speed: 1)
  }

  func run(_ randomSeed: UInt64, misbehaving: String = "") throws -> Stage {
    try IdealCapture.run(plan: plan(randomSeed, misbehaving: misbehaving))
  }

  struct SceneError: Error { var reason: String }
}
