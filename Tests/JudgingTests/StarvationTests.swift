import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct StarvationTests {
  /// Leechers are interested in the seed from 1 s on; those named in `served` are unchoked at the given time for good.
  static func queue(_ leechers: Int, served: [Int: Double], end: Double) -> Stage {
    var stage = Stage(leechers: leechers)
    for number in 1...leechers {
      let connection = stage.connect("leecher-\(number)", "seed", at: 0.5)
      stage.open(seed: "seed", leecher: "leecher-\(number)", connection, at: 0.9)
    }
    for (number, at) in served.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) {
      stage.say("seed", number - 1, .unchoke, at: at)
    }
    stage.recordOrdinaryRun(end: end)
    return stage
  }

  private static let five = [1: 1.1, 2: 1.1, 3: 1.1, 4: 1.1, 5: 1.1]

  @Test func whoIsServedInTimePasses() throws {
    let verdict = try #require(
      Self.queue(3, served: [1: 1.1, 2: 1.1, 3: 20], end: 100).verdict("starvation", of: "seed"))
    #expect(verdict.status == .pass && verdict.power.n == 3)
  }

  @Test func whoWaitsBesideAFreeSlotIsStarved() throws {
    let stage = Self.queue(3, served: [1: 1.1, 2: 1.1], end: 100)
    let verdict = try #require(stage.verdict("starvation", of: "seed"))
    #expect(verdict.status == .fail)
    #expect(verdict.evidence.first?.peers == ["seed", "leecher-3"] && verdict.frames.count == 1)
    // A wait of 39 s is explained by the round after a tenure.
    #expect(
      Self.queue(3, served: [1: 1.1, 2: 1.1, 3: 40], end: 100).verdict("starvation", of: "seed")?.status == .pass)
  }

  /// Where a single wait decides, it may have been that of the process that waited longest for a processor.
  @Test(arguments: ["starvation", "newcomer-latency"])
  func whatTheUnluckiestProcessWaitedForIsAllowedFor(check: String) {
    func status(served: Double, waited seconds: Int64) -> Verdict.Status? {
      var stage = Self.queue(3, served: [1: 1.1, 2: 1.1, 3: served], end: 100)
      let pulse = RecordEvent.heartbeat(
        worstLatenessNanoseconds: 1_000_000, processorPressurePerMille: nil,
        longestWaitNanoseconds: seconds * 1_000_000_000)
      stage.events.insert(RecordEntry(at: .seconds(3), event: pulse), at: 0)
      return stage.verdict(check, of: "seed")?.status
    }
    // 44 s beside a free slot, where 40 s are granted; 17 s, where 12 s are.
    let served = check == "starvation" ? 45.0 : 18
    #expect(status(served: served, waited: 0) == .fail)
    #expect(status(served: served, waited: 4) == .pass)
    #expect(status(served: 80, waited: 4) == .fail)
  }

  @Test func aTurnIsWaitedForAsMuchLonger() {
    for (waited, status) in [(Int64(0), Verdict.Status.fail), (4, .pass)] {
      // Six candidates: a turn comes within 8 tenures and a round, 250 s.
      var stage = Self.queue(6, served: Self.five, end: 256)
      stage.change("seed") { $0.profile = .titForTat(optimisticChoice: .rotation) }
      let pulse = RecordEvent.heartbeat(
        worstLatenessNanoseconds: 1_000_000, processorPressurePerMille: nil,
        longestWaitNanoseconds: waited * 1_000_000_000)
      stage.events.insert(RecordEntry(at: .seconds(3), event: pulse), at: 0)
      #expect(stage.verdict("starvation", of: "seed")?.status == status)
    }
  }

  @Test func whoIsNeverDrawnAmongFewIsStarvedOnlyAfterLong() throws {
    // Five hold the slots; one waits alone. Each draw must fall on it, the only one in the pool beside one that ended.
    #expect(Self.queue(6, served: Self.five, end: 90).verdict("starvation", of: "seed")?.status == .pass)
    let verdict = try #require(Self.queue(6, served: Self.five, end: 600).verdict("starvation", of: "seed"))
    #expect(verdict.status == .fail, "\(verdict.observed)")
    #expect(verdict.evidence.map(\.peers) == [["seed", "leecher-6"]])
  }

  @Test func aTurnThatMustHaveComeIsABound() throws {
    for (end, status) in [(250.0, Verdict.Status.pass), (320, .fail)] {
      var stage = Self.queue(6, served: Self.five, end: end)
      stage.change("seed") { $0.profile = .titForTat(optimisticChoice: .rotation) }
      #expect(stage.verdict("starvation", of: "seed")?.status == status)
    }
  }

  @Test func whoDoesNotReciprocateMayWaitBesideAFreeRegularSlot() throws {
    var stage = Self.queue(3, served: [1: 1.1, 2: 1.1], end: 100)
    // It has had the other unchoked from the start, and sent nothing.
    stage.say("leecher-3", 2, .unchoke, at: 1.2)
    stage.recordOrdinaryRun(end: 100)
    #expect(stage.verdict("starvation", of: "seed")?.status == .pass)
  }

  @Test func withoutAProfileItIsUndecided() throws {
    var stage = Self.queue(3, served: [:], end: 100)
    stage.change("seed") { $0.profile = nil }
    #expect(stage.verdict("starvation", of: "seed")?.status == .undecided)
  }

  @Test func droppedFramesMayHoldTheUnchoke() throws {
    var stage = Self.queue(3, served: [:], end: 100)
    stage.events.removeAll { if case .capture = $0.event { true } else { false } }
    stage.note(100, .capture(frames: 10, bytes: 0, dropped: 1, cutShort: false))
    #expect(stage.verdict("starvation", of: "seed")?.status == .undecided)
  }
}

