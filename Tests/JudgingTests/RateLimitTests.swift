import Dissection
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct RateLimitTests {
  /// One peer that sends at `factor` times 512 KiB/s in frames of 16 KiB; its other end may have 1 MiB/s.
  private func saturated(
    factor: Double, seconds: Double, by limitedBy: PeerPlan.LimitedBy = .client, frameBytes: Int = 16384,
    rate: Int64 = 512 << 10
  ) -> Stage {
    var stage = Stage(leechers: 1)
    for name in ["seed", "leecher-1"] {
      stage.change(name) {
        $0.limitedBy = limitedBy
        $0.upload = name == "seed" ? LimitPlan(bytesPerSecond: rate) : nil
        $0.download = name == "seed" ? nil : LimitPlan(bytesPerSecond: rate)
      }
    }
    let connection = stage.connect("leecher-1", "seed")
    let frames = Int(factor * Double(rate) * seconds / Double(frameBytes))
    for frame in 0..<frames {
      stage.push("seed", connection, bytes: frameBytes, at: Double(frame) * seconds / Double(frames))
    }
    stage.recordOrdinaryRun(end: seconds)
    return stage
  }

  @Test(arguments: [PeerPlan.LimitedBy.client, .kernel])
  func anHonestSaturatedPeerPasses(limitedBy: PeerPlan.LimitedBy) throws {
    let stage = saturated(factor: 1, seconds: 60, by: limitedBy)
    let verdicts = stage.judge("rate-limit")
    #expect(verdicts.map(\.status) == [.pass, .pass])
    let upload = try #require(stage.verdict("rate-limit", of: "seed"))
    // (512 KiB burst + 2 frames - 1 of 16 KiB and headers) / (60 s * 512 KiB/s), in tenths of a per cent, rounded up.
    #expect(upload.observed.contains("the least excess that it could have seen is 1.8 %"))
    #expect(upload.power == .init(n: 60, needed: 22))
  }

  @Test(arguments: [PeerPlan.LimitedBy.client, .kernel], [16384, 65470])
  func fivePerCentTooMuchFailsWithinThirtySeconds(limitedBy: PeerPlan.LimitedBy, frameBytes: Int) throws {
    let up = saturated(factor: 1.05, seconds: 30, by: limitedBy, frameBytes: frameBytes)
    let upload = try #require(up.verdict("rate-limit", of: "seed"))
    #expect(upload.status == .fail)
    #expect(upload.observed.contains(" 105."), "\(upload.observed)")
    let down = saturated(factor: 1.05, seconds: 30, by: limitedBy, frameBytes: frameBytes, rate: 1 << 20)
    #expect(down.verdict("rate-limit", of: "leecher-1")?.status == .fail)
  }

  /// More than the burst, of which a send buffer's worth waited in the socket while the machine stalled.
  @Test func whatAStallHeldBackIsNoExcess() throws {
    func stalled(lateness: Int64, by limitedBy: PeerPlan.LimitedBy) throws -> Verdict.Status {
      var stage = saturated(factor: 1, seconds: 4, by: limitedBy)
      for frame in 0..<20 { stage.push("seed", 0, bytes: 16384, at: 4.5 + Double(frame) / 1000) }
      for frame in 0..<20 { stage.push("seed", 0, bytes: 16384, at: 4.52 + Double(frame) / 1000) }
      let pulse = RecordEvent.heartbeat(worstLatenessNanoseconds: lateness, processorPressurePerMille: nil)
      stage.events.insert(RecordEntry(at: .seconds(3), event: pulse), at: 0)
      return try #require(stage.verdict("rate-limit", of: "seed")).status
    }
    #expect(try stalled(lateness: 300_000_000, by: .client) == .pass)
    #expect(try stalled(lateness: 1_000_000, by: .client) == .fail)
    #expect(try stalled(lateness: 300_000_000, by: .kernel) == .fail)
  }

  @Test func theEvidenceIsTheFirstFrameBeyondTheAllowance() throws {
    var stage = Stage(leechers: 1)
    stage.change("seed") {
      $0.upload = LimitPlan(bytesPerSecond: 100_000, burstBytes: 50_000)
      $0.download = nil
    }
    stage.change("leecher-1") { $0.limitedBy = .none }
    let connection = stage.connect("leecher-1", "seed")
    // Frames of 10066 bytes: the allowance is 50000 + 20132 = 70132 bytes.
    let frames = (0..<9).map { _ in stage.push("seed", connection, bytes: 10_000, at: 5) }
    stage.recordOrdinaryRun()
    let verdict = try #require(stage.verdict("rate-limit", of: "seed"))
    #expect(verdict.status == .fail)
    #expect(verdict.frames == [frames[7], frames[8]])
    #expect(verdict.evidence.first?.t == .seconds(5))
  }

  @Test func aShortRunSaysThatItCouldNotHaveSeenFivePerCent() throws {
    let stage = saturated(factor: 1, seconds: 10)
    let verdict = try #require(stage.verdict("rate-limit", of: "seed"))
    #expect(verdict.status == .pass)
    #expect(verdict.observed.contains("more than 5 %"))
  }

  @Test func allConnectionsOfAPeerCountTogether() {
    var stage = Stage(leechers: 2)
    stage.change("seed") {
      $0.upload = LimitPlan(bytesPerSecond: 512 << 10)
      $0.download = nil
    }
    for name in ["leecher-1", "leecher-2"] { stage.change(name) { $0.limitedBy = .none } }
    let connections = [stage.connect("leecher-1", "seed"), stage.connect("leecher-2", "seed")]
    for tick in 0..<(30 * 20) {
      for connection in connections { stage.push("seed", connection, bytes: 16384, at: Double(tick) / 20) }
    }
    stage.recordOrdinaryRun(end: 30)
    #expect(stage.judge("rate-limit").map(\.status) == [.fail])
  }

  @Test func aDownloadThatTheClientLimitsMayBeAheadByTheReceiveBuffer() {
    func verdict(_ limitedBy: PeerPlan.LimitedBy) -> Verdict.Status? {
      var stage = Stage(leechers: 1)
      stage.change("seed") { $0.limitedBy = .none }
      stage.change("leecher-1") {
        $0.limitedBy = limitedBy
        $0.upload = nil
        $0.download = LimitPlan(bytesPerSecond: 1000, burstBytes: 65536)
      }
      let connection = stage.connect("leecher-1", "seed")
      for _ in 0..<18 { stage.push("seed", connection, bytes: 10_000, at: 5) }
      stage.recordOrdinaryRun()
      return stage.verdict("rate-limit", of: "leecher-1")?.status
    }
    #expect(verdict(.client) == .pass)
    #expect(verdict(.kernel) == .fail)
  }

  @Test func aGapWithholdsThePassOnly() {
    var honest = saturated(factor: 1, seconds: 20)
    honest.note(20, .capture(frames: 1, bytes: 0, dropped: 1, cutShort: false))
    #expect(honest.judge("rate-limit").map(\.reason) == Array(repeating: "the capture dropped 1 frame", count: 2))
    var excess = saturated(factor: 1.2, seconds: 20)
    excess.note(20, .capture(frames: 1, bytes: 0, dropped: 1, cutShort: false))
    #expect(excess.verdict("rate-limit", of: "seed")?.status == .fail)
  }

  @Test func aMachineThatDidNotKeepUpLeavesItUndecided() {
    var stage = saturated(factor: 1.2, seconds: 30)
    stage.note(-1, .heartbeat(worstLatenessNanoseconds: 9_000_000_000, processorPressurePerMille: 999))
    stage.note(31, .heartbeat(worstLatenessNanoseconds: 9_000_000_000, processorPressurePerMille: 999))
    #expect(stage.verdict("rate-limit", of: "seed")?.status == .fail)
    let late = RecordEvent.heartbeat(worstLatenessNanoseconds: 1_500_000_000, processorPressurePerMille: 900)
    stage.events.insert(RecordEntry(at: .seconds(9), event: late), at: 5)
    #expect(
      stage.judge("rate-limit").map(\.reason) == [
        "the machine did not keep up: a timer was late by 1.5 s of swarm time, processor pressure up to 900 per mille"
      ])
  }

  @Test func aSwarmWhoseProcessesWaitedForAProcessorIsUndecided() {
    var stage = saturated(factor: 1.2, seconds: 30)
    func pulse(_ milliseconds: Int64) -> RecordEntry {
      let event = RecordEvent.heartbeat(
        worstLatenessNanoseconds: 0, processorPressurePerMille: 900, longestWaitNanoseconds: milliseconds * 1_000_000)
      return RecordEntry(at: .seconds(9), event: event)
    }
    stage.events.insert(pulse(3_900), at: 5)
    #expect(stage.verdict("rate-limit", of: "seed")?.status == .fail)
    stage.events.insert(pulse(4_600), at: 6)
    #expect(stage.verdict("rate-limit", of: "seed")?.status == .fail)
    stage.events.insert(pulse(4_500), at: 7)
    #expect(
      stage.judge("rate-limit").map(\.reason) == [
        "the machine did not keep up: more than once a process of the swarm waited 4.5 s of swarm time for a processor,"
          + " processor pressure up to 900 per mille"
      ])
  }

  /// A seed of 64 KiB/s and 64 KiB that is told another limit at 20 s, and sends so much at once at 40 s.
  private func burst(
    kibibytes: Int, declared: Int64 = 64, changed: Int64?, to rate: Int64 = 64, by limitedBy: PeerPlan.LimitedBy,
    at seconds: Double = 40
  ) -> Verdict.Status? {
    var stage = Stage(leechers: 1)
    stage.change("leecher-1") { $0.limitedBy = .none }
    stage.change("seed") {
      $0.limitedBy = limitedBy
      ($0.upload, $0.download) = (LimitPlan(bytesPerSecond: 64 << 10, burstBytes: declared << 10), nil)
    }
    let connection = stage.connect("leecher-1", "seed")
    for part in 0..<(kibibytes / 16) {
      stage.push("seed", connection, bytes: 16384, at: seconds + Double(part) / 1000)
    }
    stage.recordOrdinaryRun(end: 60)
    if let changed {
      stage.note(
        20, .rateChanged(peer: "seed", upload: rate << 10, download: nil, uploadBurst: changed << 10))
    }
    return stage.verdict("rate-limit", of: "seed")?.status
  }

  @Test(arguments: [PeerPlan.LimitedBy.client, .kernel])
  func eachMomentIsJudgedByTheBurstInForce(limitedBy: PeerPlan.LimitedBy) {
    // A larger burst is granted from then on, and not before.
    #expect(burst(kibibytes: 256, changed: 256, by: limitedBy) == .pass)
    #expect(burst(kibibytes: 256, changed: nil, by: limitedBy) == .fail)
    #expect(burst(kibibytes: 256, changed: 256, by: limitedBy, at: 10) == .fail)
    // A smaller one is all that there is, once what was paid for before is over.
    #expect(burst(kibibytes: 256, declared: 256, changed: 64, by: limitedBy) == .fail)
    #expect(burst(kibibytes: 256, declared: 256, changed: 64, by: limitedBy, at: 29.5) == .pass)
    #expect(burst(kibibytes: 256, declared: 256, changed: nil, by: limitedBy) == .pass)
  }

  /// What the kernel has saved up is time: at a higher rate it is worth more.
  @Test func theKernelGivesTheNewBurstAtOnce() {
    #expect(burst(kibibytes: 256, changed: 256, to: 256, by: .kernel, at: 20.01) == .pass)
    #expect(burst(kibibytes: 256, changed: 256, to: 256, by: .client, at: 20.01) == .fail)
  }

  @Test func aHigherRateBringsItsOwnBurst() {
    func burst(after change: Bool) -> Verdict.Status? {
      var stage = Stage(leechers: 1)
      stage.change("seed") { ($0.upload, $0.download) = (LimitPlan(bytesPerSecond: 64 << 10), nil) }
      let connection = stage.connect("leecher-1", "seed")
      for part in 0..<16 { stage.push("seed", connection, bytes: 16384, at: 40 + Double(part) / 1000) }
      stage.recordOrdinaryRun(end: 60)
      if change { stage.note(20, .rateChanged(peer: "seed", upload: 256 << 10, download: nil)) }
      return stage.verdict("rate-limit", of: "seed")?.status
    }
    #expect(burst(after: true) == .pass)
    #expect(burst(after: false) == .fail)
  }

  @Test func aStepOfTheClockLeavesItUndecided() {
    var stage = saturated(factor: 1, seconds: 30)
    stage.note(
      30, .clock(zeroMonotonic: 5000, monotonic: 5000 + 31_000_000_000, realtime: Stage.realtime(33), speed: 1))
    #expect(stage.judge("rate-limit").first?.reason == "the realtime clock stepped by 2 s")
  }

  @Test func withoutDeclaredRatesItIsUndecided() {
    var stage = Stage.honest()
    for index in stage.plan.peers.indices { stage.plan.peers[index].limitedBy = .none }
    #expect(stage.judge("rate-limit").map(\.reason) == ["no peer has a declared rate"])
  }
}
