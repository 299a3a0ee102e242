import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

/// Who may end by itself, and who was in the way of going on elsewhere.
@Suite struct EndStateTests {
  @Test("Who was told to leave once complete may, and not before", arguments: [true, false])
  func leaves(isComplete: Bool) throws {
    var (stage, connection) = Stage.pair(pieces: 4)
    stage.change("leecher-1") { $0.onComplete = OnComplete(action: .leave) }
    for piece in 0..<(isComplete ? 4 : 3) { stage.say("leecher-1", connection, .have, piece, at: 5 + Double(piece)) }
    stage.note(20, .exited(process: "leecher-1", code: 0, signal: nil, ordered: false))
    stage.recordOrdinaryRun(end: 30)
    let verdict = try #require(stage.judge("expected-end-state").first)
    #expect(verdict.status == (isComplete ? .pass : .fail), "\(verdict.observed)")
  }

  @Test("What is captured after the run's end is no time to go on elsewhere in", arguments: [40.0, 60])
  func teardown(end: Double) throws {
    var (stage, connection) = Stage.pair(pieces: 4)
    stage.say("leecher-1", connection, .have, 0, at: 5)
    stage.note(10, .fault(id: "1", kind: "changeAddress", peers: ["leecher-1"], isHealing: false))
    stage.note(10, .addressChanged(peer: "leecher-1", from: "127.64.1.1", to: "127.64.1.2"))
    stage.recordOrdinaryRun(end: end, reason: "deadline")
    stage.push("seed", connection, bytes: 16, at: 70)
    let verdict = try #require(stage.judge("address-change").first)
    #expect(verdict.status == (end < 50 ? .undecided : .fail), "\(verdict.observed)")
  }

  @Test("Who had all when it moved, and says so later, is judged by its connection", arguments: [true, false])
  func completeByAHair(isComplete: Bool) throws {
    var (stage, connection) = Stage.pair(pieces: 4)
    for piece in 0..<3 { stage.say("leecher-1", connection, .have, piece, at: 5 + Double(piece)) }
    stage.note(10, .fault(id: "1", kind: "changeAddress", peers: ["leecher-1"], isHealing: false))
    stage.note(10, .addressChanged(peer: "leecher-1", from: "127.64.1.1", to: "127.64.1.2"))
    stage.change("leecher-1") { $0.address = "127.64.1.2" }
    let other = stage.connect("leecher-1", "seed", at: 12)
    stage.say("leecher-1", other, .have, isComplete ? 3 : 2, at: 12.5)
    stage.change("leecher-1") { $0.address = "127.64.1.1" }
    stage.recordOrdinaryRun(end: 100, reason: "deadline")
    let verdict = try #require(stage.judge("address-change").first)
    #expect(verdict.status == (isComplete ? .pass : .fail), "\(verdict.observed)")
  }

  @Test("Who moves while there is no tracker is waited for from the tracker's return", arguments: [true, false])
  func movesWithoutTracker(isAway: Bool) throws {
    var (stage, connection) = Stage.pair(pieces: 4)
    stage.say("leecher-1", connection, .have, 0, at: 5)
    if isAway { stage.note(8, .fault(id: "1", kind: "stopTracker", peers: [], isHealing: false)) }
    stage.note(10, .fault(id: "2", kind: "changeAddress", peers: ["leecher-1"], isHealing: false))
    stage.note(10, .addressChanged(peer: "leecher-1", from: "127.64.1.1", to: "127.64.1.2"))
    if isAway { stage.note(50, .fault(id: "1", kind: "stopTracker", peers: [], isHealing: true)) }
    stage.recordOrdinaryRun(end: 100, reason: "deadline")
    let verdict = try #require(stage.judge("address-change").first)
    // Its next try may come 40 s after the tracker's return.
    #expect(verdict.status == (isAway ? .undecided : .fail), "\(verdict.observed)")
  }

  @Test("Who is cut off when it changes address is not judged by that change", arguments: [true, false])
  func movesCutOff(isCutOff: Bool) throws {
    var (stage, connection) = Stage.pair(pieces: 4)
    stage.say("leecher-1", connection, .have, 0, at: 5)
    if isCutOff { stage.note(8, .fault(id: "1", kind: "isolate", peers: ["leecher-1"], isHealing: false)) }
    stage.note(10, .fault(id: "2", kind: "changeAddress", peers: ["leecher-1"], isHealing: false))
    stage.note(10, .addressChanged(peer: "leecher-1", from: "127.64.1.1", to: "127.64.1.2"))
    stage.recordOrdinaryRun(end: 100, reason: "deadline")
    let verdict = try #require(stage.judge("address-change").first)
    #expect(verdict.status == (isCutOff ? .undecided : .fail), "\(verdict.observed)")
  }
}
