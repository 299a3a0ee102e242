import Dissection
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

/// `leecher-1` chokes on a grid of 3, 13, 23 … s; leechers 2 to 9 are interested in it.
struct ChokerStage {
  var stage = Stage(leechers: 9, pieces: 64)
  /// By number of the leecher.
  private(set) var connections: [Int: Int] = [:]
  /// Blocks so far: none comes twice, since what comes again counts for nothing.
  private var sent = 0
  private var unchoked: Set<Int> = []

  init(profile: Profile = .titForTat()) {
    stage.change("leecher-1") { $0.profile = profile }
    for number in 2...9 {
      let connection = stage.connect("leecher-\(number)", "leecher-1")
      connections[number] = connection
      stage.say("leecher-\(number)", connection, .haveNone, at: 0.1)
      stage.say("leecher-1", connection, .haveNone, at: 0.1)
      stage.say("leecher-\(number)", connection, .interested, at: 0.2)
    }
  }

  func connection(_ number: Int) -> Int { connections[number] ?? -1 }

  /// So many blocks every 2 s, from and until then.
  mutating func send(_ number: Int, blocks: Int, from start: Double = 1, until end: Double) {
    for at in stride(from: start, to: end, by: 2) {
      for block in 0..<blocks {
        stage.say(
          "leecher-\(number)", connection(number), .piece, sent, 0, Stage.block, at: at + Double(block) * 0.01)
        sent += 1
      }
    }
  }

  /// Chokes and unchokes whom it must for exactly these to be unchoked. Returns the frames of the unchokes, by number.
  @discardableResult
  mutating func unchoke(_ numbers: Set<Int>, at seconds: Double) -> [Int: Int] {
    for number in unchoked.subtracting(numbers).sorted() {
      stage.say("leecher-1", connection(number), .choke, at: seconds)
    }
    var frames: [Int: Int] = [:]
    for number in numbers.subtracting(unchoked).sorted() {
      frames[number] = stage.say("leecher-1", connection(number), .unchoke, at: seconds + 0.01)
    }
    unchoked = numbers
    return frames
  }

  mutating func end(_ seconds: Double) {
    stage.trace.messages.sort { ($0.time, $0.frame) < ($1.time, $1.frame) }
    stage.recordOrdinaryRun(end: seconds)
  }
}

@Suite struct TitForTatOrderTests {
  /// Leecher n sends n blocks of 16 KiB every 2 s; eight rounds from 23 s on have these unchoked.
  private func stage(
    rates: (Int) -> Int = { $0 }, change: (inout ChokerStage) -> Void = { _ in }, sets: (Int) -> Set<Int>
  ) -> Stage {
    var choker = ChokerStage()
    for number in 2...9 { choker.send(number, blocks: rates(number), until: 110) }
    for round in 0..<8 { choker.unchoke(sets(round), at: 23 + 10 * Double(round)) }
    change(&choker)
    choker.end(110)
    return choker.stage
  }

  /// The best four, and one of the others for three rounds each.
  private func honest(_ round: Int) -> Set<Int> { [6, 7, 8, 9, 2 + round / 3] }

  @Test func theBestFourAndAnyOtherAreInOrder() throws {
    let verdict = try #require(stage(sets: honest).verdict("tit-for-tat", of: "leecher-1"))
    #expect(verdict.status == .pass)
    #expect(verdict.observed.hasPrefix("0 of "))
    #expect(verdict.power.n >= 20)
    #expect(verdict.effect?.value == Fixed(millionths: 1_000_000))
  }

  @Test func theWorstFourAreNot() throws {
    let verdict = try #require(stage { [2, 3, 4, 5, 6 + $0 / 3] }.verdict("tit-for-tat", of: "leecher-1"))
    #expect(verdict.status == .fail)
    let first = try #require(verdict.evidence.first)
    // The best choked peer, and the slowest unchoked one but the one that may be the optimistic.
    #expect(first.peers == ["leecher-1", "leecher-9", "leecher-3"])
    #expect(first.t >= .seconds(22.5) && first.t <= .seconds(23.5))
    #expect(first.text.contains("stayed choked"))
    #expect(first.frame != nil)
    #expect(verdict.evidence.count == 5)
  }

