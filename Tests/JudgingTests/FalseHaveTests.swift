import Dissection
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct FalseHaveTests {
  @Test func aHaveBeforeAllItsBytesHaveComeFails() throws {
    var (stage, connection) = Stage.pair()
    stage.fetch(1, by: "leecher-1", from: "seed", connection, at: 2)
    stage.say("leecher-1", connection, .have, 1, at: 3)
    stage.say("leecher-1", connection, .request, 2, 0, Stage.block, at: 4)
    stage.say("seed", connection, .piece, 2, 0, Stage.block, at: 4.1)
    func verdict(_ stage: Stage, isFileRight: Bool = false) throws -> Verdict {
      var stage = stage
      stage.recordOrdinaryRun()
      if !isFileRight {
        stage.events.removeAll { if case .file("leecher-1", _, _) = $0.event { true } else { false } }
      }
      return try #require(stage.verdict("protocol-conformance", of: "leecher-1"))
    }
    #expect(try verdict(stage).status == .pass)
    let frame = stage.say("leecher-1", connection, .have, 2, at: 4.2)
    let found = try verdict(stage)
    #expect(found.status == .fail && found.observed == "broken rules: false have: 1" && found.frames == [frame])
    // Its file is right though less than the payload came: it had another source.
    #expect(try verdict(stage, isFileRight: true).status == .pass)
  }
}
