import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct RecoveryTimeTests {
  /// A leecher gets a piece each second, is stopped from 20 s to 30 s, and gets pieces again from `back` on.
  private static func stopped(back: Double?, end: Double = 200, again: Double? = nil) -> Stage {
    var (stage, connection) = Stage.pair(pieces: 400)
    var piece = 0
    func fetch(_ stage: inout Stage, at: Double) {
      stage.fetch(piece, by: "leecher-1", from: "seed", connection, at: at)
      piece += 1
    }
    for second in 1..<20 { fetch(&stage, at: Double(second) + 0.5) }
    stage.note(20, .fault(id: "1", kind: "pause", peers: ["leecher-1"], isHealing: false))
    stage.note(30, .fault(id: "1", kind: "pause", peers: ["leecher-1"], isHealing: true))
    if let again { stage.note(again, .fault(id: "2", kind: "kill", peers: ["leecher-1"], isHealing: false)) }
    if let back { for second in Int(back)..<Int(end) { fetch(&stage, at: Double(second) + 0.5) } }
    stage.recordOrdinaryRun(end: end, reason: "deadline")
    return stage
  }

  @Test(
    "Back in time passes, too late or never fails", arguments: [(30.0, Verdict.Status.pass), (80, .pass), (100, .fail)])
  func late(back: Double, status: Verdict.Status) throws {
    let verdict = try #require(Self.stopped(back: back).judge("recovery-time").first)
    #expect(verdict.status == status, "\(verdict.observed)")
    let never = try #require(Self.stopped(back: nil).judge("recovery-time").first)
    #expect(never.status == .fail && never.subjects == ["leecher-1"])
  }

  @Test("Half of the former rate is enough, unless more is asked for")
  func share() throws {
    // One window of ten seconds holds five of ten pieces as soon as five have come.
    let verdict = try #require(Self.stopped(back: 30).judge("recovery-time", ["within": .integer(1)]).first)
    #expect(verdict.status == .pass)
    let whole = try #require(
      Self.stopped(back: 60).judge("recovery-time", ["share": .number(1), "within": .integer(26_000_000_000)]).first)
    #expect(whole.status == .fail)
  }

  @Test(
    "Who comes back while there is no tracker is waited for from the tracker's return", arguments: ["pause", "leave"])
  func withoutTracker(kind: String) throws {
    var stage = Self.stopped(back: 130)
    for place in stage.events.indices {
      guard case .fault(let id, _, let peers, let isHealing) = stage.events[place].event else { continue }
      stage.events[place].event = .fault(id: id, kind: kind, peers: peers, isHealing: isHealing)
    }
    stage.note(25, .fault(id: "2", kind: "stopTracker", peers: [], isHealing: false))
    stage.note(100, .fault(id: "2", kind: "stopTracker", peers: [], isHealing: true))
    let verdict = try #require(stage.judge("recovery-time").first)
    // Who was only stopped still knows everybody.
    #expect(verdict.status == (kind == "leave" ? .pass : .fail), "\(verdict.observed)")
  }

  @Test("Who is struck again, or outlived by the run's end, is not judged")
  func censored() throws {
    for stage in [Self.stopped(back: nil, end: 70), Self.stopped(back: nil, again: 60)] {
      let verdicts = stage.judge("recovery-time")
      #expect(verdicts.map(\.status) == [.undecided], "\(verdicts)")
    }
  }

  @Test("What is captured after the run's end is no time to come back in")
  func teardown() throws {
    var stage = Self.stopped(back: nil, end: 95)
    stage.push("seed", 0, bytes: 16, at: 110)
    #expect(stage.judge("recovery-time").map(\.status) == [.undecided])
  }

  @Test(
    "Whose source another fault takes away or slows in that time is not judged",
    arguments: [("kill", 40.0, Verdict.Status.undecided), ("changeRate", 15, .undecided), ("kill", 150, .fail)])
  func sourceless(kind: String, at: Double, status: Verdict.Status) throws {
    var stage = Self.stopped(back: nil)
    stage.note(at, .fault(id: "2", kind: kind, peers: ["seed"], isHealing: false))
    let verdicts = stage.judge("recovery-time")
    #expect(verdicts.map(\.status) == [status], "\(verdicts)")
  }

  @Test("Without a fault there is nothing to judge")
  func nothing() {
    #expect(Stage.honest().judge("recovery-time").map(\.status) == [.undecided])
  }

  @Test("Another fault that came meanwhile and lasts longer is waited for")
  func overlapping() throws {
    var stage = Self.stopped(back: 110)
    stage.note(28, .fault(id: "2", kind: "isolate", peers: ["leecher-1"], isHealing: false))
    stage.note(70, .fault(id: "2", kind: "isolate", peers: ["leecher-1"], isHealing: true))
    let verdict = try #require(stage.judge("recovery-time").first)
    #expect(verdict.status == .pass, "\(verdict.observed)")
    var never = Self.stopped(back: 110)
    never.note(28, .fault(id: "2", kind: "isolate", peers: ["leecher-1"], isHealing: false))
    #expect(never.judge("recovery-time").map(\.status) == [.undecided])
  }

  @Test("A partition strikes both sides")
  func otherSide() throws {
    var stage = Self.stopped(back: 100)
    stage.plan.faults = [
      FaultPlan(id: "1", kind: .partition, at: .zero + .seconds(20), peers: ["seed"], others: ["leecher-1"])
    ]
    for place in stage.events.indices {
      guard case .fault(let id, _, _, let isHealing) = stage.events[place].event else { continue }
      stage.events[place].event = .fault(id: id, kind: "partition", peers: ["seed"], isHealing: isHealing)
    }
    let verdict = try #require(stage.judge("recovery-time").first)
    #expect(verdict.status == .fail && verdict.subjects == ["leecher-1"], "\(verdict.observed)")
  }
}
