import Dissection
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing

/// Clients that download from a server over HTTP: a head of 100 bytes, then the payload of 131,072.
@Suite struct DownloadTests {
  private static let head = 100
  private static let size = 131_072

  /// One client is delivered the whole payload, in 32 portions over 8 s; the other so many portions.
  private static func stage(otherPortions portions: Int, begin: Int = 0) -> Stage {
    var stage = Stage(leechers: 2)
    stage.plan.distribution = .clientServer
    stage.plan.tracker = nil
    for peer in stage.plan.peers.indices { stage.plan.peers[peer].profile = nil }
    for (name, count, begin) in [("leecher-1", 32, 0), ("leecher-2", portions, begin)] {
      let connection = stage.connect(name, "seed", at: 0, start: .midstream)
      stage.trace.connections[connection].content = .http
      stage.trace.responses.append(
        TracedResponse(
          time: Stage.realtime(0.1), frame: Int32(stage.frame), connection: Int32(connection), from: 1,
          status: begin == 0 ? 200 : 206, bodyOffset: Int64(head), bodyBytes: Int64(size - begin), begin: Int64(begin),
          fileBytes: Int64(size)))
      stage.push("seed", connection, bytes: head, at: 0.1)
      for portion in 0..<count { stage.push("seed", connection, bytes: 4096, at: 0.25 * Double(portion + 1)) }
    }
    // As a capture would have them.
    stage.trace.segments.sort { $0.frame < $1.frame }
    return stage
  }

  private static func judged(portions: Int, begin: Int = 0) -> Stage {
    var stage = stage(otherPortions: portions, begin: begin)
    stage.recordOrdinaryRun(end: 20)
    return stage
  }

  @Test("Who was delivered every byte is complete with the last of them, and holds each piece from its own last on")
  func complete() throws {
    let stage = Self.judged(portions: 31)
    let verdict = try #require(stage.verdict("completion", of: "leecher-1"))
    #expect(verdict.status == .pass && verdict.observed == "complete at 8 s")
    #expect(verdict.evidence.first?.text == "leecher-1 was delivered the last byte of its download")
    let holdings = stage.scene.holdings
    #expect(holdings.count(1) == 4 && holdings.count(2) == 3)
    #expect(holdings.said(1, has: 0)?.at == .seconds(2))
    let short = try #require(stage.verdict("completion", of: "leecher-2"))
    #expect(short.status == .fail && short.observed == "not complete: 3 of 4 pieces seen")
  }

  @Test("The metrics count bodies as payload, heads as stream, and the bound is the one of the plan")
  func metrics() throws {
    let metrics = Metrics(Self.judged(portions: 16).scene)
    #expect(metrics.peers.map(\.payloadDown) == [0, 131_072, 65_536])
    #expect(metrics.peers.map(\.payloadUp) == [196_608, 0, 0])
    #expect(metrics.peers[0].streamUp == 196_608 + 200)
    #expect(metrics.swarm.seedCopies?.description == "1.500000")
  }

  @Test("A download that goes on where it stopped is whole only with what came before")
  func parts() {
    #expect(Self.judged(portions: 16, begin: 65_536).verdict("completion", of: "leecher-2")?.status == .fail)
  }

  private static let expecting: [String: PlannedValue] = ["expect": .text("none")]

  @Test("Where nobody should complete, who does fails it, and of the others it is said how far they came")
  func standstill() throws {
    let verdict = try #require(Self.judged(portions: 31).verdict("completion", Self.expecting))
    #expect(verdict.status == .fail && verdict.subjects == ["leecher-1"])
    #expect(verdict.observed == "1 of 2 stopped, with 96.87 % of the payload, the last delivery at 7.75 s")
    var stage = Self.judged(portions: 16)
    #expect(stage.verdict("completion", of: "leecher-1", ["expect": .text("all")])?.status == .pass)
    stage.trace.segments.removeAll { $0.connection == 0 && $0.time > Stage.realtime(4.1) }
    let stopped = try #require(stage.verdict("completion", Self.expecting))
    #expect(stopped.status == .pass && stopped.subjects.isEmpty)
    #expect(stopped.observed == "2 of 2 stopped, with 50 % of the payload, the last delivery at 4 s")
    #expect(
      stopped.evidence.map(\.text).last
        == "leecher-2 has 65536 of 131072 bytes, 2 of 4 pieces, and gets nothing after this")
  }

  @Test("What the capture lacks leaves it undecided whether somebody stopped")
  func gaps() throws {
    var stage = Self.judged(portions: 31)
    stage.trace.segments.removeAll { $0.connection == 0 && $0.time > Stage.realtime(4.1) }
    #expect(stage.verdict("completion", Self.expecting)?.status == .pass)
    stage.hole("seed", 1, from: 3, to: 3.1, loses: .payload)
    #expect(stage.verdict("completion", Self.expecting)?.status == .undecided)
  }

  @Test("A limit is judged over HTTP as over the peer wire")
  func limits() throws {
    var stage = Self.judged(portions: 31)
    #expect(stage.judge("rate-limit").allSatisfy { $0.status == .pass })
    stage.change("seed") { $0.upload = LimitPlan(bytesPerSecond: 1024, burstBytes: 32768) }
    let failed = stage.judge("rate-limit").filter { $0.status == .fail }
    #expect(failed.map(\.subjects) == [["seed"]])
  }

  @Test("A file of another size is not the payload")
  func other() {
    var stage = Self.judged(portions: 31)
    stage.plan.payload.sizeBytes += 1
    #expect(stage.scene.downloads.parts.isEmpty)
  }
}
