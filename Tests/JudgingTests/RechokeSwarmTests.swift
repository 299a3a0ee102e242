import Judging
import Planning
import Staging
import SwarmTime
import Testing

/// Whole swarms of native peers on ideal links: the honest keep their grids, whatever happens; other periods are found.
@Suite struct RechokeSwarmTests {
  @Test(arguments: ["few", "classes", "churn", "equals"], 1...5 as ClosedRange<UInt64>)
  func honestPeersKeepTheirGrids(_ name: String, randomSeed: UInt64) throws {
    let scenes = ["few": RechokeScene.few, "classes": .classes, "churn": .churn, "equals": .equals]
    let stage = try #require(scenes[name]).run(randomSeed)
    let verdicts = stage.judge("rechoke-interval")
    #expect(verdicts.map(\.status) == [.pass], "\(verdicts.map(\.observed))")
    let scene = stage.scene
    let metrics = Metrics(scene)
    for (peer, view) in zip(metrics.peers, scene.plan.peers.indices.map { scene.choking(of: $0) }) {
      #expect(peer.decisionsOffGrid == 0, "\(peer.name)")
      // All points within its time, whatever changed there: as many as go into it, or one more.
      let life = try #require(view?.leecherSpan?.lowerBound ?? view?.seedSpan?.lowerBound)
      let end = min(metrics.swarm.makespan ?? .max, view?.seedSpan?.upperBound.nanoseconds ?? .max)
      let whole = Int((end - life.nanoseconds) / 10_000_000_000)
      #expect((whole...whole + 1).contains(peer.rounds ?? -1), "\(peer.name): \(whole), \(peer.rounds ?? -1)")
    }
  }
}
