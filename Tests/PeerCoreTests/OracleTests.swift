import SwarmTime
import Testing

@Suite struct OracleTests {
  static func crowd(seedRate: Int64, seed: UInt64) -> IdealSwarm {
    let leecher = IdealSwarm.Member(upload: 256 << 10, download: 2 << 20)
    return IdealSwarm(
      pieceLength: 256 << 10, pieceCount: 256,
      members: [.init(upload: seedRate, isSeed: true)] + Array(repeating: leecher, count: 32), seed: seed)
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func aFlashCrowdComesCloseToItsBound(seed: UInt64) {
    let swarm = Self.crowd(seedRate: 1 << 20, seed: seed)
    let outcome = swarm.run()
    let bound = 32.0 * 64 / 9
    let copies = Double(outcome.sent[0].reduce(0, +)) / Double(swarm.size)
    let times = outcome.completed.compactMap { $0?.seconds }.sorted()
    print("flash", outcome.makespan.seconds, bound / outcome.makespan.seconds, "copies", copies, "discarded", outcome.discardedBytes >> 10, "first", times.first ?? 0, "median", times[times.count/2])
    print("util", outcome.sentOverTime[1].map { Int(100 * Double($0) / (5 * 32 * 262144)) }, "seed", outcome.sentOverTime[0].map { Int(100 * Double($0) / (5 * 1048576)) })
    #expect(bound / outcome.makespan.seconds >= 0.9)
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func aSlowSeedSendsFewPiecesTwice(seed: UInt64) {
    let swarm = Self.crowd(seedRate: 256 << 10, seed: seed)
    let outcome = swarm.run()
    let bound = 256.0
    let copies = Double(outcome.sent[0].reduce(0, +)) / Double(swarm.size)
    let times = outcome.completed.compactMap { $0?.seconds }.sorted()
    print("slow", outcome.makespan.seconds, bound / outcome.makespan.seconds, "copies", copies, "discarded", outcome.discardedBytes >> 10, "first", times.first ?? 0, "median", times[times.count/2])
    print("util", outcome.sentOverTime[1].map { Int(100 * Double($0) / (5 * 32 * 262144)) }, "seed", outcome.sentOverTime[0].map { Int(100 * Double($0) / (5 * 262144)) })
    #expect(bound / outcome.makespan.seconds >= 0.8)
  }
}
