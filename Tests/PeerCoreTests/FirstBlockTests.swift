import Oracle
import SwarmTime
import Testing

/// Whom a seed has unchoked gets a first block soon, though the seed hands out first copies of pieces before all else.
@Suite struct FirstBlockTests {
  /// Without BEP 6 nothing tells a leecher which pieces nobody has yet, and its first four are by lot (BEP 3): who is
  /// unchoked late asks for second copies.
  @Test(arguments: [true, false], 1...3 as ClosedRange<UInt64>)
  func nobodyWaitsForLong(supportsFast: Bool, randomSeed: UInt64) throws {
    let leechers = [48, 144, 432].flatMap { rate in
      Array(repeating: IdealSwarm.Member(upload: rate << 10, download: 2 << 20), count: 8)
    }
    var swarm = IdealSwarm(
      pieceLength: 256 << 10, pieceCount: 192, members: [.init(upload: 768 << 10, isSeed: true)] + leechers)
    swarm.randomSeed = randomSeed
    swarm.supportsFast = supportsFast
    let watch = FirstBlockWatch(server: 0)
    swarm.watch = { watch.see($0) }
    _ = try swarm.run()
    #expect(watch.waits.count >= 10)
    let longest = try #require(watch.waits.max { $0.length < $1.length })
    // Sixteen turns and those of the others with slots, a third of a second each, and the rest of a turn.
    #expect(longest.length < .seconds(8), "\(longest)")
    if !supportsFast { #expect(watch.waits.contains { $0.wasElsewhere }) }
  }
}
