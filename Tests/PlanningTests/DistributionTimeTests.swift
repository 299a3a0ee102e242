import Planning
import SwarmTime
import Testing

@Suite struct DistributionTimeTests {
  /// F/u = 1 hour, u_s = 10 u, d_min >= u_s.
  private func lecture(_ leechers: Int) -> DistributionTime {
    let rate: Int64 = 100_000
    return DistributionTime(
      payloadBytes: rate * 3600, leechers: leechers, seedUpload: 10 * rate, leecherUpload: Int64(leechers) * rate,
      slowestDownload: 10 * rate)
  }

  @Test("The lecture's example: at 30 peers 3 h from a server and 0.75 h among peers")
  func lectureExample() throws {
    let server = try #require(lecture(30).clientServer)
    #expect(server.duration == .seconds(3 * 3600))
    #expect(server.decidedBy == "server")
    let peers = try #require(lecture(30).peerToPeer)
    #expect(peers.duration == .seconds(2700))
    #expect(peers.decidedBy == "aggregate")
  }

  @Test("A server's time grows with every peer; that among peers stays under F/u")
  func scaling() throws {
    var last = SwarmDuration.zero
    for leechers in [1, 5, 10, 20, 35, 1000] {
      let server = try #require(lecture(leechers).clientServer).duration
      #expect(server == .seconds(360 * leechers))
      let peers = try #require(lecture(leechers).peerToPeer).duration
      #expect(peers >= last && peers < .seconds(3600) && peers <= server)
      last = peers
    }
  }

  @Test("A slow seed decides by its one copy, a slow download by its one")
  func terms() throws {
    let slowSeed = DistributionTime(
      payloadBytes: 64 << 20, leechers: 32, seedUpload: 256 << 10, leecherUpload: 32 * 256 << 10,
      slowestDownload: 2 << 20)
    #expect(slowSeed.peerToPeer == BoundPlan(duration: .seconds(256), decidedBy: "seed"))
    let slowDownload = DistributionTime(
      payloadBytes: 64 << 20, leechers: 2, seedUpload: 1 << 20, leecherUpload: nil, slowestDownload: 64 << 10)
    #expect(slowDownload.peerToPeer == BoundPlan(duration: .seconds(1024), decidedBy: "download"))
    #expect(slowDownload.peerToPeerTerms.map(\.decidedBy) == ["seed", "download"])
  }

  @Test("What is unlimited bounds nothing, and nobody needs no time")
  func unlimited() {
    #expect(
      DistributionTime(payloadBytes: 1, leechers: 3, seedUpload: nil, leecherUpload: nil, slowestDownload: nil)
        .peerToPeer == nil)
    #expect(
      DistributionTime(payloadBytes: 1, leechers: 0, seedUpload: 1, leecherUpload: 0, slowestDownload: nil).clientServer
        == nil)
  }

  @Test("The largest payload, the slowest rate and the largest swarm overflow nothing")
  func extremes() {
    let bound = DistributionTime(
      payloadBytes: 1 << 40, leechers: 49_152, seedUpload: 1, leecherUpload: 1, slowestDownload: 1)
    #expect(bound.clientServer?.duration.nanoseconds == .max)
  }

  @Test("The first swarm's bound is 8 copies of 16 MiB over all uploads")
  func firstSwarm() throws {
    let plan = try Sample.plan(
      """
      name: first
      payload: {size: 16 MiB}
      peers: {seed: {role: seed, upload: 1 MiB/s}, l: {count: 8, upload: 256 KiB/s, download: 2 MiB/s}}
      until: {complete: all, within: 200 s}
      """)
    #expect(plan.bound == BoundPlan(duration: SwarmDuration(nanoseconds: 42_666_666_666), decidedBy: "aggregate"))
  }
}
