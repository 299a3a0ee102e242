import SwarmTime

/// A small swarm and faults drawn by lot: what, to whom, when and for how long. The same random seed gives the same
/// schedule.
///
/// What would keep a swarm of honest peers from completing for good is not drawn: a seed that is gone before a copy is
/// out, a partition without end.
package struct FaultSchedule: Sendable {
  package let randomSeed: UInt64
  /// Rows of `faults`, in the order in which they were drawn.
  package let faults: [String]

  package init(randomSeed: UInt64) {
    self.randomSeed = randomSeed
    var random = RandomSource(seed: RandomSeed.derive(from: randomSeed, name: "fault schedule"))
    let count = 3 + random.below(6)
    var draw = Draw(random: random)
    faults = (0..<count).map { _ in draw.fault() }
  }

  /// A topology for it, in swarm time at speed 20: 8 MiB, of which honest peers without faults are done in a minute.
  package var topology: String {
    """
    name: schedule-\(randomSeed)
    description: Faults drawn by lot with random seed \(randomSeed).
    randomSeed: \(randomSeed)
    speed: 20
    payload: {size: 8 MiB, pieceLength: 128 KiB}
    tracker: {announceInterval: 30 s}
    defaults: {upload: 128 KiB/s, download: 2 MiB/s, arrive: {flashCrowd: {within: 10 s}}}
    peers:
      seed:  {role: seed, upload: 256 KiB/s, arrive: {at: 0 s}, download: unlimited}
      left:  {count: 5}
      right: {count: 5}
    faults:
    \(faults.map { "  - \($0)\n" }.joined())until: {complete: all, within: 500 s}
    capture: {keep: scrubbed}
    checks:
      - integrity
      - rate-limit
      - upload-slots
      - protocol-conformance
      - churn-resilience
      - recovery-time
      - expected-end-state
    """
  }
}

/// Draws faults one after the other.
private struct Draw {
  var random: RandomSource
  /// Of those that may stand but once.
  var hasChurn = false
  var hasTrackerFault = false

  mutating func fault() -> String {
    let at = 5 + random.below(56)
    switch random.below(13) {
    case 0: return "{at: \(at) s, leave: {peers: \(peer()), rejoinAfter: \(length(3, 30))}}"
    case 1: return "{at: \(at) s, kill: {peers: \(peer())}}"
    case 2: return "{at: \(at) s, restart: {peers: \(anybody()), after: \(length(1, 10)), peerID: \(identity())}}"
    case 3: return "{at: \(at) s, pause: {peers: \(anybody()), for: \(length(3, 20))}}"
    case 4 where !hasChurn:
      hasChurn = true
      let (session, off) = (length(15, 40), length(5, 15))
      return "{churn: {peers: \(side())-*, session: {exponential: \(session)}, off: {exponential: \(off)}}}"
    case 5:
      let mode = pick(["abrupt", "polite"])
      return "{at: \(at) s, changeAddress: {peers: \(peer()), mode: \(mode), peerID: \(identity())}}"
    case 6:
      let rate = 16 << random.below(5)
      return "{at: \(at) s, changeRate: {peers: \(anybody()), upload: \(rate) KiB/s, for: \(length(10, 60))}}"
    case 7: return "{at: \(at) s, partition: {peers: \(side())-*, for: \(length(5, 60))}}"
    case 8: return "{at: \(at) s, isolate: {peers: \(peer()), for: \(length(5, 30))}}"
    case 9: return "{at: \(at) s, fullDisk: {peers: \(peer()), for: \(length(5, 30))}}"
    case 10 where !hasTrackerFault:
      hasTrackerFault = true
      return "{at: \(at) s, stopTracker: {for: \(length(10, 60))}}"
    case 11 where !hasTrackerFault:
      hasTrackerFault = true
      let answer = pick(["server-error", "garbage", "slow"])
      return "{at: \(at) s, trackerError: {answer: \(answer), for: \(length(10, 60))}}"
    default: return "{at: \(at) s, resetConnections: {peers: \(anybody())}}"
    }
  }

  private mutating func pick(_ words: [String]) -> String { words[random.below(words.count)] }
  private mutating func side() -> String { pick(["left", "right"]) }
  private mutating func peer() -> String { "\(side())-0\(1 + random.below(5))" }
  /// The seed among them: it comes back.
  private mutating func anybody() -> String { random.below(6) == 0 ? "seed" : peer() }
  private mutating func identity() -> String { pick(["same", "new"]) }

  private mutating func length(_ least: Int, _ most: Int) -> String { "\(least + random.below(most - least + 1)) s" }
}
