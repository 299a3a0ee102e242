import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

/// Who counts as in the swarm at its end.
@Suite struct SurvivorTests {
  /// Two leechers, of whom the second leaves and comes back, and completes; the first, another program, is ended and
  /// begun anew at another address, and never completes.
  private static func moved(end: Double = 100, reason: String = "deadline") -> Stage {
    var stage = Stage(leechers: 2, pieces: 4)
    let first = stage.connect("leecher-1", "seed")
    let second = stage.connect("leecher-2", "seed")
    stage.say("leecher-1", first, .have, 0, at: 5)
    for piece in 0..<4 { stage.say("leecher-2", second, .have, piece, at: 6 + Double(piece)) }
    stage.note(20, .fault(id: "1", kind: "leave", peers: ["leecher-2"], isHealing: false))
    stage.note(25, .fault(id: "1", kind: "leave", peers: ["leecher-2"], isHealing: true))
    stage.note(30, .fault(id: "2", kind: "changeAddress", peers: ["leecher-1"], isHealing: false))
    stage.note(30, .addressChanged(peer: "leecher-1", from: stage.plan.peers[1].address, to: "127.64.1.2"))
    stage.note(30.5, .exited(process: "leecher-1", code: nil, signal: 9, ordered: true))
    stage.note(31, .spawned(process: "leecher-1", processID: 7))
    stage.recordOrdinaryRun(end: end, reason: reason)
    return stage
  }

  @Test func whoIsBegunAnewAtAnotherAddressIsThere() throws {
    let verdict = try #require(Self.moved().judge("churn-resilience").first)
    #expect(verdict.status == .fail && verdict.subjects == ["leecher-1"], "\(verdict.observed)")
  }

