import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

/// While a fault stands between two peers nobody is blamed for what the other did not hear.
@Suite struct DisturbanceTests {
  /// Faults that keep the seed and leecher-3 from hearing each other from 2 s to 95 s.
  private static let faults: [FaultPlan] = [
    FaultPlan(id: "1", kind: .pause, at: .seconds(2), peers: ["seed"]),
    FaultPlan(id: "1", kind: .isolate, at: .seconds(2), peers: ["leecher-3"]),
    FaultPlan(id: "1", kind: .partition, at: .seconds(2), peers: ["leecher-3"], others: ["seed", "leecher-1"]),
  ]

  private static func struck(_ stage: Stage, by fault: FaultPlan) -> Stage {
    var stage = stage
    stage.plan.faults = [fault]
    stage.note(2, .fault(id: "1", kind: fault.kind.rawValue, peers: fault.peers, isHealing: false))
    stage.note(95, .fault(id: "1", kind: fault.kind.rawValue, peers: fault.peers, isHealing: true))
    return stage
  }

  @Test("Who cannot be heard is not starved", arguments: faults)
  func starvation(fault: FaultPlan) throws {
    let stage = StarvationTests.queue(3, served: [1: 1.1, 2: 1.1], end: 100)
    #expect(stage.verdict("starvation", of: "seed")?.status == .fail)
    #expect(Self.struck(stage, by: fault).verdict("starvation", of: "seed")?.status == .pass)
  }

  @Test("A partition excuses those whom it parts, and nobody else")
  func others() throws {
    let stage = StarvationTests.queue(3, served: [1: 1.1, 2: 1.1], end: 100)
    let elsewhere = FaultPlan(id: "1", kind: .partition, at: .seconds(2), peers: ["leecher-1"], others: ["seed"])
    #expect(Self.struck(stage, by: elsewhere).verdict("starvation", of: "seed")?.status == .fail)
  }

  /// The seed chokes at 10 s, and is asked for a block all the same.
  private static func requested(at second: Double) -> Stage {
    var (stage, connection) = Stage.pair()
    stage.fetch(0, by: "leecher-1", from: "seed", connection, at: 1.5)
    stage.say("seed", connection, .choke, at: 10)
    stage.say("leecher-1", connection, .request, 1, 0, Stage.block, at: second)
    stage.say("seed", connection, .reject, 1, 0, Stage.block, at: second + 0.1)
    stage.recordOrdinaryRun(end: 300)
    return stage
  }

  @Test("A choke that could not be heard forbids no request; one before or long after it does")
  func requests() throws {
    for (at, status) in [(60.0, Verdict.Status.pass), (190, .pass), (260, .fail)] {
      let stage = Self.requested(at: at)
      #expect(stage.verdict("protocol-conformance", of: "leecher-1")?.status == .fail)
      let isolation = FaultPlan(id: "1", kind: .isolate, at: .seconds(2), peers: ["leecher-1"])
      let verdict = try #require(Self.struck(stage, by: isolation).verdict("protocol-conformance", of: "leecher-1"))
      #expect(verdict.status == status, "\(at) s: \(verdict.observed)")
    }
  }

  @Test("A reject that a socket may have held back until a fault stood between is nobody's breach")
  func rejects() throws {
    for (begin, status) in [(10.0, Verdict.Status.pass), (30, .fail)] {
      var (stage, connection) = Stage.pair()
      // What the kernel has of it takes ten seconds to the wire.
      stage.change("seed") { ($0.limitedBy, $0.upload) = (.kernel, LimitPlan(bytesPerSecond: 13_107)) }
      stage.say("leecher-1", connection, .request, 1, 0, Stage.block, at: 2)
      stage.say("seed", connection, .choke, at: 2.5)
      stage.note(begin, .fault(id: "1", kind: "isolate", peers: ["leecher-1"], isHealing: false))
      stage.note(60, .fault(id: "1", kind: "isolate", peers: ["leecher-1"], isHealing: true))
      stage.recordOrdinaryRun(end: 300)
      let verdict = try #require(stage.verdict("protocol-conformance", of: "seed"))
      #expect(verdict.status == status, "\(begin) s: \(verdict.observed)")
    }
  }

  @Test("What was sent again into the next fault waits for as long as since the first")
  func successive() throws {
    for (second, at, status) in [(nil, 190.0, Verdict.Status.fail), (120.0, 190, .pass), (120, 280, .fail)] {
      var stage = Self.requested(at: at)
      // From 2 s to 62 s, and perhaps to 130 s.
      let isolation = FaultPlan(id: "1", kind: .isolate, at: .seconds(2), peers: ["leecher-1"])
      stage.plan.faults = [isolation]
      for (begin, end) in [(2.0, 62.0)] + (second.map { [($0, 130.0)] } ?? []) {
        stage.note(begin, .fault(id: "1", kind: "isolate", peers: ["leecher-1"], isHealing: false))
        stage.note(end, .fault(id: "1", kind: "isolate", peers: ["leecher-1"], isHealing: true))
      }
      let verdict = try #require(stage.verdict("protocol-conformance", of: "leecher-1"))
      #expect(verdict.status == status, "\(at) s: \(verdict.observed)")
    }
  }

  @Test("What waited in a send buffer while nobody could hear it is no excess, and no more than that")
  func rates() throws {
    let isolation = FaultPlan(id: "1", kind: .isolate, at: .seconds(2), peers: ["leecher-1"])
    for (kibibytes, isStruck, status) in [(120, true, Verdict.Status.pass), (120, false, .fail), (180, true, .fail)] {
      var stage = Stage(leechers: 1)
      stage.change("seed") { ($0.upload, $0.download) = (LimitPlan(bytesPerSecond: 64 << 10), nil) }
      let connection = stage.connect("leecher-1", "seed")
      // At its rate before; once the fault is over so much at once beyond burst and frames.
      for part in 0..<8 { stage.push("seed", connection, bytes: 16384, at: Double(part) / 4) }
      for part in 0..<(64 + 32 + kibibytes) / 16 {
        stage.push("seed", connection, bytes: 16384, at: 95.01 + Double(part) / 1000)
      }
      stage.recordOrdinaryRun(end: 120)
      if isStruck { stage = Self.struck(stage, by: isolation) }
      let verdict = try #require(stage.verdict("rate-limit", of: "seed"))
      #expect(verdict.status == status, "\(kibibytes) KiB: \(verdict.observed)")
    }
  }

  @Test("What a connection to a dead address would have is unknown until it is closed")
  func ghosts() throws {
    // Six are unchoked, where five may be; one of them is a ghost.
    var stage = Stage(leechers: 6)
    for number in 1...6 {
      let connection = stage.connect("leecher-\(number)", "seed", at: 0.5)
      stage.open(seed: "seed", leecher: "leecher-\(number)", connection, at: 0.9)
    }
    for number in 1...5 { stage.say("seed", number - 1, .unchoke, at: 1.2) }
    stage.note(10, .addressChanged(peer: "leecher-1", from: "127.64.1.1", to: "127.64.1.2"))
    stage.recordOrdinaryRun(end: 100)
    // The seed does not know that a slot is free.
    #expect(stage.verdict("starvation", of: "seed")?.status == .pass)
    stage.events.removeAll { if case .addressChanged = $0.event { true } else { false } }
    stage.close(0, at: 10)
    #expect(stage.verdict("starvation", of: "seed")?.status == .fail)
  }
}
