import Dissection
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import Wire

@Suite struct MetricsTests {
  @Test func figuresOfAnHonestRun() throws {
    let metrics = Metrics(Stage.honest().scene)
    let size: Int64 = 4 * 32768
    #expect(metrics.swarm.sizeBytes == size && metrics.swarm.pieces == 4 && metrics.swarm.leechers == 2)
    #expect(metrics.swarm.bound == 8_000_000_000)
    #expect(metrics.swarm.makespan == 8_885_000_000)
    #expect(metrics.swarm.efficiency?.description == "0.900394")
    #expect(metrics.swarm.medianCompletion == 8_322_500_000)
    #expect(metrics.swarm.seedCopies?.description == "2.000000")
    #expect(metrics.swarm.duplicateBytes == 0)
    #expect(metrics.swarm.connections == 3 && metrics.swarm.connectionsFromStart == 3)
    let seed = try #require(metrics.peers.first)
    #expect(seed.payloadUp == 2 * size && seed.payloadDown == 0 && seed.shareRatio == nil)
    #expect(seed.unchokes == 2 && seed.chokes == 0 && seed.partners == 2 && seed.rounds == 1)
    // Stream bytes: handshakes, have-all, extended and unchoke on two connections, and 16 blocks with their headers.
    #expect(seed.streamUp == 262_596)
    // 1 MiB/s over 8.885 s.
    #expect(seed.uploadUtilisation == Fixed(seed.streamUp, over: 9_316_597))
    let leecher = try #require(metrics.peers.last)
    #expect(leecher.timeToComplete == 8_885_000_000 && leecher.payloadDown == size && leecher.connections == 2)
    #expect(leecher.shareRatio?.description == "0.000000")
  }

  @Test("Utilisation goes by the limits that a peer had, from change to change")
  func changedLimit() throws {
    var stage = Stage.honest()
    stage.note(
      4, .rateChanged(peer: "seed", upload: 524_288, download: nil, uploadBurst: 524_288, downloadBurst: nil))
    let seed = try #require(Metrics(stage.scene).peers.first)
    // 1 MiB/s over 4 s and half of it over 4.885 s.
    #expect(seed.uploadUtilisation == Fixed(seed.streamUp, over: 4_194_304 + 2_561_146))
  }

  @Test func messagesAreCountedByStreamAndKind() throws {
    let streams = Metrics(Stage.honest().scene).streams
    let stream = try #require(streams.first)
    #expect(stream.a.peer == "leecher-1" && stream.b.peer == "seed")
    #expect(stream.b.counts[MessageKind.index(of: .piece)] == 8)
    #expect(stream.a.counts[MessageKind.index(of: .request)] == 8)
    #expect(stream.a.counts.reduce(0, +) == 15)
    #expect(stream.b.payloadBytes == 8 * 16384)
  }

  @Test func payloadReceivedTwiceIsADuplicate() {
    var (stage, connection) = Stage.pair()
    stage.fetch(1, by: "leecher-1", from: "seed", connection, at: 2)
    stage.fetch(1, by: "leecher-1", from: "seed", connection, at: 3)
    stage.recordOrdinaryRun()
    #expect(Metrics(stage.scene).peers.map(\.duplicateBytes) == [0, 32768])
  }

  @Test func theIncompleteHaveNoMakespan() {
    var stage = Stage.honest()
    stage.trace.messages.removeAll { $0.kind == .have && $0.piece == 1 }
    let swarm = Metrics(stage.scene).swarm
    #expect(swarm.makespan == nil && swarm.efficiency == nil && swarm.completed == 0)
  }
}

@Suite struct CanonicalTests {
  @Test func decimalsAreMadeFromIntegers() {
    #expect(Fixed(1, over: 3)?.description == "0.333333")
    #expect(Fixed(2, over: 3)?.description == "0.666667")
    #expect(Fixed(-1, over: 2)?.description == "-0.500000")
    #expect(Fixed(.max, over: .max)?.description == "1.000000")
    #expect(Fixed(1, over: 0) == nil)
    #expect(Fixed(.max, over: 1) == nil)
    #expect(Fixed(nearest: .nan).millionths == 0)
  }

  @Test func jsonHasOneSpelling() {
    let json = CanonicalJSON.object([
      "b": .list([]), "a": .text("\u{1}\"\\\n"), "ä": .decimal(Fixed(millionths: 1_500_000)), "A": .null,
    ])
    #expect(
      json.text == #"""
        {
          "A": null,
          "a": "\u0001\"\\\n",
          "b": [],
          "ä": 1.500000
        }

        """#)
  }
}
