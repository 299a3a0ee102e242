import Planning
import Testing
import TopologyFile

@Suite struct WantedPiecesTests {
  private func plan(wants share: String) throws -> Plan {
    let text = """
      name: parts
      payload: {size: 1 MiB, pieceLength: 64 KiB}
      peers:
        seed: {role: seed, upload: 1 MiB/s}
        part: {upload: 64 KiB/s, wants: \(share)}
        whole: {upload: 64 KiB/s}
      until: {complete: all, within: 60 s}

      """
    let result = TopologyReader.read(text: text, file: "parts.swarm.yaml", overrides: [], checks: [])
    return try Planner.plan(try #require(result.topology, "\(result.diagnostics)"))
  }

  @Test(
    "A share is a number of pieces, rounded up, and all of them is no share",
    arguments: [("0.5", 8), ("0.51", 9), ("0.001", 1), ("0.3125", 5), ("1", nil), ("0.99", nil)]
      as [(String, Int?)])
  func pieces(_ share: String, _ expected: Int?) throws {
    let plan = try plan(wants: share)
    #expect(plan.peers.map(\.wantedPieces) == [nil, expected, nil])
    #expect(plan.wantedBytes(of: plan.peers[1]) == Int64(expected ?? 16) * 65536)
    #expect(plan.peers[1].expectedToComplete)
  }

  @Test("No bound is known for a swarm in which somebody wants a part")
  func bound() throws {
    #expect(try plan(wants: "0.5").bound == nil)
    #expect(try plan(wants: "1").bound != nil)
  }

  @Test("A last piece that is shorter counts as it is")
  func shortPiece() throws {
    var plan = try plan(wants: "0.5")
    plan.payload.sizeBytes = 7 * 65536 + 1
    #expect(plan.wantedBytes(of: plan.peers[1]) == 7 * 65536 + 1)
  }
}
