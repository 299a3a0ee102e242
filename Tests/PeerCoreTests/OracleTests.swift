import Oracle
import SwarmTime
import Testing
import Wire

/// Whole swarms on ideal links, against the bound max(F / u_s, F / d_min, N F / (u_s + sum u_i)).
@Suite struct OracleTests {
  static let rate: Int64 = 256 << 10
  #if DEBUG
    /// 13 cores in a debug build take as long as 33 in a release build; the bounds are theirs.
    static let scene = (leechers: 12, pieces: 96, flashCrowd: 0.92, slowSeed: 0.85, copies: 1.15)
  #else
    static let scene = (leechers: 32, pieces: 256, flashCrowd: 0.95, slowSeed: 0.92, copies: 1.09)
  #endif

  static func crowd(seedRate: Int64, randomSeed: UInt64) -> IdealSwarm {
    let leecher = IdealSwarm.Member(upload: rate, download: 8 * rate)
    var swarm = IdealSwarm(
      pieceLength: 256 << 10, pieceCount: scene.pieces,
      members: [.init(upload: seedRate, isSeed: true)] + Array(repeating: leecher, count: scene.leechers))
    swarm.randomSeed = randomSeed
    return swarm
  }

  /// Bound over makespan.
  static func efficiency(_ swarm: IdealSwarm, _ outcome: IdealSwarm.Outcome) -> Double {
    let (size, seedRate) = (Double(swarm.size), Double(swarm.members[0].upload ?? .max))
    let leechers = Double(swarm.members.count - 1)
    let bound = max(size / seedRate, leechers * size / (seedRate + leechers * Double(rate)))
    return bound / outcome.makespan.seconds
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>) func aFlashCrowdComesCloseToItsBound(randomSeed: UInt64) throws {
    let swarm = Self.crowd(seedRate: 4 * Self.rate, randomSeed: randomSeed)
    let efficiency = Self.efficiency(swarm, try swarm.run())
    #expect(efficiency >= Self.scene.flashCrowd)
    #expect(efficiency <= 1.01)
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>) func aSlowSeedSendsHardlyAPieceTwice(randomSeed: UInt64) throws {
    let swarm = Self.crowd(seedRate: Self.rate, randomSeed: randomSeed)
    let outcome = try swarm.run()
    #expect(Self.efficiency(swarm, outcome) >= Self.scene.slowSeed)
    let copies = Double(outcome.sent[0].reduce(0, +)) / Double(swarm.size)
    #expect(copies <= Self.scene.copies)
  }

  @Test func theSameRandomSeedGivesTheSameRun() throws {
    let swarm = Self.small(randomSeed: 9)
    let (first, second) = (try swarm.run(), try swarm.run())
    #expect(first.completed == second.completed)
    #expect(first.sent == second.sent)
    #expect(first.events == second.events)
    #expect(try Self.small(randomSeed: 10).run().events != first.events)
  }

  @Test(arguments: [true, false]) func nobodyBreaksARuleWhileLeechersComeAndGo(supportsFast: Bool) throws {
    var swarm = Self.small(randomSeed: 3)
    swarm.supportsFast = supportsFast
    for index in 1..<swarm.members.count { swarm.members[index].arrives = .seconds(2 * Double(index)) }
    for index in [2, 5] { swarm.members[index].departs = .seconds(15 + Double(index)) }
    let watch = WireWatch(memberCount: swarm.members.count, isFast: supportsFast)
    swarm.watch = { watch.see($0) }
    let outcome = try swarm.run()
    #expect(watch.offenders.isEmpty)
    #expect(watch.mostUnchoked.max() == 5)
    for index in 1..<swarm.members.count where swarm.members[index].departs == nil {
      #expect(outcome.completed[index] != nil)
    }
  }

  @Test(arguments: [1, 50, 250]) func longWaysAndSlowHashesAreNoHindrance(milliseconds: Int) throws {
    var swarm = Self.small(randomSeed: 4)
    swarm.delay = .milliseconds(milliseconds)
    swarm.hashing = .milliseconds(milliseconds)
    let outcome = try swarm.run()
    #expect(outcome.completed.dropFirst().allSatisfy { $0 != nil })
    #expect(Self.efficiency(swarm, outcome) >= (milliseconds > 100 ? 0.55 : 0.8))
  }

  @Test func whatIsReceivedKeepsTheDeclaredDownloadRateAndBurst() throws {
    var swarm = Self.small(randomSeed: 5)
    let (rate, burst) = (128 << 10 as Int64, 128 << 10 as Int64)
    swarm.members[1].download = rate
    var bucket = (level: 0.0, at: 0.0, most: 0.0, total: 0.0)
    swarm.watch = { crossing in
      guard crossing.to == 1, case .block(let block) = crossing.content else { return }
      let now = crossing.at.seconds
      bucket.level = max(0, bucket.level - Double(rate) * (now - bucket.at)) + Double(block.length + 13)
      bucket.at = now
      bucket.most = max(bucket.most, bucket.level)
      bucket.total += Double(block.length)
    }
    let outcome = try swarm.run()
    #expect(bucket.most <= Double(burst) + 2 * 16397 + 131_072)
    let completed = try #require(outcome.completed[1])
    #expect(bucket.total / completed.seconds >= 0.95 * Double(rate))
  }

  @Test func whatIsSentKeepsTheDeclaredUploadRateAndBurst() throws {
    var swarm = Self.small(randomSeed: 6)
    let rate = Self.rate
    var buckets = Array(repeating: (level: 0.0, at: 0.0, most: 0.0), count: swarm.members.count)
    swarm.watch = { crossing in
      let bytes: Int64
      switch crossing.content {
      case .block(let block): bytes = Int64(block.length) + 13
      case .message(let message): bytes = message.wireSize
      case .opened, .closed: bytes = 0
      }
      let (now, limit) = (crossing.at.seconds, crossing.from == 0 ? 4 * rate : rate)
      var bucket = buckets[crossing.from]
      bucket.level = max(0, bucket.level - Double(limit) * (now - bucket.at)) + Double(bytes)
      bucket.at = now
      bucket.most = max(bucket.most, bucket.level)
      buckets[crossing.from] = bucket
    }
    _ = try swarm.run()
    for (index, bucket) in buckets.enumerated() {
      #expect(bucket.most <= Double(index == 0 ? 4 * rate : rate) + 2 * 16397)
    }
  }

  static func small(randomSeed: UInt64) -> IdealSwarm {
    let leecher = IdealSwarm.Member(upload: rate, download: 8 * rate)
    var swarm = IdealSwarm(
      pieceLength: 128 << 10, pieceCount: 80,
      members: [.init(upload: 4 * rate, isSeed: true)] + Array(repeating: leecher, count: 9))
    swarm.randomSeed = randomSeed
    return swarm
  }
}