@Suite struct NewcomerLatencyTests {
  @Test func whoIsUnchokedSoonPasses() throws {
    let stage = StarvationTests.queue(3, served: [1: 1.1, 2: 1.1, 3: 10], end: 60)
    let verdicts = stage.judge("newcomer-latency")
    #expect(verdicts.allSatisfy { $0.status == .pass }, "\(verdicts.map(\.observed))")
    #expect(verdicts.first { $0.scope == .swarm }?.observed.contains("3 newcomers; first unchoke, after 0.1 s") == true)
  }

  @Test func whoWaitsLongBesideAFreeSlotIsLate() throws {
    let stage = StarvationTests.queue(3, served: [1: 1.1, 2: 1.1, 3: 20], end: 60)
    let verdict = try #require(stage.verdict("newcomer-latency", of: "seed"))
    #expect(verdict.status == .fail && verdict.evidence.map(\.peers) == [["seed", "leecher-3"]])
    let patient = stage.verdict("newcomer-latency", of: "seed", ["whenFree": .integer(20_000_000_000)])
    #expect(patient?.status == .pass)
    // The free slot may be an optimistic one, which waits for its own clock of 30 s.
    var clocked = stage
    clocked.change("seed") { $0.profile?.optimisticPeriod = .seconds(30) }
    #expect(clocked.verdict("newcomer-latency", of: "seed")?.status == .pass)
  }

  @Test func aFirstBlockThatDoesNotComeIsLate() throws {
    for (end, status) in [(20.0, Verdict.Status.pass), (60, .fail)] {
      var (stage, connection) = Stage.pair()
      stage.say("leecher-1", connection, .request, 0, 0, Stage.block, at: 2)
      stage.recordOrdinaryRun(end: end)
      let verdict = try #require(stage.verdict("newcomer-latency", of: "seed"))
      #expect(verdict.status == status, "\(verdict.observed)")
    }
  }

  @Test("Whose own downlink is full waits for itself", arguments: [(64, Verdict.Status.pass), (4096, .fail)])
  func fullDownlink(kibibytes: Int, status: Verdict.Status) throws {
    var stage = Stage(leechers: 2, pieces: 12)
    stage.change("leecher-1") { $0.download = LimitPlan(bytesPerSecond: Int64(kibibytes) << 10) }
    let connection = stage.connect("leecher-1", "seed")
    let other = stage.connect("leecher-1", "leecher-2")
    stage.open(seed: "seed", leecher: "leecher-1", connection, at: 0.5)
    stage.say("seed", connection, .unchoke, at: 1)
    stage.say("leecher-1", connection, .request, 0, 0, Stage.block, at: 2)
    for half in 0..<240 { stage.push("leecher-2", other, bytes: 32768, at: 2.1 + Double(half) / 2) }
    stage.recordOrdinaryRun(end: 122)
    let verdict = try #require(stage.verdict("newcomer-latency", of: "seed"))
    #expect(verdict.status == status, "\(verdict.observed)")
  }

  @Test func aNewcomerThatNobodyUnchokesThoughItWasDrawnForIsLate() throws {
    let five = [1: 1.1, 2: 1.1, 3: 1.1, 4: 1.1, 5: 1.1]
    let verdicts = StarvationTests.queue(6, served: five, end: 900).judge("newcomer-latency")
    #expect(verdicts.first { $0.scope == .swarm }?.status == .fail)
  }
}