  @Test("Who did not complete is told what it lacks, who has that, and since when")
  func lack() throws {
    let verdict = try #require(Self.moved().judge("churn-resilience").first)
    // The seed had all from its arrival on.
    #expect(
      verdict.evidence.last?.text
        == "leecher-1 holds 1 of 4 pieces, and no more after this; it lacks 3 pieces: 1 (seed, leecher-2 have it), "
        + "2 (seed, leecher-2 have it), 3 (seed, leecher-2 have it); from 0 s on somebody within reach had each of them"
    )
    var parted = Stage(leechers: 3, pieces: 8)
    for peer in 1...3 { parted.connect("leecher-\(peer)", "seed") }
    for piece in 0..<6 { parted.say("leecher-2", 1, .have, piece, at: 6 + Double(piece)) }
    parted.say("leecher-3", 2, .have, 0, at: 15)
    parted.note(20, .fault(id: "1", kind: "kill", peers: ["seed"], isHealing: false))
    parted.recordOrdinaryRun(end: 100, reason: "deadline")
    let open = try #require(parted.judge("churn-resilience").first)
    #expect(open.status == .undecided)
    let texts = open.evidence.map(\.text)
    // Nobody has the last two, so that there is no moment from which on all were there.
    #expect(
      texts.contains(
        "leecher-2 holds 6 of 8 pieces, and no more after this; it lacks 2 pieces: 6 (nobody within reach has it), "
          + "7 (nobody within reach has it)"))
    #expect(
      texts.contains(
        "leecher-1 holds 0 of 8 pieces, and no more after this; it lacks 8 pieces: 0 (leecher-2, leecher-3 have it), "
          + "1 (leecher-2 has it), 2 (leecher-2 has it), 3 (leecher-2 has it) and 4 more"))
  }

  @Test func whoHadNoTimeSinceTheRunWasCutShortIsNotBlamed() throws {
    let verdict = try #require(Self.moved(end: 50, reason: "interrupted").judge("churn-resilience").first)
    #expect(verdict.status == .undecided && verdict.reason == "the run was interrupted at 50 s")
    #expect(Self.moved(end: 50).judge("churn-resilience").map(\.status) == [.fail])
  }

  @Test func whoWasEndedAndNeverCameBackIsNot() throws {
    var stage = Self.moved()
    stage.events.removeAll { if case .spawned = $0.event { true } else { false } }
    let verdict = try #require(stage.judge("churn-resilience").first)
    #expect(verdict.status == .pass && verdict.observed.hasPrefix("1 of 1 who stayed"), "\(verdict.observed)")
  }

  @Test("What a peer says in a later life counts, though its first ended by a death that nobody had ordered")
  func laterLife() throws {
    var stage = Stage(leechers: 1, pieces: 4)
    stage.note(0, .spawned(process: "leecher-1", processID: 6))
    let first = stage.connect("leecher-1", "seed")
    stage.say("leecher-1", first, .have, 0, at: 5)
    stage.note(10, .exited(process: "leecher-1", code: nil, signal: 11, ordered: false))
    stage.note(20, .spawned(process: "leecher-1", processID: 7))
    let second = stage.connect("leecher-1", "seed", at: 21)
    stage.open(seed: "seed", leecher: "leecher-1", second, at: 21)
    stage.note(40, .exited(process: "leecher-1", code: 0, signal: nil, ordered: true))
    stage.recordOrdinaryRun(end: 50, reason: "deadline")
    let scene = stage.scene
    // The first connection was never seen to close: the process that held it is gone.
    #expect(scene.conversations.map { $0.closed.seconds.rounded() } == [10, 40])
    #expect(scene.facts.exits[1]?.signal == 11)
  }

  /// The first leecher has one piece of four when it is cut off for good; the second, like the seed on the other side of
  /// where that is a partition, has all.
  private static func cutOff(by kind: FaultPlan.Kind) -> Stage {
    var stage = Stage(leechers: 2, pieces: 4)
    let first = stage.connect("leecher-1", "seed")
    let second = stage.connect("leecher-2", "seed")
    stage.say("leecher-1", first, .have, 0, at: 5)
    for piece in 0..<4 { stage.say("leecher-2", second, .have, piece, at: 6 + Double(piece)) }
    stage.plan.faults = [
      FaultPlan(
        id: "1", kind: kind, at: .zero + .seconds(20), peers: ["leecher-1"],
        others: kind == .partition ? ["seed", "leecher-2"] : [])
    ]
    stage.note(20, .fault(id: "1", kind: kind.rawValue, peers: ["leecher-1"], isHealing: false))
    stage.recordOrdinaryRun(end: 100, reason: "deadline")
    return stage
  }

  @Test("Who has left after seeding for a while holds nothing for those who stay, though its process lives on")
  func leftLater() throws {
    let cases: [(Double?, Double?, Verdict.Status)] = [
      (nil, nil, .fail), (30, nil, .undecided), (30, 40, .fail), (100, nil, .fail),
    ]
    for (left, back, status) in cases {
      var stage = Stage(leechers: 2, pieces: 4)
      let first = stage.connect("leecher-1", "seed")
      let second = stage.connect("leecher-2", "seed")
      stage.say("leecher-1", first, .have, 0, at: 5)
      for piece in 0..<4 { stage.say("leecher-2", second, .have, piece, at: 6 + Double(piece)) }
      stage.note(20, .fault(id: "1", kind: "kill", peers: ["seed"], isHealing: false))
      if let left { stage.note(left, .leaveOrdered(peer: "leecher-2")) }
      if let back { stage.note(back, .joined(peer: "leecher-2")) }
      stage.recordOrdinaryRun(end: 100, reason: "deadline")
      let verdict = try #require(stage.judge("churn-resilience").first)
      #expect(verdict.status == status && verdict.subjects == ["leecher-1"], "\(verdict.observed)")
    }
  }

  @Test("Who moves while there is no tracker, and meets nobody, is not one who stayed", arguments: [true, false])
  func stranded(meets: Bool) throws {
    var stage = Stage(leechers: 2, pieces: 4)
    let first = stage.connect("leecher-1", "seed")
    let second = stage.connect("leecher-2", "seed")
    stage.say("leecher-1", first, .have, 0, at: 15)
    for piece in 0..<4 { stage.say("leecher-2", second, .have, piece, at: 16 + Double(piece) / 2) }
    stage.note(20, .fault(id: "1", kind: "stopTracker", peers: [], isHealing: false))
    stage.note(30, .fault(id: "2", kind: "changeAddress", peers: ["leecher-1"], isHealing: false))
    stage.note(30, .addressChanged(peer: "leecher-1", from: "127.64.1.1", to: "127.64.1.2"))
    if meets { stage.connect("leecher-2", "leecher-1", at: 40) }
    stage.recordOrdinaryRun(end: 100, reason: "deadline")
    let verdict = try #require(stage.judge("survives-tracker-loss").first)
    #expect(verdict.status == (meets ? .fail : .pass), "\(verdict.observed)")
    #expect(verdict.subjects == (meets ? ["leecher-1"] : []))
  }

  @Test("What is on the other side of a partition is out of reach")
  func parted() throws {
    let verdict = try #require(Self.cutOff(by: .partition).judge("churn-resilience").first)
    #expect(verdict.status == .undecided, "\(verdict.observed)")
    #expect(verdict.reason?.hasSuffix("on two sides of a partition") == true)
  }

  @Test("Who is cut off at the end is not one who stayed")
  func isolated() throws {
    let verdict = try #require(Self.cutOff(by: .isolate).judge("churn-resilience").first)
    #expect(verdict.status == .pass && verdict.observed.hasPrefix("1 of 1 who stayed"), "\(verdict.observed)")
  }
}