  @Test func ofTwoSlowPeersOneMayBeTheOptimistic() throws {
    // One of the best four is missing at each round, and a second slow one is in its place.
    let two = try #require(stage { [2 + $0 % 2, 4, 7, 8, 9] }.verdict("tit-for-tat", of: "leecher-1"))
    #expect(two.status == .fail)
    let one = try #require(stage { [2 + $0 % 2, 6, 7, 8, 9] }.verdict("tit-for-tat", of: "leecher-1"))
    #expect(one.status == .pass)
  }

  @Test func equalRatesDecideNothing() throws {
    let verdict = try #require(
      stage(rates: { _ in 5 }, sets: { round in [2 + round % 4, 6, 7, 8, 9] }).verdict(
        "tit-for-tat", of: "leecher-1"))
    #expect(verdict.status == .undecided)
    #expect(verdict.reason?.contains("20 are needed") == true)
  }

  @Test func theUninterestedNeedNoSlot() throws {
    let all = stage { [2, 3, 4, 5, 6 + $0 / 3] }
    var some = ChokerStage()
    for number in 2...9 { some.send(number, blocks: number, until: 110) }
    for number in 7...9 { some.stage.say("leecher-\(number)", some.connection(number), .notInterested, at: 5) }
    for round in 0..<8 { some.unchoke([2 + round % 2, 3 - round % 2, 4, 5, 6], at: 23 + 10 * Double(round)) }
    some.end(110)
    #expect(all.verdict("tit-for-tat", of: "leecher-1")?.status == .fail)
    #expect(some.stage.verdict("tit-for-tat", of: "leecher-1")?.status != .fail)
  }

  @Test func whoTurnedInterestedAtTheRoundWasTooLate() throws {
    var choker = ChokerStage()
    for number in 2...9 { choker.send(number, blocks: number, until: 110) }
    for round in 0..<8 {
      let at = 23 + 10 * Double(round)
      for number in 7...9 {
        choker.stage.say("leecher-\(number)", choker.connection(number), .notInterested, at: at - 1)
        choker.stage.say("leecher-\(number)", choker.connection(number), .interested, at: at - 0.2)
      }
      choker.unchoke([2 + round % 2, 4, 5, 6], at: at)
    }
    choker.end(110)
    #expect(choker.stage.verdict("tit-for-tat", of: "leecher-1")?.status != .fail)
  }

  @Test func withDroppedFramesAnInversionIsUndecided() throws {
    var stage = stage { [2, 3, 4, 5, 6 + $0 / 3] }
    stage.note(110, .capture(frames: 1, bytes: 0, dropped: 1, cutShort: false))
    #expect(stage.verdict("tit-for-tat", of: "leecher-1")?.status == .undecided)
  }

  @Test func slotsAreToldApart() throws {
    let stage = stage(sets: honest)
    let slots = try #require(Metrics(stage.scene).peers[1].slots)
    // The best four from 23 s on are regular by count, since the fifth is outranked; and it is optimistic.
    #expect(slots.regularTime > 4 * 70_000_000_000)
    #expect(slots.optimisticTime > 70_000_000_000)
    #expect(slots.either == 0 && slots.optimistic == 3 && slots.regular == 4)
    let rows = stage.scene.intervalsCSV.split(separator: "\n").filter { $0.hasPrefix("unchoke,leecher-1,") }
    #expect(rows.count == 7)
    #expect(rows.contains { $0.hasPrefix("unchoke,leecher-1,leecher-9,") && $0.contains(",regular,") })
    #expect(
      rows.contains { $0.hasPrefix("unchoke,leecher-1,leecher-3,") && $0.hasSuffix(",optimistic,1.000000,outranked") })
  }
}
