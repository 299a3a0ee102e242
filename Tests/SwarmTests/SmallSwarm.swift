/// Topologies that are over in a second or two.
struct SmallSwarm {
  var name = "small"
  var speed = 20
  var size = "2 MiB"
  var pieceLength = "64 KiB"
  var seed = "upload: 512 KiB/s"
  var leechers = 4
  var leecher = "upload: 256 KiB/s, download: 1 MiB/s"
  var until = "{complete: all, within: 60 s}"
  var keep = "full"
  var checks = ["completion", "integrity", "rate-limit", "upload-slots", "protocol-conformance"]
  var mustDecide: [String]?
  /// More groups, a line each.
  var more: [String] = []
  /// What is done to it, an item each.
  var faults: [String] = []

  var text: String {
    """
    name: \(name)
    description: A swarm for a test.
    randomSeed: 5
    speed: \(speed)
    payload: {size: \(size), pieceLength: \(pieceLength)}
    tracker: {announceInterval: 30 s}
    peers:
      seed: {role: seed, \(seed)}
      leecher: {count: \(leechers), \(leecher), onComplete: seed}
    \(more.map { "  " + $0 + "\n" }.joined())\
    faults: [\(faults.joined(separator: ", "))]
    until: \(until)
    capture: {keep: \(keep)}
    checks:
    \(checks.map { "  - " + $0 }.joined(separator: "\n"))
    mustDecide: [\((mustDecide ?? checks.map { String($0.prefix { $0 != ":" }) }).joined(separator: ", "))]

    """
  }
}
