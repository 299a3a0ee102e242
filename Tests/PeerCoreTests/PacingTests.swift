import PeerCore
import SwarmTime
import Testing
import Wire

/// How requests are paced by the declared download rate.
@Suite struct PacingTests {
  static let rate: Int64 = 128 << 10
  static let blockBytes = Int64(Block.standardLength) + 13
  /// The declared burst, and of the receive buffer that a native peer is granted besides what it makes use of.
  static let room = rate + 98304

  /// A leecher among remotes that have everything, and what it asks of them.
  struct Scene {
    let script = Script(pieceCount: 200, download: RateLimit(bytesPerSecond: rate))
    let remotes: Range<Int>
    /// Asked for and not here yet.
    var pending: [(slot: Int, block: Block)] = []
    var asked = 0

    init(remotes count: Int) {
      remotes = 1..<(count + 1)
      for slot in remotes {
        note(script.connect(slot))
        note(script.hear(slot, .haveAll))
      }
    }

    mutating func note(_ actions: [Action]) {
      for slot in remotes {
        let blocks = actions.requests(to: slot)
        asked += blocks.count
        pending += blocks.map { (slot, $0) }
      }
    }

    mutating func unchokeAll() { for slot in remotes { note(script.hear(slot, .unchoke)) } }

    /// Every block that is asked for comes at once.
    mutating func serve() {
      while !pending.isEmpty {
        let next = pending.removeFirst()
        note(script.block(next.slot, next.block))
      }
    }

    mutating func serve(seconds: Double) {
      for _ in 0..<Int(seconds * 100) {
        note(script.pass(0.01))
        serve()
      }
    }

    var askedBytes: Int64 { Int64(asked) * blockBytes }
  }

  @Test func saturatedItAsksForAllThatTheRateAllows() {
    var scene = Scene(remotes: 3)
    scene.unchokeAll()
    scene.serve(seconds: 20)
    #expect(scene.askedBytes <= Self.rate * 20)
    #expect(scene.askedBytes > Self.rate * 20 - 2 * Self.blockBytes)
  }

  @Test func whatWasMissedInAStandstillIsAskedForAfterwards() {
    var scene = Scene(remotes: 3)
    scene.unchokeAll()
    for _ in 0..<10 {
      scene.serve(seconds: 1)
      // Nothing comes meanwhile, and no more is asked for than a queue holds.
      scene.note(scene.script.pass(1))
      scene.serve()
    }
    #expect(scene.askedBytes <= Self.rate * 20)
    #expect(scene.askedBytes > Self.rate * 20 - 2 * Self.blockBytes)
  }

  @Test func afterALongRestNoMoreIsOnItsWayThanTheBurstAndTheReceiveBufferAllow() {
    var scene = Scene(remotes: 40)
    scene.note(scene.script.pass(60))
    scene.unchokeAll()
    #expect(scene.askedBytes <= Self.room)
    #expect(scene.askedBytes > Self.room - 2 * Self.blockBytes)
    // Nothing more until something comes, however long it takes; then what the rate has allowed since, and no burst anew.
    scene.note(scene.script.pass(30))
    #expect(scene.askedBytes <= Self.room)
    scene.serve(seconds: 10)
    #expect(scene.askedBytes <= Self.room + Self.rate * 10 + Self.blockBytes)
    #expect(scene.askedBytes > Self.room + Self.rate * 10 - 3 * Self.blockBytes)
  }
}
