import Dissection
import Foundation
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import TopologyFile
import Wire

/// How long judging takes. Says little in a debug build, so the large one runs only where `SWARMLAB_BENCH` is set.
@Suite struct SpeedTests {
  /// A swarm of `leechers` who fetch everything from the seed: 4 messages a block.
  private static func busy(leechers: Int, pieces: Int) -> Stage {
    var stage = Stage(
      leechers: leechers, pieces: pieces, checks: CheckCatalogue.specs.map { CheckPlan(name: $0.name, parameters: [:]) }
    )
    var connections: [Int] = []
    for leecher in 1...leechers {
      let connection = stage.connect("leecher-\(leecher)", "seed", at: 0)
      stage.open(seed: "seed", leecher: "leecher-\(leecher)", connection, at: 0.1)
      stage.say("seed", connection, .unchoke, at: 0.2)
      connections.append(connection)
    }
    for piece in 0..<pieces {
      for (place, connection) in connections.enumerated() {
        let at = 1 + Double(piece * leechers + place) / 1000
        stage.fetch(piece, by: "leecher-\(place + 1)", from: "seed", connection, at: at)
        stage.say("leecher-\(place + 1)", connection, .have, piece, at: at + 0.02)
      }
    }
    stage.recordOrdinaryRun(end: Double(pieces * leechers) / 1000 + 10)
    return stage
  }

  private static func judge(_ stage: Stage) -> (Judgement, Duration) {
    var judgement: Judgement?
    let took = ContinuousClock().measure {
      let made = Judge.judge(plan: stage.plan, record: stage.events, trace: stage.trace)
      _ = made.verdictsJSON.utf8.count + made.metricsJSON.utf8.count
      judgement = made
    }
    return (judgement ?? Judge.judge(plan: stage.plan, record: stage.events, trace: stage.trace), took)
  }

  @Test func aSmallSwarmIsJudgedWithoutFail() {
    let (judgement, _) = Self.judge(Self.busy(leechers: 5, pieces: 20))
    #expect(judgement.summaries.filter { $0.check == "protocol-conformance" }.allSatisfy { $0.failed == 0 })
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["SWARMLAB_BENCH"] != nil, "set SWARMLAB_BENCH to measure"))
  func aMillionMessagesTakeLessThanTwoSeconds() {
    let stage = Self.busy(leechers: 40, pieces: 5000)
    let (judgement, took) = Self.judge(stage)
    print("\(stage.trace.messages.count) messages judged in \(took)")
    #expect(judgement.verdicts.count > 40)
    #expect(took < .seconds(2))
  }
}
