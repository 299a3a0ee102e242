import Planning
import Testing
import TopologyFile

@Suite struct AccomplicesTests {
  private func plan(_ groups: String...) throws -> Plan {
    let text = """
      name: together
      payload: {size: 1 MiB}
      peers:
        seed: {role: seed}
        \(groups.joined(separator: "\n  "))
      until: {time: 30 s}

      """
    let result = TopologyReader.read(text: text, file: "together.swarm.yaml", overrides: [], checks: [])
    return try Planner.plan(try #require(result.topology, "\(result.diagnostics)"))
  }

  @Test func `All that are told the same act together, whatever their group, and nobody else`() throws {
    let plan = try plan(
      "first: {count: 2, misbehaviour: {name: sybil}}", "honest: {count: 2}",
      "second: {misbehaviour: {name: sybil, dose: 1}}", "pact: {count: 2, misbehaviour: {name: colluders}}",
      "alone: {misbehaviour: {name: free-rider}}")
    let sybils = ["127.64.1.0/24", "127.64.2.0/24", "127.64.5.0/24"]
    let colluders = ["127.64.6.0/24", "127.64.7.0/24"]
    #expect(
      plan.peers.map { plan.accomplices(of: $0) } == [[], sybils, sybils, [], [], sybils, colluders, colluders, []])
  }

  @Test func `An address that changes stays within its network`() throws {
    let plan = try plan("pact: {count: 2, misbehaviour: {name: colluders}}")
    let moved = plan.peers[1].incarnation(address: 3, identity: 1)
    #expect(moved.address != plan.peers[1].address)
    #expect(plan.accomplices(of: moved) == ["127.64.1.0/24", "127.64.2.0/24"])
  }
}
