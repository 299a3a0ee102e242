import Planning
import Testing
import TopologyFile

@Suite struct RateMisbehaviourTests {
  private func read(_ peer: String) -> TopologyReader.ReadResult {
    let text = """
      name: rates
      payload: {size: 1 MiB}
      peers:
        seed: {role: seed}
        mine: {\(peer)}
      until: {time: 30 s}

      """
    return TopologyReader.read(text: text, file: "rates.swarm.yaml", overrides: [], checks: [])
  }

  private func plan(_ peer: String) throws -> PeerPlan {
    let result = read(peer)
    let topology = try #require(result.topology, "\(result.diagnostics)")
    return try #require(Planner.plan(topology).peers.last)
  }

  @Test func `A command under a kernel limit can be overdriven, while its declared rate stays`() throws {
    let peer = try plan(
      "client: {command: [./mine, \"{torrent}\"]}, upload: 100 KiB/s, download: 200 KiB/s, "
        + "misbehaviour: {name: overdrive-upload, dose: 1.05}")
    #expect(peer.limitedBy == .kernel)
    #expect(peer.upload?.bytesPerSecond == 102_400)
    #expect(peer.uploadInForce?.bytesPerSecond == 107_520)
    #expect(peer.uploadInForce?.burstBytes == peer.upload?.burstBytes)
    #expect(peer.downloadInForce == peer.download)
    // A fault that changes the rate does not make it honest.
    let changed = LimitPlan(bytesPerSecond: 20_000, burstBytes: 65_536)
    #expect(peer.uploadInForce(of: changed) == LimitPlan(bytesPerSecond: 21_000, burstBytes: 65_536))
    #expect(peer.downloadInForce(of: changed) == changed && peer.uploadInForce(of: nil) == nil)
  }

  @Test func `A command that limits itself cannot be overdriven from outside`() {
    let result = read(
      "client: {command: [./mine, \"{torrent}\", \"{upload}\"]}, upload: 100 KiB/s, limit: client, "
        + "misbehaviour: {name: overdrive-upload}")
    #expect(result.topology == nil)
    #expect(result.diagnostics.map(\.expected) == ["limit: kernel, or no misbehaviour"])
  }

  @Test func `What an honest or an unlimited peer is let have is what it declares`() throws {
    let peer = try plan("upload: 100 KiB/s, limit: kernel")
    #expect(peer.uploadInForce == peer.upload)
    #expect(peer.downloadInForce == nil)
  }

  @Test func `A misbehaviour is one of rates if and only if its dose is a multiple or a share of one`() {
    for misbehaviour in NativeClient.misbehaviours {
      #expect((misbehaviour.scales != nil) == (misbehaviour.unit.hasSuffix("the declared rate")))
    }
  }
}
